import { AsyncLocalStorage } from "node:async_hooks";
import { afterEach, describe, expect, test, vi } from "vitest";
import { dropTimer, elapsedSince, momentOf, systemClock, timerDelay } from "./clock.js";
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

  test("a timer that is dropped keeps no process alive", () => {
    const before = alive();
    for (let use = 0; use < 100; use++) systemClock.clearTimer(systemClock.setTimer(() => {}, 60_000));
    expect(alive()).toBe(before);
  });

  test("a timer runs in the async context in which it was set, whoever set and dropped one like it before", async () => {
    const user = new AsyncLocalStorage<string>();
    user.run("anna", () => systemClock.clearTimer(systemClock.setTimer(() => {}, 3)));
    const seen = await user.run("bert", () => {
      return new Promise<string | undefined>((resolve) => {
        systemClock.setTimer(() => resolve(user.getStore()), 3);
      });
    });
    expect(seen).toBe("bert");
  });

  test("dropping `undefined` drops nothing", () => {
    expect(() => systemClock.clearTimer(undefined)).not.toThrow();
  });
});

test("a timer that cannot be dropped is forgotten", () => {
  const clearTimer = (): void => {
    throw new Error("this platform has no setImmediate");
  };
  expect(() => dropTimer({ ...systemClock, clearTimer }, 1)).not.toThrow();
});

describe("what another machine counts", () => {
  const elapsed = (mono: number, wall: number): number => {
    let [now, date] = [1_000, 5_000_000];
    const clock = { ...systemClock, now: () => now, date: () => date };
    const moment = momentOf(clock);
    now += mono;
    date += wall;
    return elapsedSince(clock, moment);
  };

  test.each([
    ["both clocks went on", 400, 400, 400],
    ["the machine slept for two hours", 400, 7_200_400, 7_200_400],
    ["the wall clock was set back", 400, -3_600_000, 400],
    ["the wall clock was set forward", 400, 3_600_000, 3_600_000],
  ])("is measured by the later clock: %s", (_what, mono, wall, expected) => {
    expect(elapsed(mono, wall)).toBe(expected);
  });
});

describe("fake timers of a test runner", () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  test("are honored, though they were not there when the runtime was loaded", () => {
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
