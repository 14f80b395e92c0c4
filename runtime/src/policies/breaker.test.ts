import { describe, expect, test } from "vitest";
import { Breaker } from "./breaker.js";
import type { BreakerState, CallMark, Pass, Verdict } from "./circuit-breaker.js";
import type { BreakerPolicy } from "./types.js";

const policy: BreakerPolicy = {
  window: 10_000,
  failureRate: 0.5,
  minimumCalls: 4,
  slowCall: false,
  cooldown: 5_000,
  cooldownMax: 30_000,
  probes: 1,
  scope: "operation",
  shared: false,
  critical: false,
};

/** A breaker, what it told, and attempts that pass through it. */
class Site {
  readonly breaker: Breaker;
  readonly told: BreakerState[] = [];

  constructor(more: Partial<BreakerPolicy> = {}, random = 0) {
    this.breaker = new Breaker(
      { ...policy, ...more },
      () => random,
      (state) => this.told.push(state),
    );
  }

  /** An attempt of a call of its own that lasts no time, unless said otherwise. */
  attempt(verdict: Verdict, now: number, call: CallMark = { slot: undefined }, tookMs = 0): void {
    this.breaker.leave(this.breaker.enter(now - tookMs), verdict, call, now);
  }

  failures(count: number, now: number): this {
    for (let attempt = 0; attempt < count; attempt++) this.attempt("failure", now);
    return this;
  }

  successes(count: number, now: number): this {
    for (let attempt = 0; attempt < count; attempt++) this.attempt("success", now);
    return this;
  }

  state(now: number): BreakerState {
    return this.breaker.state(now);
  }

  /** Takes leave if there is leave. */
  ask(now: number): Pass | undefined {
    return this.breaker.refusedUntil(now) === undefined ? this.breaker.enter(now) : undefined;
  }

  leave(pass: Pass | undefined, verdict: Verdict, now: number): void {
    if (pass === undefined) throw new Error("no leave was given");
    this.breaker.leave(pass, verdict, { slot: undefined }, now);
  }
}

/** Opened at 0: the first probe is let through at 5,000. */
const opened = (more: Partial<BreakerPolicy> = {}, random = 0): Site => new Site(more, random).failures(4, 0);

