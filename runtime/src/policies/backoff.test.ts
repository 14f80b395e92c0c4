import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { backoffMs } from "./backoff.js";
import type { BackoffPolicy } from "./types.js";

const policy = (more: Partial<BackoffPolicy>): BackoffPolicy => ({
  initial: 100,
  factor: 2,
  max: 5_000,
  jitter: "none",
  ...more,
});

/** The waits before the first retries. */
const waits = (more: Partial<BackoffPolicy>, random: number, count = 8): number[] =>
  Array.from({ length: count }, (_, index) => backoffMs(index + 1, policy(more), () => random));

test("without jitter each wait is `factor` times the one before, up to `max`", () => {
  expect(waits({}, 0.3)).toEqual([100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000]);
});

test("full jitter is anything from nothing to the wait", () => {
  expect(waits({ jitter: "full" }, 0, 3)).toEqual([0, 0, 0]);
  expect(waits({ jitter: "full" }, 0.5, 7)).toEqual([50, 100, 200, 400, 800, 1_600, 2_500]);
});

test("equal jitter is anything from half of the wait to all of it", () => {
  expect(waits({ jitter: "equal" }, 0, 3)).toEqual([50, 100, 200]);
  expect(waits({ jitter: "equal" }, 0.5, 3)).toEqual([75, 150, 300]);
});

test("a factor of 1 keeps the wait as it is", () => {
  expect(waits({ factor: 1, initial: 500, max: 500 }, 0, 3)).toEqual([500, 500, 500]);
});

test("no first wait is no wait at all, however often it grows", () => {
  expect(waits({ initial: 0 }, 0.5, 3)).toEqual([0, 0, 0]);
  expect(backoffMs(2_000, policy({ initial: 0 }), () => 0.5)).toBe(0);
});

test("a first wait above the longest is cut to it", () => {
  expect(waits({ initial: 9_000 }, 0, 1)).toEqual([5_000]);
});

describe("whatever the numbers", () => {
  const anyPolicy = fc.record<BackoffPolicy>({
    initial: fc.integer({ min: 0, max: 1e9 }),
    factor: fc.double({ min: 1, max: 1e3, noNaN: true }),
    max: fc.integer({ min: 0, max: 1e9 }),
    jitter: fc.constantFrom("full", "equal", "none"),
  });
  const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

  test("a wait is a number from 0 to `max`, also after two thousand retries", () => {
    fc.assert(
      fc.property(anyPolicy, fc.integer({ min: 1, max: 2_000 }), chance, (any, retry, random) => {
        const wait = backoffMs(retry, any, () => random);
        expect(wait).toBeGreaterThanOrEqual(0);
        expect(wait).toBeLessThanOrEqual(any.max);
      }),
    );
  });

  test("equal jitter waits at least half of what no jitter waits, full jitter at most all of it", () => {
    fc.assert(
      fc.property(anyPolicy, fc.integer({ min: 1, max: 50 }), chance, (any, retry, random) => {
        const wait = (jitter: BackoffPolicy["jitter"]) => backoffMs(retry, { ...any, jitter }, () => random);
        expect(wait("equal")).toBeGreaterThanOrEqual(wait("none") / 2);
        expect(wait("equal")).toBeLessThanOrEqual(wait("none"));
        expect(wait("full")).toBeLessThanOrEqual(wait("none"));
      }),
    );
  });
});
