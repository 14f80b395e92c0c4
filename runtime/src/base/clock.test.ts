import { afterEach, describe, expect, test, vi } from "vitest";
import { systemClock, timerDelay } from "./clock.js";
import { durationMs } from "./duration.js";

/** Timers that keep the process alive. */
const alive = (): number => process.getActiveResourcesInfo().filter((resource) => resource === "Timeout").length;

/** The end of the event loop's turn. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A timer that says when it has fired. */
function timed(ms: number): { readonly timer: unknown; readonly fired: Promise<void> } {
  let timer: unknown;
  const fired = new Promise<void>((resolve) => {
    timer = systemClock.setTimer(resolve, ms);
  });
  return { timer, fired };
}

describe("the system's clock", () => {
  test("reads durations from the monotonic clock and dates from the wall clock", () => {
    expect(Math.abs(systemClock.now() - performance.now())).toBeLessThan(1_000);
    expect(Math.abs(systemClock.date() - Date.now())).toBeLessThan(1_000);
  });

  test("a timer fires once", async () => {
    const run = vi.fn();
    systemClock.setTimer(run, 1);
    await timed(5).fired;
    expect(run).toHaveBeenCalledTimes(1);
  });

  test("a timer that is dropped does not fire", async () => {
    const run = vi.fn();
    systemClock.clearTimer(systemClock.setTimer(run, 1));
    await timed(5).fired;
    expect(run).not.toHaveBeenCalled();
  });

  test("nothing is pending at the end of the turn in which timers were dropped", async () => {
    await turn();
    const before = alive();
    const timers = [60_000, 60_000, 1_000, 60_000].map((ms) => systemClock.setTimer(() => {}, ms));
    expect(alive()).toBe(before + 4);
    for (const timer of timers) systemClock.clearTimer(timer);
    await turn();
    expect(alive()).toBe(before);
  });

  test("a timer that waits for nothing keeps no process alive, however often it was used again", async () => {
    await turn();
    const before = alive();
    for (let use = 0; use < 100; use++) systemClock.clearTimer(systemClock.setTimer(() => {}, 60_000));
    await turn();
    expect(alive()).toBe(before);
  });

  test("a dropped timer that is used again runs what it was set for last", async () => {
    const first = vi.fn();
    systemClock.clearTimer(systemClock.setTimer(first, 2));
    await timed(2).fired;
    expect(first).not.toHaveBeenCalled();
  });

  test("a dropped timer that is used again later in the same turn runs for its whole length", async () => {
    const ms = 20;
    systemClock.clearTimer(systemClock.setTimer(() => {}, ms));
    const startedAt = performance.now();
    while (performance.now() - startedAt < ms / 2);
    const setAt = performance.now();
    await timed(ms).fired;
    // The platform's timers may be up to a millisecond early.
    expect(performance.now() - setAt).toBeGreaterThan(ms - 2);
  });

  test("of several lengths each fires after its own", async () => {
    const order: number[] = [];
    systemClock.clearTimer(systemClock.setTimer(() => order.push(0), 20));
    systemClock.setTimer(() => order.push(3), 3);
    await timed(20).fired;
    expect(order).toEqual([3]);
  });

  test("dropping `undefined` drops nothing", () => {
    expect(() => systemClock.clearTimer(undefined)).not.toThrow();
  });
});

describe("dropping a timer twice", () => {
  test("does not drop the one that was set in between", async () => {
    const timer = systemClock.setTimer(() => {}, 2);
    systemClock.clearTimer(timer);
    const next = timed(2);
    systemClock.clearTimer(timer);
    await next.fired;
  });

  test("does not break the one that is set after it", async () => {
    const timer = systemClock.setTimer(() => {}, 2);
    systemClock.clearTimer(timer);
    systemClock.clearTimer(timer);
    await timed(2).fired;
  });

  test("does no harm in a later turn either", async () => {
    const timer = systemClock.setTimer(() => {}, 2);
    systemClock.clearTimer(timer);
    await turn();
    systemClock.clearTimer(timer);
    await timed(2).fired;
  });
});

describe("dropping a timer that has fired", () => {
  test("leaves the next of its length one that keeps the process alive", async () => {
    const { timer, fired } = timed(1);
    await fired;
    systemClock.clearTimer(timer);
    const before = alive();
    const next = systemClock.setTimer(() => {}, 1);
    expect(alive()).toBe(before + 1);
    systemClock.clearTimer(next);
  });

  test("from within does not keep it from being set again", async () => {
    await new Promise<void>((resolve) => {
      const timer = systemClock.setTimer(() => {
        systemClock.clearTimer(timer);
        systemClock.setTimer(resolve, 1);
      }, 1);
    });
  });
});

describe("fake timers of a test runner", () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  test("are honoured, though they were not there when the runtime was loaded", () => {
    vi.useFakeTimers();
    const run = vi.fn();
    systemClock.setTimer(run, 30_000);
    vi.advanceTimersByTime(29_999);
    expect(run).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(run).toHaveBeenCalledTimes(1);
  });

  test("can be dropped", () => {
    vi.useFakeTimers();
    const run = vi.fn();
    systemClock.clearTimer(systemClock.setTimer(run, 30_000));
    vi.advanceTimersByTime(60_000);
    expect(run).not.toHaveBeenCalled();
    expect(vi.getTimerCount()).toBe(0);
  });

  test("a real timer that was set before them can still be dropped", async () => {
    const timer = systemClock.setTimer(() => {}, 60_000);
    const before = alive();
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    systemClock.clearTimer(timer);
    vi.useRealTimers();
    await turn();
    expect(alive()).toBe(before - 1);
  });
});

test.each([
  [0, 0],
  [-1, 0],
  [Number.NaN, 0],
  [Number.NEGATIVE_INFINITY, 0],
  [0.5, 0.5],
  [2 ** 31 - 1, 2 ** 31 - 1],
  [2 ** 31, 2 ** 31 - 1],
  [Number.POSITIVE_INFINITY, 2 ** 31 - 1],
])("a delay of %d ms reaches a timer as %d", (ms, delay) => {
  expect(timerDelay(ms)).toBe(delay);
});

test.each([
  [0, 0],
  [1.5, 1.5],
  ["250ms", 250],
  ["2s", 2_000],
  ["1.5s", 1_500],
  ["2 s", 2_000],
  ["5m", 300_000],
  ["1h", 3_600_000],
])("the duration %j is %d ms", (duration, ms) => {
  expect(durationMs(duration)).toBe(ms);
});

test.each([
  -1,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  "",
  "2",
  "2d",
  "-2s",
  "2 sec",
  " 2s",
  "2s ",
  "1e3ms",
  ".5s",
  null,
  undefined,
  {},
  true,
])("%j is no duration", (value) => {
  expect(durationMs(value)).toBeUndefined();
});