describe("a closed breaker", () => {
  test("lets everything through and says nothing", () => {
    const site = new Site();
    expect([site.state(0), site.breaker.refusedUntil(0)]).toEqual(["closed", undefined]);
    site.successes(100, 0);
    expect(site.told).toEqual([]);
  });

  test("opens when the share of failures reaches its limit", () => {
    const site = new Site().successes(2, 0).failures(1, 0);
    expect(site.state(0)).toBe("closed");
    site.failures(1, 0);
    expect(site.state(0)).toBe("open");
    expect(site.told).toEqual(["open"]);
  });

  test("stays closed just below its limit", () => {
    const site = new Site({ failureRate: 0.51 }).successes(2, 0).failures(2, 0);
    expect(site.state(0)).toBe("closed");
    expect(site.failures(1, 0).state(0)).toBe("open");
  });

  test("does not open on a success, though many failed before `minimumCalls` was reached", () => {
    const site = new Site().failures(3, 0).successes(1, 0);
    expect(site.state(0)).toBe("closed");
    expect(site.failures(1, 0).state(0)).toBe("open");
  });

  test("needs `minimumCalls` in its window", () => {
    expect(new Site().failures(3, 0).state(0)).toBe("closed");
    expect(new Site().failures(3, 0).failures(1, 9_999).state(9_999)).toBe("open");
    expect(new Site().failures(3, 0).failures(1, 10_000).state(10_000)).toBe("closed");
  });

  test("counts distinct calls: one call's own retries never open it", () => {
    const site = new Site();
    const call: CallMark = { slot: undefined };
    for (let attempt = 0; attempt < 100; attempt++) site.attempt("failure", attempt, call);
    expect(site.breaker.counts(100)).toMatchObject({ calls: 1, attempts: 100, failures: 100 });
    expect(site.state(100)).toBe("closed");
    site.failures(3, 100);
    expect(site.state(100)).toBe("open");
  });

  test("counts a call at the latest of its attempts", () => {
    const site = new Site();
    const call: CallMark = { slot: undefined };
    site.attempt("failure", 0, call);
    site.attempt("failure", 6_000, call);
    expect(site.breaker.counts(10_000)).toMatchObject({ calls: 1, attempts: 1 });
    expect(site.breaker.counts(15_999)).toMatchObject({ calls: 1, attempts: 1 });
    expect(site.breaker.counts(16_000)).toMatchObject({ calls: 0, attempts: 0 });
  });

  test("counts a call anew when its earlier attempt has left the window", () => {
    const site = new Site();
    const call: CallMark = { slot: undefined };
    site.attempt("failure", 0, call);
    site.attempt("failure", 10_000, call);
    expect(site.breaker.counts(10_000)).toMatchObject({ calls: 1, attempts: 1 });
  });

  test("takes the share of the attempts, not of the calls", () => {
    const site = new Site({ minimumCalls: 2 });
    const call: CallMark = { slot: undefined };
    site.successes(3, 0);
    site.attempt("failure", 0, call);
    site.attempt("failure", 0, call);
    expect(site.state(0)).toBe("closed");
    site.attempt("failure", 0, call);
    expect(site.state(0)).toBe("open");
  });

  test("neutral verdicts count nowhere", () => {
    const site = new Site();
    for (let attempt = 0; attempt < 50; attempt++) site.attempt("neutral", 0);
    expect(site.breaker.counts(0)).toEqual({ calls: 0, attempts: 0, failures: 0, slow: 0, retries: 0 });
    expect(site.failures(3, 0).state(0)).toBe("closed");
  });
});

describe("a window of time", () => {
  test("old results leave exactly on time", () => {
    const site = new Site().failures(3, 1_000);
    expect(site.breaker.counts(10_999.9).failures).toBe(3);
    expect(site.breaker.counts(11_000).failures).toBe(0);
  });

  test("and also after a long pause: stale failures open nothing", () => {
    const site = new Site().failures(3, 0);
    site.failures(1, 3_600_000);
    expect(site.state(3_600_000)).toBe("closed");
    expect(site.breaker.counts(3_600_000)).toMatchObject({ calls: 1, attempts: 1, failures: 1 });
  });

  test("successes that leave it make the failures weigh more, at the next failure", () => {
    const site = new Site().successes(10, 0).failures(4, 5_000);
    expect(site.state(10_000)).toBe("closed");
    expect(site.failures(1, 10_000).state(10_000)).toBe("open");
  });
});

describe("a window of calls", () => {
  test("holds the last ones, however old", () => {
    const site = new Site({ window: { calls: 4 } }).failures(2, 0).successes(3, 1e6);
    expect(site.breaker.counts(1e9)).toMatchObject({ attempts: 4, failures: 1 });
  });

  test("opens by them", () => {
    const site = new Site({ window: { calls: 4 } }).successes(100, 0).failures(1, 1);
    expect(site.state(1)).toBe("closed");
    expect(site.failures(1, 2).state(2)).toBe("open");
  });

  test("opens in an outage, however often each call is tried again", () => {
    const site = new Site({ window: { calls: 4 } }).successes(10, 0);
    for (let call = 0; call < 4; call++) {
      const mark: CallMark = { slot: undefined };
      for (let attempt = 0; attempt < 4; attempt++) site.attempt("failure", call, mark);
    }
    expect(site.state(4)).toBe("open");
  });

  test("forgets all attempts of a call that leaves it", () => {
    const site = new Site({ window: { calls: 2 } });
    const call: CallMark = { slot: undefined };
    for (let attempt = 0; attempt < 4; attempt++) site.attempt("failure", attempt, call);
    site.successes(1, 5);
    expect(site.breaker.counts(5)).toMatchObject({ calls: 2, attempts: 5, failures: 4 });
    site.successes(1, 6);
    expect(site.breaker.counts(6)).toMatchObject({ calls: 2, attempts: 2, failures: 0 });
  });

  test("counts distinct calls in it", () => {
    const site = new Site({ window: { calls: 4 } });
    const call: CallMark = { slot: undefined };
    for (let attempt = 0; attempt < 20; attempt++) site.attempt("failure", attempt, call);
    site.failures(2, 20);
    expect(site.breaker.counts(20)).toMatchObject({ calls: 3, attempts: 22 });
    site.failures(1, 20);
    expect(site.state(20)).toBe("open");
  });

  test("reading its counters does not change it", () => {
    const site = new Site({ window: { calls: 4 } }).successes(2, 0).failures(1, 0).successes(1, 0);
    expect(site.breaker.counts(1).attempts).toBe(4);
    expect(site.breaker.counts(1).attempts).toBe(4);
    expect(site.failures(1, 2).state(2)).toBe("open");
  });
});

