import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { heapUsed } from "../../../tests/rig/heap.js";
import { RateLimiter } from "./rate-limiter.js";

const limiterOf = (calls: number, per: number): RateLimiter => new RateLimiter({ calls, per, scope: "service" });

test("`calls` turns are there at once, the next `per` later", () => {
  const limiter = limiterOf(2, 1_000);
  expect([10, 10, 10, 10, 10].map((now) => limiter.reserve(now).at)).toEqual([10, 10, 1_010, 1_010, 2_010]);
});

test("a turn is free again exactly `per` after it was taken", () => {
  const limiter = limiterOf(1, 1_000);
  limiter.reserve(0);
  expect(limiter.tryReserve(999.9)).toBe(undefined);
  expect(limiter.tryReserve(1_000)?.at).toBe(1_000);
});

test("turns that nobody took do not add up", () => {
  const limiter = limiterOf(2, 1_000);
  limiter.reserve(0);
  expect([60_000, 60_000, 60_000].map((now) => limiter.reserve(now).at)).toEqual([60_000, 60_000, 61_000]);
});

test("trying takes nothing where there is nothing", () => {
  const limiter = limiterOf(1, 1_000);
  expect(limiter.tryReserve(0)?.at).toBe(0);
  for (let now = 0; now < 1_000; now += 100) expect(limiter.tryReserve(now)).toBe(undefined);
  expect(limiter.reserve(1_000).at).toBe(1_000);
});

describe("a turn that is given back", () => {
  test("goes to the next who asks, when it was the last", () => {
    const limiter = limiterOf(1, 1_000);
    limiter.reserve(0);
    limiter.reserve(0).cancel();
    expect(limiter.reserve(0).at).toBe(1_000);
  });

  test("goes to the next who asks, when it was one in the middle", () => {
    const limiter = limiterOf(1, 1_000);
    limiter.reserve(0);
    const middle = limiter.reserve(0);
    expect([limiter.reserve(0).at, limiter.reserve(0).at]).toEqual([2_000, 3_000]);
    middle.cancel();
    expect([limiter.reserve(0).at, limiter.reserve(0).at]).toEqual([1_000, 4_000]);
  });

  test("as the last leaves nothing behind: who comes much later is not kept waiting by it", () => {
    const limiter = limiterOf(1, 1_000);
    limiter.reserve(0);
    limiter.reserve(0).cancel();
    expect(limiter.reserve(1_500).at).toBe(1_500);
  });

  test("in the middle does not move those behind it", () => {
    const limiter = limiterOf(1, 1_000);
    limiter.reserve(0);
    const middle = limiter.reserve(0);
    limiter.reserve(0);
    middle.cancel();
    expect([0, 0].map((now) => limiter.reserve(now).at)).toEqual([1_000, 3_000]);
  });

  test("the earliest goes first", () => {
    const limiter = limiterOf(1, 1_000);
    const turns = [0, 0, 0, 0, 0].map((now) => limiter.reserve(now));
    turns[2]?.cancel();
    turns[1]?.cancel();
    expect([limiter.reserve(0).at, limiter.reserve(0).at]).toEqual([1_000, 2_000]);
  });

  test("can be given back again", () => {
    const limiter = limiterOf(1, 1_000);
    const turns = [0, 0, 0].map((now) => limiter.reserve(now));
    turns[1]?.cancel();
    limiter.reserve(0).cancel();
    expect(limiter.reserve(0).at).toBe(1_000);
  });

  test("is lost when its moment has passed", () => {
    const limiter = limiterOf(1, 1_000);
    const turns = [0, 0, 0].map((now) => limiter.reserve(now));
    turns[1]?.cancel();
    expect(limiter.reserve(1_001).at).toBe(3_000);
  });

  test("holds nobody up when its moment has passed", () => {
    const limiter = limiterOf(1, 1_000);
    const turns = [0, 0, 0].map((now) => limiter.reserve(now));
    turns[1]?.cancel();
    turns[2]?.cancel();
    limiter.reserve(0).cancel();
    expect(limiter.reserve(1_500).at).toBe(1_500);
  });

  test("can be taken at its very moment", () => {
    const limiter = limiterOf(1, 1_000);
    const turns = [0, 0, 0].map((now) => limiter.reserve(now));
    turns[1]?.cancel();
    expect(limiter.tryReserve(1_000)?.at).toBe(1_000);
  });

  test("does not let anybody come too early, also after thousands of turns", () => {
    const limiter = limiterOf(1, 1_000);
    let last = 0;
    for (let now = 0; now < 1_002_000; now += 1_000) last = limiter.reserve(now).at;
    limiter.reserve(last).cancel();
    expect(limiter.reserve(last).at).toBe(last + 1_000);
  });

  test("nor do many at once that lay in the future", () => {
    const limiter = limiterOf(2, 1_000);
    const turns = Array.from({ length: 3_000 }, () => limiter.reserve(0));
    for (const turn of turns.slice(2).reverse()) turn.cancel();
    expect(limiter.reserve(0).at).toBe(1_000);
  });
});

test("its memory is bounded by what the span holds, not by its age", () => {
  const limiter = limiterOf(10, 1_000);
  const before = heapUsed();
  for (let turn = 0; turn < 1_000_000; turn++) limiter.reserve(turn * 100);
  expect(heapUsed() - before).toBeLessThan(1_000_000);
  expect(limiter.tryReserve(1e9)?.at).toBe(1e9);
});

/** Most turns in any span of `per`. */
function busiest(turns: readonly number[], per: number): number {
  const sorted = [...turns].sort((a, b) => a - b);
  return Math.max(0, ...sorted.map((from) => sorted.filter((at) => at >= from && at < from + per).length));
}

test("turns in the middle that nobody used hold up nobody when their moment has passed", () => {
  const limiter = limiterOf(2, 1_000);
  const turns = [0, 0, 0, 0, 0].map((now) => limiter.reserve(now));
  expect(turns.map(({ at }) => at)).toEqual([0, 0, 1_000, 1_000, 2_000]);
  for (const turn of turns.slice(2, 4)) turn.cancel();
  expect(limiter.reserve(1_500).at).toBe(1_500);
});

test("in no span of `per` begin more than `calls`, whoever waits, tries or gives back", () => {
  const step = fc.record({ gap: fc.integer({ min: 0, max: 400 }), what: fc.constantFrom("wait", "try", "giveBack") });
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 5 }),
      fc.integer({ min: 1, max: 1_000 }),
      fc.array(step, { maxLength: 150 }),
      (calls, per, steps) => {
        const limiter = limiterOf(calls, per);
        const begun: number[] = [];
        let waiting: { readonly at: number; cancel(): void }[] = [];
        let now = 0;
        for (const { gap, what } of steps) {
          now += gap;
          begun.push(...waiting.filter(({ at }) => at <= now).map(({ at }) => at));
          waiting = waiting.filter(({ at }) => at > now);
          if (what === "wait") {
            const turn = limiter.reserve(now);
            expect(turn.at).toBeGreaterThanOrEqual(now);
            waiting.push(turn);
          } else if (what === "try") {
            if (limiter.tryReserve(now)) begun.push(now);
          } else waiting.splice(Math.floor(waiting.length / 2), 1)[0]?.cancel();
        }
        begun.push(...waiting.map(({ at }) => at));
        expect(busiest(begun, per)).toBeLessThanOrEqual(calls);
      },
    ),
  );
});
