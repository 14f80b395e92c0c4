import { afterEach, describe, expect, test, vi } from "vitest";
import { systemClock } from "../../src/base/clock.js";
import { seededRandom, VirtualClock } from "./index.js";

test("it stands still until it is told to go on", async () => {
  const clock = new VirtualClock();
  expect([clock.now(), clock.date()]).toEqual([0, Date.UTC(2026, 0, 1)]);
  await clock.advance("1m");
  expect([clock.now(), clock.date()]).toEqual([60_000, Date.UTC(2026, 0, 1, 0, 1)]);
});

test("its first date can be chosen", () => {
  expect(new VirtualClock(5).date()).toBe(5);
});

describe("advance", () => {
  test("fires what becomes due in its order, each at its own moment", async () => {
    const clock = new VirtualClock();
    const fired: [string, number][] = [];
    const set = (name: string, ms: number): unknown => clock.setTimer(() => fired.push([name, clock.now()]), ms);
    set("late", 300);
    set("early", 100);
    set("too late", 301);
    await clock.advance(300);
    expect(fired).toEqual([
      ["early", 100],
      ["late", 300],
    ]);
    expect([clock.now(), clock.pending]).toEqual([300, 1]);
  });

  test("of one moment, what was set first comes first", async () => {
    const clock = new VirtualClock();
    const fired: number[] = [];
    for (const name of [1, 2, 3]) clock.setTimer(() => fired.push(name), 50);
    await clock.advance(50);
    expect(fired).toEqual([1, 2, 3]);
  });

  test("gives what a timer sets going its turn before the next", async () => {
    const clock = new VirtualClock();
    const seen: string[] = [];
    clock.setTimer(() => {
      void Promise.resolve()
        .then(() => {})
        .then(() => seen.push("led to"));
    }, 10);
    clock.setTimer(() => seen.push("next"), 10);
    await clock.advance(10);
    expect(seen).toEqual(["led to", "next"]);
  });

  test("fires timers that are set meanwhile, when they are due", async () => {
    const clock = new VirtualClock();
    const fired: number[] = [];
    const again = (): void => {
      fired.push(clock.now());
      clock.setTimer(again, 100);
    };
    again();
    await clock.advance(250);
    expect(fired).toEqual([0, 100, 200]);
    expect(clock.now()).toBe(250);
  });

  test("lets promises have their turn before it begins", async () => {
    const clock = new VirtualClock();
    const run = vi.fn();
    void Promise.resolve().then(() => clock.setTimer(run, 10));
    await clock.advance(10);
    expect(run).toHaveBeenCalledTimes(1);
  });

  test.each([-1, "soon" as never, Number.NaN])("refuses %j, which is no length of time", async (duration) => {
    await expect(new VirtualClock().advance(duration)).rejects.toThrow(RangeError);
  });
});

describe("a timer that is dropped", () => {
  test("does not fire, and is not pending", async () => {
    const clock = new VirtualClock();
    const run = vi.fn();
    const timer = clock.setTimer(run, 10);
    expect(clock.pending).toBe(1);
    clock.clearTimer(timer);
    clock.clearTimer(timer);
    clock.clearTimer(undefined);
    expect(clock.pending).toBe(0);
    await clock.advance(100);
    expect(run).not.toHaveBeenCalled();
  });
});

describe("run", () => {
  test("lets time pass until a promise settles, and no further", async () => {
    const clock = new VirtualClock();
    const promise = new Promise((resolve) => clock.setTimer(() => resolve("done"), 30_000));
    clock.setTimer(() => {}, 60_000);
    await expect(clock.run(promise)).resolves.toBe("done");
    expect([clock.now(), clock.pending]).toEqual([30_000, 1]);
  });

  test("lets no time pass for what needs none", async () => {
    const clock = new VirtualClock();
    clock.setTimer(() => {}, 10);
    await clock.run(Promise.resolve());
    expect(clock.now()).toBe(0);
  });

  test("passes on what a promise rejects with", async () => {
    const clock = new VirtualClock();
    await expect(clock.run(Promise.reject(new Error("no")))).rejects.toThrow("no");
  });

  test("says so when the promise waits for something that no timer brings", async () => {
    await expect(new VirtualClock().run(new Promise(() => {}))).rejects.toThrow("has not settled");
  });

  test("waits some real time for what happens outside, where it is told to", async () => {
    const clock = new VirtualClock();
    clock.setTimer(() => {}, 10);
    await clock.run(new Promise((resolve) => setTimeout(resolve, 5)), 50);
    expect(clock.now()).toBe(0);
  });
});

test("what another thread works on is waited for when no timer is left", async () => {
  const clock = new VirtualClock();
  const digests = async (): Promise<void> => {
    for (const size of [1, 1e6]) await crypto.subtle.digest("SHA-256", new Uint8Array(size));
  };
  await expect(clock.run(digests())).resolves.toBeUndefined();
});

describe("together with vitest's fake timers", () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  test("it goes on, and leaves theirs alone", async () => {
    vi.useFakeTimers();
    const clock = new VirtualClock();
    const [theirs, ours] = [vi.fn(), vi.fn()];
    setTimeout(theirs, 10);
    clock.setTimer(ours, 10);
    await clock.advance(10);
    expect([theirs.mock.calls.length, ours.mock.calls.length]).toEqual([0, 1]);
  });

  test("the system's clock, too, can be driven by them", async () => {
    vi.useFakeTimers();
    const rung = vi.fn();
    const start = systemClock.now();
    systemClock.setTimer(rung, 30_000);
    await vi.advanceTimersByTimeAsync(30_000);
    expect(rung).toHaveBeenCalledTimes(1);
    expect(systemClock.now() - start).toBe(30_000);
  });
});

describe("seeded random", () => {
  test("is the same for the same seed, and another for another", () => {
    const numbers = (seed: number): number[] => Array.from({ length: 5 }, seededRandom(seed));
    expect(numbers(7)).toEqual(numbers(7));
    expect(numbers(7)).not.toEqual(numbers(8));
  });

  test("gives numbers from 0 to below 1, spread evenly", () => {
    const random = seededRandom(42);
    const tenths = new Array<number>(10).fill(0);
    for (let draw = 0; draw < 100_000; draw++) {
      const value = random();
      expect(value >= 0 && value < 1).toBe(true);
      const tenth = Math.floor(value * 10);
      tenths[tenth] = (tenths[tenth] ?? 0) + 1;
    }
    for (const count of tenths) expect(Math.abs(count - 10_000)).toBeLessThan(500);
  });
});

describe("step", () => {
  test("fires the timer that is due first, and says when there is none", () => {
    const clock = new VirtualClock();
    const fired: string[] = [];
    clock.setTimer(() => fired.push("second"), 200);
    clock.setTimer(() => fired.push("first"), 100);
    expect([clock.step(), clock.now(), clock.step(), clock.now(), clock.step()]).toEqual([true, 100, true, 200, false]);
    expect(fired).toEqual(["first", "second"]);
  });
});
