import { describe, expect, test, vi } from "vitest";
import { Breaker } from "../../src/policies/breaker.js";
import type { HeldCall } from "../../src/policies/circuit-breaker.js";
import { defaults } from "../../src/policies/defaults.js";
import { VirtualClock } from "../testing/index.js";
import { type BreakerLink, SharedBreaker } from "./shared-breaker.js";

const policy = { ...defaults.breaker, minimumCalls: 2, cooldown: 5_000, probes: 1, failureRate: 0.5 };

/** A breaker that is tied to others by a link that notes what it is told. */
function tied(slowCall: typeof policy.slowCall = false) {
  const link = {
    use: vi.fn(),
    count: vi.fn(),
    refusedUntil: vi.fn((): number | undefined => undefined),
    ask: vi.fn((_now: number): Promise<void> | undefined => Promise.resolve()),
    decline: vi.fn(),
    probing: vi.fn(),
    probeEnded: vi.fn(),
  } satisfies BreakerLink;
  const own = new Breaker(
    { ...policy, slowCall },
    () => 0,
    () => {},
  );
  const made = new SharedBreaker(own, link, new VirtualClock());
  const fail = (now: number, tookMs = 0): void =>
    made.leave(made.enter(now - tookMs), "failure", { slot: undefined }, now);
  return { breaker: made, link, fail };
}

describe("a breaker tells its link", () => {
  test("that it is used, each time it is asked and nobody holds it", () => {
    const { breaker, link } = tied();
    breaker.refusedUntil(7);
    breaker.force("open", 8);
    expect([breaker.refusedUntil(8), breaker.state(8)]).toEqual([Number.POSITIVE_INFINITY, "open"]);
    breaker.force(undefined, 9);
    breaker.refusedUntil(9);
    expect(link.use.mock.calls).toEqual([[7], [9]]);
  });

  test("nothing of an attempt that began before the state changed, or says nothing", () => {
    const { breaker, link, fail } = tied();
    const early = breaker.enter(0);
    breaker.leave(breaker.enter(0), "neutral", { slot: undefined }, 1);
    fail(1);
    fail(1);
    breaker.leave(early, "failure", { slot: undefined }, 2);
    expect(link.count).toHaveBeenCalledTimes(2);
    expect(breaker.counts(2)).toMatchObject({ attempts: 2 });
  });

  test("each attempt, whether its call is counted for the first time, and whether it was slow", () => {
    const { breaker, link, fail } = tied({ duration: 1_000, rate: 1 });
    const call = { slot: undefined };
    breaker.leave(breaker.enter(0), "success", call, 10);
    breaker.leave(breaker.enter(20), "success", call, 30);
    fail(2_000, 1_500);
    const fine = { isNewCall: true, failed: false, slow: false, opened: false };
    expect(link.count.mock.calls).toEqual([
      [fine, 10],
      [{ ...fine, isNewCall: false }, 30],
      [{ ...fine, failed: true, slow: true }, 2_000],
    ]);
  });

  test("which attempt opened the process's own breaker", () => {
    const { link, fail } = tied();
    fail(0);
    fail(1);
    expect(link.count.mock.calls.map(([{ opened }]) => opened)).toEqual([false, true]);
  });

  test("the probe's beginning, and its end with whether the breaker closed by it", () => {
    const { breaker, link, fail } = tied();
    fail(0);
    fail(0);
    breaker.leave(breaker.enter(5_000), "failure", { slot: undefined }, 5_100);
    breaker.leave(breaker.enter(15_100), "success", { slot: undefined }, 15_200);
    expect(link.probing).toHaveBeenCalledTimes(2);
    expect(link.probeEnded.mock.calls).toEqual([
      ["failure", false, 5_100],
      ["success", true, 15_200],
    ]);
  });
});

/** A call that can be made to wait; `isOver` where it does not wait any more. */
function held(isOver = false) {
  const wait = vi.fn<HeldCall["wait"]>(() => () => !isOver);
  const giveBack = vi.fn();
  const recheck = vi.fn();
  return { deadlineAt: 9_000, recheck, wait, giveBack };
}

describe("a link is asked for leave to make a probe", () => {
  test("only when the breaker is half-open, and its answer is waited for until the deadline", async () => {
    const { breaker, link, fail } = tied();
    const call = held();
    expect(breaker.hold(call, 0)).toBe(false);
    fail(0);
    fail(0);
    expect(breaker.hold(call, 4_999)).toBe(false);
    expect(link.ask).not.toHaveBeenCalled();
    expect(breaker.hold(call, 5_000)).toBe(true);
    const [ms, atEnd, wakeAt, goOn, undo] = call.wait.mock.lastCall ?? [];
    expect([ms, atEnd?.code, wakeAt]).toEqual([4_000, "deadline", Number.POSITIVE_INFINITY]);
    goOn?.(5_200);
    undo?.();
    expect(call.recheck.mock.calls).toEqual([[5_200]]);
    expect(call.giveBack).toHaveBeenCalledTimes(1);
    await link.ask.mock.results[0]?.value;
    expect(link.decline).not.toHaveBeenCalled();
    link.ask.mockReturnValue(undefined);
    expect(breaker.hold(call, 5_000)).toBe(false);
  });

  test("and gets it back from a call that does not wait any more", async () => {
    const { breaker, link, fail } = tied();
    fail(0);
    fail(0);
    breaker.hold(held(true), 5_000);
    await link.ask.mock.results[0]?.value;
    expect(link.decline).toHaveBeenCalledTimes(1);
  });

  test("and says from when asking makes sense", () => {
    const { breaker, link, fail } = tied();
    fail(0);
    fail(0);
    link.refusedUntil.mockReturnValue(5_300);
    expect([breaker.refusedUntil(4_000), breaker.refusedUntil(5_000)]).toEqual([5_000, 5_300]);
  });
});