describe("slow attempts", () => {
  const slowCall = { duration: 1_000, rate: 0.5 };

  test("count from above their duration, and open by their share", () => {
    const site = new Site({ slowCall }).successes(2, 2_000);
    for (const _ of [1, 2, 3]) site.attempt("success", 2_000, undefined, 1_000);
    expect(site.breaker.counts(2_000).slow).toBe(0);
    for (const _ of [1, 2, 3, 4]) site.attempt("success", 2_000, undefined, 1_001);
    expect([site.breaker.counts(2_000).slow, site.state(2_000)]).toEqual([4, "closed"]);
    site.attempt("success", 2_000, undefined, 1_001);
    expect(site.state(2_000)).toBe("open");
  });

  test("do not open before `minimumCalls`", () => {
    const site = new Site({ slowCall });
    for (const _ of [1, 2, 3]) site.attempt("success", 2_000, undefined, 1_500);
    expect(site.state(2_000)).toBe("closed");
    site.attempt("success", 2_000, undefined, 1_500);
    expect(site.state(2_000)).toBe("open");
  });

  test("a fast success does not open, though half were slow", () => {
    const site = new Site({ slowCall });
    for (const _ of [1, 2, 3]) site.attempt("success", 2_000, undefined, 1_500);
    site.successes(1, 2_000);
    expect(site.state(2_000)).toBe("closed");
  });

  test("a slow failure counts as both", () => {
    const site = new Site({ slowCall });
    site.attempt("failure", 2_000, undefined, 1_500);
    expect(site.breaker.counts(2_000)).toMatchObject({ failures: 1, slow: 1 });
  });

  test("leave the window with the attempts that they are", () => {
    const site = new Site({ slowCall: { duration: 100, rate: 0.5 } });
    for (let count = 0; count < 3; count++) site.attempt("success", 0, { slot: undefined }, 101);
    expect(site.breaker.counts(9_999).slow).toBe(3);
    expect(site.breaker.counts(10_000).slow).toBe(0);
  });

  test("are not looked at unless told to", () => {
    const site = new Site();
    for (let attempt = 0; attempt < 50; attempt++) site.attempt("success", 1e6, undefined, 1e6);
    expect([site.breaker.counts(1e6).slow, site.state(1e6)]).toEqual([0, "closed"]);
  });
});

