import { describe, expect, test, vi } from "vitest";
import { Breaker, type BreakerState } from "./breaker.js";
import type { BreakerLink } from "./breaker-link.js";
import { defaults } from "./defaults.js";

const policy = { ...defaults.breaker, minimumCalls: 2, cooldown: 5_000, probes: 1, failureRate: 0.5 };

/** A breaker that is tied to others by a link that notes what it is told. */
function tied(slowCall: typeof policy.slowCall = false) {
  const states: BreakerState[] = [];
  const link = {
    use: vi.fn(),
    count: vi.fn(),
    refusedUntil: vi.fn((): number | undefined => undefined),
    ask: vi.fn((): Promise<void> | undefined => Promise.resolve()),
    decline: vi.fn(),
    probing: vi.fn(),
    probeEnded: vi.fn(),
  } satisfies BreakerLink;
  const made = new Breaker(
    { ...policy, slowCall },
    () => 0,
    (state) => states.push(state),
    () => link,
  );
  const fail = (now: number, tookMs = 0): void =>
    made.leave(made.enter(now - tookMs), "failure", { slot: undefined }, now);
  return { breaker: made, link, states, fail };
}

describe("a breaker tells its link", () => {
  test("that it is used, each time it is asked", () => {
    const { breaker, link } = tied();
    breaker.refusedUntil(7);
    expect(link.use.mock.calls).toEqual([[7]]);
  });

  test("each attempt, whether its call is counted for the first time, and whether it was slow", () => {
    const { breaker, link, fail } = tied({ duration: 1_000, rate: 1 });
    const call = { slot: undefined };
    breaker.leave(breaker.enter(0), "success", call, 10);
    breaker.leave(breaker.enter(20), "success", call, 30);
    fail(2_000, 1_500);
    expect(link.count.mock.calls).toEqual([
      [true, false, false, 10],
      [false, false, false, 30],
      [true, true, true, 2_000],
    ]);
  });

  test("the probe's beginning, and its end with the new pause", () => {
    const { breaker, link, fail } = tied();
    fail(0);
    fail(0);
    breaker.leave(breaker.enter(5_000), "failure", { slot: undefined }, 5_100);
    expect(link.probing).toHaveBeenCalledTimes(1);
    expect(link.probeEnded.mock.calls).toEqual([["failure", 10_000, 1, 5_100]]);
  });

  test("that leave for a probe is not needed any more", () => {
    const { breaker, link } = tied();
    breaker.decline(9);
    expect(link.decline.mock.calls).toEqual([[9]]);
  });
});

describe("a link is asked for leave to make a probe", () => {
  test("only when the breaker is half-open", () => {
    const { breaker, link, fail } = tied();
    expect(breaker.ask(0)).toBe(undefined);
    fail(0);
    fail(0);
    expect(breaker.ask(4_999)).toBe(undefined);
    expect(link.ask).not.toHaveBeenCalled();
    expect(breaker.ask(5_000)).toBeInstanceOf(Promise);
    link.ask.mockReturnValue(undefined);
    expect(breaker.ask(5_000)).toBe(undefined);
  });

  test("and says from when asking makes sense", () => {
    const { breaker, link, fail } = tied();
    fail(0);
    fail(0);
    link.refusedUntil.mockReturnValue(5_300);
    expect([breaker.refusedUntil(4_000), breaker.refusedUntil(5_000)]).toEqual([5_000, 5_300]);
  });
});

test("a breaker without a link asks nobody", () => {
  const breaker = new Breaker(
    policy,
    () => 0,
    () => {},
  );
  breaker.adopt(1_000, 0, 0);
  expect(breaker.ask(1_000)).toBe(undefined);
  breaker.decline(1_000);
  expect(breaker.refusedUntil(1_000)).toBe(undefined);
});

describe("what holds for all processes", () => {
  test("is taken over: open for so long, and whoever waits is told", () => {
    const { breaker, states } = tied();
    const opened = vi.fn();
    breaker.watch(opened);
    breaker.adopt(3_000, 1, 100);
    expect(breaker.refusedUntil(200)).toBe(3_100);
    expect([states, opened.mock.calls]).toEqual([["open"], [[3_100]]]);
  });

  test("is no change when it was open before, but may last longer", () => {
    const { breaker, states } = tied();
    breaker.adopt(3_000, 1, 0);
    breaker.adopt(4_000, 1, 500);
    expect(breaker.refusedUntil(3_500)).toBe(4_500);
    expect(states).toEqual(["open"]);
  });

  test("is taken over by one whose own probe is out: its outcome does not count any more", () => {
    const { breaker, states } = tied();
    breaker.adopt(3_000, 1, 0);
    const probe = breaker.enter(3_000);
    breaker.adopt(6_000, 2, 3_100);
    breaker.leave(probe, "success", { slot: undefined }, 3_200);
    expect(breaker.refusedUntil(3_200)).toBe(9_100);
    expect(states).toEqual(["open", "half-open", "open"]);
  });

  test("closed: is taken over once", () => {
    const { breaker, states } = tied();
    breaker.adopt(undefined, 0, 0);
    expect(states).toEqual([]);
    breaker.adopt(3_000, 0, 0);
    breaker.adopt(undefined, 0, 100);
    expect(breaker.refusedUntil(100)).toBe(undefined);
    expect(states).toEqual(["open", "closed"]);
  });

  test("is how often probes failed: the next pause goes by that", () => {
    const { breaker } = tied();
    breaker.adopt(1_000, 2, 0);
    breaker.leave(breaker.enter(1_000), "failure", { slot: undefined }, 1_000);
    expect(breaker.refusedUntil(1_000)).toBe(1_000 + 30_000);
  });
});
