import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { heapUsed } from "../../../tests/rig/heap.js";
import { never } from "../base/clock.js";
import { Rolling } from "./rolling.js";

/** Counts one attempt of a call of its own. */
function count(window: Rolling, now: number): void {
  const slot = window.slot(now);
  for (const tally of [slot, window.sum]) {
    tally.calls++;
    tally.attempts++;
    tally.failures++;
    tally.slow++;
    tally.retries++;
  }
}

const nothing = { calls: 0, attempts: 0, failures: 0, slow: 0, retries: 0 };

describe("a window of time", () => {
  test("an event leaves exactly when it is as old as the window is long", () => {
    const window = new Rolling(1_000);
    count(window, 5);
    window.expire(1_004.999);
    expect(window.sum.attempts).toBe(1);
    window.expire(1_005);
    expect(window.sum).toEqual(nothing);
  });

  test("it does so after any pause", () => {
    const window = new Rolling(1_000);
    for (let at = 0; at < 500; at++) count(window, at);
    window.expire(1_000_000);
    expect(window.sum).toEqual(nothing);
    count(window, 1_000_001);
    expect(window.sum.attempts).toBe(1);
  });

  test("events of one millisecond share a slot, those of the next have their own", () => {
    const window = new Rolling(1_000);
    const slot = window.slot(7);
    expect(window.slot(7.9)).toBe(slot);
    expect(window.slot(8)).not.toBe(slot);
  });

  test("a slot that has left is not used again", () => {
    const window = new Rolling(0.5);
    const first = window.slot(0);
    expect(window.slot(0.6)).not.toBe(first);
    expect(first.live).toBe(false);
  });

  test("cleared, it holds nothing, and what was counted is known to be gone", () => {
    const window = new Rolling(1_000);
    const slot = window.slot(1);
    count(window, 1);
    count(window, 2);
    window.clear();
    expect(window.sum).toEqual(nothing);
    expect(slot.live).toBe(false);
    count(window, 3);
    window.expire(1_002);
    expect(window.sum.attempts).toBe(1);
  });

  test("it counts as a list of events does that is looked through each time", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 200 }),
        fc.array(fc.integer({ min: 0, max: 60 }), { maxLength: 300 }),
        (span, gaps) => {
          const window = new Rolling(span);
          const events: number[] = [];
          let now = 0;
          for (const gap of gaps) {
            now += gap;
            if (gap % 3 === 0) window.expire(now);
            else {
              count(window, now);
              events.push(now);
            }
            expect(window.sum.attempts).toBe(events.filter((at) => now - at < span).length);
          }
        },
      ),
    );
  });
});

describe("a window of calls", () => {
  test("holds the last ones, however old", () => {
    const window = new Rolling(never, 3);
    for (const now of [0, 0, 0.5, 1e9]) count(window, now);
    expect(window.expire(1e9).attempts).toBe(3);
  });

  test("looking at it does not change it", () => {
    const window = new Rolling(never, 3);
    for (const now of [1, 2, 3]) count(window, now);
    window.expire(4);
    window.expire(5);
    expect(window.sum.attempts).toBe(3);
    count(window, 6);
    expect(window.expire(6).attempts).toBe(3);
  });
});

test("its memory is bounded by the span, not by the traffic or its age", () => {
  const window = new Rolling(1_000);
  const before = heapUsed();
  for (let event = 0; event < 400_000; event++) count(window, event / 4);
  expect(heapUsed() - before).toBeLessThan(1_500_000);
  expect(window.sum.attempts).toBe(4_000);
});

test("a window of calls does not grow either", () => {
  const window = new Rolling(never, 100);
  const before = heapUsed();
  for (let event = 0; event < 100_000; event++) count(window, event);
  expect(heapUsed() - before).toBeLessThan(500_000);
  expect(window.expire(100_000).attempts).toBe(100);
});
