// What calls share, as the contract says it, in the plainest way: whole lists that are looked through at each question.
import type { BreakerState } from "../../runtime/src/policies/circuit-breaker.js";
import type { BreakerPolicy, BudgetPolicy, BulkheadPolicy, RateLimitPolicy } from "../../runtime/src/policies/types.js";

export const never = Number.POSITIVE_INFINITY;

/** Moments are kept to the millisecond: one that is less than 1 ms after the entry before counts from that one. */
function stamp(entries: readonly { readonly at: number }[], now: number): number {
  const last = entries.at(-1);
  return last !== undefined && now - last.at < 1 ? last.at : now;
}

interface BreakerEntry {
  readonly at: number;
  readonly call: object;
  readonly failed: boolean;
  readonly slow: boolean;
}

/** Those left when the oldest are taken away until they are of no more than so many calls. */
function lastCalls(entries: readonly BreakerEntry[], calls: number): BreakerEntry[] {
  const counted = (from: number): number => new Set(entries.slice(from).map(({ call }) => call)).size;
  let from = 0;
  while (counted(from) > calls) from++;
  return entries.slice(from);
}

/** Leave to make one attempt. */
export interface Leave {
  readonly begunAt: number;
  readonly changes: number;
  readonly isProbe: boolean;
}

export class ReferenceBreaker {
  state: "closed" | "open" | "half-open" = "closed";
  forced: "open" | "closed" | undefined;
  openUntil = 0;
  entries: BreakerEntry[] = [];
  /** How often the state has changed. */
  changes = 0;
  failedProbes = 0;
  probesOut = 0;
  probesPassed = 0;
  lastProbeAt = 0;
  readonly policy: BreakerPolicy;
  readonly chance: (now: number) => number;
  readonly told: (state: BreakerState) => void;
  /** Refuses everything that waits for it. */
  readonly opened: (until: number) => void;

  constructor(
    policy: BreakerPolicy,
    chance: (now: number) => number,
    told: (state: BreakerState) => void,
    opened: (until: number) => void,
  ) {
    this.policy = policy;
    this.chance = chance;
    this.told = told;
    this.opened = opened;
  }

  seen(now: number): BreakerState {
    if (this.forced !== undefined) return this.forced;
    return this.state === "open" && now >= this.openUntil ? "half-open" : this.state;
  }

  force(state: "open" | "closed" | undefined, now: number): void {
    if (this.forced === state) return;
    this.forced = state;
    this.told(this.seen(now));
    if (state === "open") this.opened(never);
  }

  /** From when it makes sense to ask again; `undefined`: an attempt may go on now. */
  refusesUntil(now: number): number | undefined {
    const seen = this.seen(now);
    if (seen === "closed") return undefined;
    if (seen === "open") return this.forced === "open" ? never : this.openUntil;
    if (this.state === "open") return undefined;
    if (this.probesOut < this.policy.probes) return undefined;
    // One that has not come back for longer than any cool-down is taken for lost.
    return now - this.lastProbeAt > this.policy.cooldownMax ? undefined : now;
  }

  begin(now: number): Leave {
    const isProbe = this.forced === undefined && this.state !== "closed";
    if (isProbe && this.state === "open") this.change("half-open");
    if (isProbe) {
      this.probesOut++;
      this.lastProbeAt = now;
    }
    return { begunAt: now, changes: this.changes, isProbe };
  }

  /** `undefined`: the attempt says nothing about the server. */
  end(leave: Leave, isFailure: boolean | undefined, call: object, now: number): void {
    if (leave.changes !== this.changes) return;
    if (leave.isProbe) return this.probeEnds(isFailure, now);
    if (isFailure === undefined) return;
    const { slowCall, minimumCalls, failureRate, window } = this.policy;
    if (typeof window === "number") this.entries = this.entries.filter(({ at }) => now - at < window);
    const slow = slowCall !== false && now - leave.begunAt > slowCall.duration;
    const at = typeof window === "number" ? stamp(this.entries, now) : now;
    this.entries.push({ at, call, failed: isFailure, slow });
    if (typeof window !== "number") this.entries = lastCalls(this.entries, window.calls);
    if (this.forced !== undefined || this.state !== "closed") return;
    const all = this.entries.length;
    const failures = this.entries.filter((entry) => entry.failed).length;
    const slows = this.entries.filter((entry) => entry.slow).length;
    const calls = new Set(this.entries.map((entry) => entry.call)).size;
    const isFailing = isFailure && failures / all >= failureRate;
    const isSlow = slowCall && slow && slows / all >= slowCall.rate;
    if (calls >= minimumCalls && (isFailing || isSlow)) this.open(now);
  }

  probeEnds(isFailure: boolean | undefined, now: number): void {
    this.probesOut--;
    if (isFailure === true) {
      this.failedProbes++;
      this.open(now);
    } else if (isFailure === false) {
      this.probesPassed++;
      if (this.probesPassed < this.policy.probes) return;
      this.failedProbes = 0;
      this.entries = [];
      this.change("closed");
    }
  }