describe("an open breaker", () => {
  test("refuses until its cool-down is over, and says when that is", () => {
    const site = opened();
    expect([site.state(0), site.state(4_999), site.state(5_000)]).toEqual(["open", "open", "half-open"]);
    expect([site.breaker.refusedUntil(0), site.breaker.refusedUntil(4_999.9)]).toEqual([5_000, 5_000]);
    expect(site.breaker.refusedUntil(5_000)).toBeUndefined();
  });

  test("waits up to a tenth longer, so that processes do not probe together", () => {
    expect(opened({}, 0.5).breaker.refusedUntil(0)).toBe(5_250);
    expect(opened({}, 0.999).breaker.refusedUntil(0)).toBeCloseTo(5_499.5);
  });

  test("does not open a second time by attempts that were under way", () => {
    const site = new Site();
    const passes = [1, 2, 3, 4, 5, 6].map(() => site.ask(0));
    for (const pass of passes) site.leave(pass, "failure", 100);
    expect(site.told).toEqual(["open"]);
    expect(site.breaker.refusedUntil(100)).toBe(5_100);
  });

  test("is not closed by the late success of an attempt that began before", () => {
    const site = new Site();
    const old = site.ask(0);
    site.failures(4, 0);
    site.leave(old, "success", 100);
    site.leave(site.ask(5_000), "failure", 5_000);
    expect(site.state(5_000)).toBe("open");
    expect(site.told).toEqual(["open", "half-open", "open"]);
  });

  test("tells everybody who watches it until when it is open; who watches no more hears nothing", () => {
    const site = new Site();
    const heard: [string, number][] = [];
    site.breaker.watch((until) => heard.push(["first", until]));
    const leave = site.breaker.watch((until) => heard.push(["second", until]));
    leave();
    site.failures(4, 100);
    expect(heard).toEqual([["first", 5_100]]);
  });

  test("who stops watching while it tells does not keep the others from hearing it", () => {
    const site = new Site();
    const heard: string[] = [];
    const leave = site.breaker.watch(() => {
      heard.push("first");
      leave();
    });
    site.breaker.watch(() => heard.push("second"));
    site.failures(4, 0);
    expect(heard).toEqual(["first", "second"]);
  });
});

describe("a half-open breaker", () => {
  test("lets exactly `probes` attempts through at once", () => {
    for (const probes of [1, 2, 3]) {
      const site = opened({ probes });
      const passes = [1, 2, 3, 4, 5].map(() => site.ask(5_000));
      expect(passes.filter((pass) => pass !== undefined)).toHaveLength(probes);
    }
  });

  test("says that asking again makes sense at any moment", () => {
    const site = opened();
    site.ask(5_000);
    expect(site.breaker.refusedUntil(5_001)).toBe(5_001);
  });

  test("closes when its probe succeeds, with an empty window", () => {
    const site = opened();
    site.leave(site.ask(5_000), "success", 5_010);
    expect(site.told).toEqual(["open", "half-open", "closed"]);
    expect(site.breaker.counts(5_010)).toMatchObject({ calls: 0, attempts: 0, failures: 0 });
    expect(site.failures(3, 5_020).state(5_020)).toBe("closed");
  });

  test("closes only when all its probes have succeeded", () => {
    const site = opened({ probes: 2 });
    const [first, second] = [site.ask(5_000), site.ask(5_000)];
    site.leave(first, "success", 5_010);
    expect(site.state(5_010)).toBe("half-open");
    site.leave(second, "success", 5_020);
    expect(site.state(5_020)).toBe("closed");
  });

  test("opens again when one probe fails", () => {
    const site = opened({ probes: 2 });
    const [first, second] = [site.ask(5_000), site.ask(5_000)];
    site.leave(first, "success", 5_010);
    site.leave(second, "failure", 5_020);
    expect([site.state(5_020), site.breaker.refusedUntil(5_020)]).toEqual(["open", 15_020]);
  });

  test("successes before a failed probe do not count at the next probing", () => {
    const site = opened({ probes: 2 });
    const [first, second] = [site.ask(5_000), site.ask(5_000)];
    site.leave(first, "success", 5_010);
    site.leave(second, "failure", 5_020);
    site.leave(site.ask(15_020), "success", 15_030);
    expect(site.state(15_030)).toBe("half-open");
    site.leave(site.ask(15_030), "success", 15_040);
    expect(site.state(15_040)).toBe("closed");
  });

  test("a probe that says nothing about the server gives its place back", () => {
    const site = opened();
    site.leave(site.ask(5_000), "neutral", 5_100);
    expect(site.state(5_100)).toBe("half-open");
    site.leave(site.ask(5_100), "success", 5_200);
    expect(site.state(5_200)).toBe("closed");
  });

  test("the other probe's late outcome does not count after the state has changed", () => {
    const site = opened({ probes: 2 });
    const [first, second] = [site.ask(5_000), site.ask(5_000)];
    site.leave(first, "failure", 5_010);
    site.leave(second, "success", 5_020);
    expect(site.breaker.refusedUntil(5_020)).toBe(15_010);
    const passes = [site.ask(15_010), site.ask(15_010), site.ask(15_010)];
    expect(passes.filter((pass) => pass !== undefined)).toHaveLength(2);
  });

  test("a probe that never comes back does not lock it for ever", () => {
    const site = opened({ cooldownMax: 30_000 });
    site.ask(5_000);
    expect(site.ask(35_000)).toBeUndefined();
    const next = site.ask(35_001);
    expect(next).toBeDefined();
    expect(site.ask(35_002)).toBeUndefined();
    site.leave(next, "success", 35_100);
    expect(site.state(35_100)).toBe("closed");
  });
});