  open(now: number): void {
    let pause = this.policy.cooldown;
    for (let failed = 0; failed < this.failedProbes && pause < this.policy.cooldownMax; failed++) pause *= 2;
    pause = Math.min(pause, Math.max(this.policy.cooldown, this.policy.cooldownMax));
    this.openUntil = now + pause * (1 + this.chance(now) / 10);
    this.change("open");
    this.opened(this.openUntil);
  }

  change(state: "closed" | "open" | "half-open"): void {
    this.state = state;
    this.changes++;
    this.probesOut = 0;
    this.probesPassed = 0;
    this.told(state);
  }
}

export class ReferenceBulkhead {
  running = 0;
  /** Who waits for a place, in the order of coming; each is called when it has one. */
  queue: (() => void)[] = [];
  readonly policy: BulkheadPolicy;

  constructor(policy: BulkheadPolicy) {
    this.policy = policy;
  }

  hasRoom(): boolean {
    return this.running < this.policy.concurrency;
  }

  free(): void {
    this.running--;
    while (this.hasRoom() && this.queue.length > 0) {
      const first = this.queue.shift();
      this.running++;
      first?.();
    }
  }
}

/** A bucket that calls and seconds fill, and that holds what `burst` worth of both has earned. */
export class ReferenceBudget {
  calls: { readonly at: number }[] = [];
  readonly policy: BudgetPolicy;
  /** What is in it, as of a moment; `never`: full from the start. */
  #held = never;
  #asOf = 0;
  /** Retries that were allowed and are not sent yet: they keep their places. */
  #unsent: { readonly at: number }[] = [];
  /** Calls and retries share their milliseconds. */
  #all: { readonly at: number }[] = [];

  constructor(policy: BudgetPolicy) {
    this.policy = policy;
  }

  call(now: number): void {
    const held = this.#fill(now);
    this.calls.push({ at: this.#stamped(now) });
    this.#held = Math.min(this.#most(now), held + this.policy.ratio);
  }

  canSpend(now: number): boolean {
    // Sums of fractions are not exact.
    return this.#fill(now) >= 1 - 1e-9;
  }

  spend(now: number, wait: number): boolean {
    if (!this.canSpend(now)) return false;
    this.#stamped(now);
    this.#held -= 1;
    this.#unsent.push({ at: now + Math.min(wait, this.policy.burst) });
    return true;
  }

  /** What it can hold at a moment. */
  #most(now: number): number {
    const { ratio, minPerSecond, burst } = this.policy;
    const calls = this.calls.filter(({ at }) => now - at < burst).length;
    const unsent = this.#unsent.filter(({ at }) => at > now).length;
    return ratio * calls + minPerSecond * (burst / 1_000) - unsent;
  }

  #fill(now: number): number {
    // A place that becomes free is filled from then on, not from before.
    const freed = this.#unsent.map(({ at }) => at).filter((at) => at > this.#asOf && at < now);
    for (const moment of [...freed.sort((a, b) => a - b), now]) {
      const dripped = this.policy.minPerSecond * ((moment - this.#asOf) / 1_000);
      const before = this.#unsent.filter(({ at }) => at >= moment).length;
      const after = this.#unsent.filter(({ at }) => at > moment).length;
      this.#asOf = moment;
      this.#held = Math.min(this.#most(moment) + after - before, this.#held + dripped);
    }
    return this.#held;
  }

  #stamped(now: number): number {
    this.#all = this.#all.filter(({ at }) => now - at < this.policy.burst);
    const at = stamp(this.#all, now);
    this.#all.push({ at });
    return at;
  }
}

/** A turn that was promised; `isBack` when it was given back. */
export interface ReferenceTurn {
  readonly at: number;
  isBack: boolean;
}

export class ReferenceLimiter {
  /** All turns that were ever promised, in their order. */
  turns: ReferenceTurn[] = [];
  readonly policy: RateLimitPolicy;

  constructor(policy: RateLimitPolicy) {
    this.policy = policy;
  }

  take(now: number): ReferenceTurn {
    // One that nobody used is none.
    this.turns = this.turns.filter(({ at, isBack }) => !isBack || at >= now);
    // The earliest that was given back and still lies ahead; else one behind all that were promised.
    const back = this.turns.find(({ at, isBack }) => isBack && at >= now);
    if (back !== undefined) {
      back.isBack = false;
      return back;
    }
    const before = this.turns.at(-this.policy.calls);
    const at = before === undefined ? now : Math.max(now, before.at + this.policy.per);
    const turn = { at, isBack: false };
    this.turns.push(turn);
    return turn;
  }

  giveBack(turn: ReferenceTurn): void {
    if (turn === this.turns.at(-1)) this.turns.pop();
    else turn.isBack = true;
  }
}