describe("an attempt that ends after the state has changed", () => {
  test("and changed back counts nowhere", () => {
    const site = new Site();
    const old = site.ask(0);
    site.failures(4, 0);
    site.leave(site.ask(5_000), "success", 5_000);
    expect(site.state(5_000)).toBe("closed");
    site.leave(old, "failure", 5_001);
    expect(site.breaker.counts(5_001)).toMatchObject({ attempts: 0, failures: 0 });
  });

  test("as a probe of an earlier time does not close the breaker", () => {
    const site = opened({ cooldownMax: 5_000 });
    const lost = site.ask(5_000);
    site.leave(site.ask(10_001), "failure", 10_001);
    const probe = site.ask(15_001);
    site.leave(lost, "success", 15_002);
    expect(site.state(15_002)).toBe("half-open");
    site.leave(probe, "success", 15_003);
    expect(site.state(15_003)).toBe("closed");
  });
});

describe("the cool-down", () => {
  /** How long it is open after each of some probes that fail. */
  const pauses = (site: Site, count: number): number[] => {
    const lengths: number[] = [];
    let now = 0;
    for (let probe = 0; probe < count; probe++) {
      const until = site.breaker.refusedUntil(now) as number;
      lengths.push(until - now);
      now = until;
      site.leave(site.ask(now), "failure", now);
    }
    return lengths;
  };

  test("doubles after each probe that fails, up to its longest", () => {
    expect(pauses(opened(), 6)).toEqual([5_000, 10_000, 20_000, 30_000, 30_000, 30_000]);
  });

  test("stays a number after thousands of probes", () => {
    const lengths = pauses(opened(), 2_000);
    expect(lengths.at(-1)).toBeCloseTo(30_000);
  });

  test("is as long as at first again when it had been closed", () => {
    const site = opened();
    site.leave(site.ask(5_000), "failure", 5_000);
    site.leave(site.ask(15_000), "success", 15_000);
    site.failures(4, 20_000);
    expect(site.breaker.refusedUntil(20_000)).toBe(25_000);
  });

  test("each has a jitter of its own on top", () => {
    expect(pauses(opened({}, 0.5), 3)).toEqual([5_250, 10_500, 21_000]);
  });

  test("is never shorter than its first, whatever the longest says", () => {
    expect(pauses(opened({ cooldownMax: 1_000 }), 3)).toEqual([5_000, 5_000, 5_000]);
  });
});

describe("held by hand", () => {
  test("open, it refuses without end, and those who watch hear it", () => {
    const site = new Site();
    const heard: number[] = [];
    site.breaker.watch((until) => heard.push(until));
    site.breaker.force("open", 0);
    expect([site.state(1e9), site.breaker.refusedUntil(1e9)]).toEqual(["open", Number.POSITIVE_INFINITY]);
    expect([site.told, heard]).toEqual([["open"], [Number.POSITIVE_INFINITY]]);
  });

  test("closed, it lets everything through whatever fails", () => {
    const site = new Site();
    const heard: number[] = [];
    site.breaker.watch((until) => heard.push(until));
    site.breaker.force("closed", 0);
    site.failures(100, 0);
    expect([site.state(0), site.breaker.refusedUntil(0), heard]).toEqual(["closed", undefined, []]);
  });

  test("closed, it does not open behind the hand that holds it", () => {
    const site = new Site();
    site.breaker.force("closed", 0);
    site.failures(20, 0);
    expect(site.told).toEqual(["closed"]);
    site.breaker.force(undefined, 1);
    expect(site.state(1)).toBe("closed");
  });

  test("closed while it was open, it lets through more than probes", () => {
    const site = opened();
    site.breaker.force("closed", 100);
    expect([site.ask(100), site.ask(100), site.ask(100)].every((pass) => pass?.probe === false)).toBe(true);
    expect(site.told).toEqual(["open", "closed"]);
  });

  test("until it may decide for itself again, from the state in which it was", () => {
    const site = opened();
    site.breaker.force("closed", 100);
    site.breaker.force(undefined, 200);
    expect([site.state(200), site.state(5_000)]).toEqual(["open", "half-open"]);
    site.breaker.force("open", 5_000);
    site.breaker.force(undefined, 5_000);
    expect(site.told).toEqual(["open", "closed", "open", "open", "half-open"]);
    site.leave(site.ask(5_000), "success", 5_001);
    expect(site.state(5_001)).toBe("closed");
  });

  test("what it counted meanwhile opens it at the next failure", () => {
    const site = new Site();
    site.breaker.force("closed", 0);
    site.failures(10, 0);
    site.breaker.force(undefined, 1);
    expect(site.state(1)).toBe("closed");
    expect(site.failures(1, 2).state(2)).toBe("open");
  });
});

describe("a breaker that is steered from outside", () => {
  test("opens for so long, and whoever waits is told", () => {
    const { breaker, told } = new Site();
    const opened: number[] = [];
    breaker.watch((until) => opened.push(until));
    breaker.open(3_100, 1);
    expect(breaker.refusedUntil(200)).toBe(3_100);
    expect([told, opened]).toEqual([["open"], [3_100]]);
  });

  test("does not change when it was open before, but may stay so for longer", () => {
    const { breaker, told } = new Site();
    breaker.open(3_000, 1);
    breaker.open(4_500, 1);
    expect(breaker.refusedUntil(3_500)).toBe(4_500);
    expect(told).toEqual(["open"]);
  });

  test("opens although its own probe is out, whose outcome does not count any more", () => {
    const site = new Site();
    site.breaker.open(3_000, 1);
    const probe = site.ask(3_000);
    site.breaker.open(9_100, 2);
    site.leave(probe, "success", 3_200);
    expect(site.breaker.refusedUntil(3_200)).toBe(9_100);
    expect(site.told).toEqual(["open", "half-open", "open"]);
  });

  test("closes once, and keeps what it has counted since", () => {
    const { breaker, told } = new Site();
    breaker.close();
    expect(told).toEqual([]);
    breaker.open(3_000, 2);
    breaker.close();
    expect([breaker.refusedUntil(100), breaker.failedProbes]).toEqual([undefined, 0]);
    breaker.leave(breaker.enter(100), "success", { slot: undefined }, 100);
    breaker.close();
    expect(breaker.counts(100)).toMatchObject({ attempts: 1 });
    expect(told).toEqual(["open", "closed"]);
  });

  test("takes over how often probes failed: the next pause goes by that", () => {
    const site = new Site();
    site.breaker.open(1_000, 2);
    site.leave(site.ask(1_000), "failure", 1_000);
    expect(site.breaker.refusedUntil(1_000)).toBe(1_000 + 20_000 + 10_000);
    expect(site.breaker.failedProbes).toBe(3);
  });
});
