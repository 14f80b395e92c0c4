import type { Clock } from "../clock.js";
import { Rolling, type Slot } from "./rolling.js";
import type { BreakerPolicy } from "./types.js";

export type BreakerState = "closed" | "open" | "half-open";

/** What the end of an attempt says about the server. `neutral`: nothing (aborted, cut short, refused, a lost hedge). */
export type Verdict = "success" | "failure" | "neutral";

/** Leave to make one attempt; handed back with the attempt's verdict. */
export interface Pass {
  readonly startedAt: number;
  readonly generation: number;
  readonly isProbe: boolean;
}

/** What a call remembers of a breaker between its attempts: the slot that counts it. */
export interface CallMark {
  slot: Slot | undefined;
}

/**
 * A circuit breaker (Nygard, "Release It!"): opens when the failure rate over a sliding window reaches its limit, lets
 * probes through after a cool-down, and closes when they succeed. It has no timer; its state is a comparison with the
 * clock. Outcomes of attempts begun before the last change of state do not count.
 */
export class Breaker {
  readonly scope: string;
  readonly policy: BreakerPolicy;
  private readonly clock: Clock;
  private readonly random: () => number;
  private readonly changed: (breaker: Breaker, state: BreakerState) => void;
  private readonly window: Rolling;
  private readonly watchers = new Set<(openUntil: number) => void>();
  private current: BreakerState = "closed";
  private generation = 0;
  private openUntil = 0;
  private failedProbes = 0;
  private probesOut = 0;
  private probesPassed = 0;
  private lastProbeAt = 0;

  constructor(
    scope: string,
    policy: BreakerPolicy,
    clock: Clock,
    random: () => number,
    changed: (breaker: Breaker, state: BreakerState) => void,
  ) {
    this.scope = scope;
    this.policy = policy;
    this.clock = clock;
    this.random = random;
    this.changed = changed;
    this.window =
      typeof policy.window === "number"
        ? new Rolling(policy.window, Number.POSITIVE_INFINITY)
        : new Rolling(Number.POSITIVE_INFINITY, policy.window.calls);
  }

  /** The state at this moment; an open breaker whose cool-down is over is half-open. */
  state(now: number = this.clock.now()): BreakerState {
    return this.current === "open" && now >= this.openUntil ? "half-open" : this.current;
  }

  /** `undefined` when an attempt may go on; else the moment from which asking again makes sense. Takes nothing. */
  refusedUntil(now: number): number | undefined {
    if (this.current === "closed") return undefined;
    if (now < this.openUntil) return this.openUntil;
    return this.probesOut < this.policy.probes || this.probeIsLost(now) ? undefined : now;
  }

  /** Takes leave for one attempt. Ask {@link Breaker.refusedUntil} first. */
  enter(now: number): Pass {
    const isProbe = this.current !== "closed";
    if (isProbe) {
      if (this.current === "open") this.change("half-open");
      this.probesOut++;
      this.lastProbeAt = now;
    }
    return { startedAt: now, generation: this.generation, isProbe };
  }

  /** Hears how the attempt ended. */
  leave(pass: Pass, verdict: Verdict, call: CallMark, now: number): void {
    if (pass.generation !== this.generation) return;
    if (pass.isProbe) this.probeEnded(verdict, now);
    else if (verdict !== "neutral") this.count(verdict === "failure", now - pass.startedAt, call, now);
  }

  /** Calls `opened` when the breaker opens, until the returned function is called. */
  watch(opened: (openUntil: number) => void): () => void {
    this.watchers.add(opened);
    return () => this.watchers.delete(opened);
  }

  private count(failed: boolean, tookMs: number, call: CallMark, now: number): void {
    const { window, policy } = this;
    const slot = window.slot(now);
    window.add(slot, "attempts", 1);
    if (call.slot?.live) window.add(call.slot, "calls", -1);
    window.add(slot, "calls", 1);
    call.slot = slot;
    const slowRate = policy.slowCall && tookMs > policy.slowCall.duration ? policy.slowCall.rate : undefined;
    if (failed) window.add(slot, "failures", 1);
    if (slowRate !== undefined) window.add(slot, "slow", 1);
    const { calls, attempts, failures, slow } = window.sum;
    if (calls < policy.minimumCalls) return;
    if (failed && failures / attempts >= policy.failureRate) this.open(now);
    else if (slowRate !== undefined && slow / attempts >= slowRate) this.open(now);
  }

  private probeEnded(verdict: Verdict, now: number): void {
    this.probesOut--;
    if (verdict === "failure") {
      this.failedProbes++;
      this.open(now);
    } else if (verdict === "success" && ++this.probesPassed >= this.policy.probes) {
      this.failedProbes = 0;
      this.window.clear();
      this.change("closed");
    }
  }

  private open(now: number): void {
    const { cooldown, cooldownMax } = this.policy;
    const pause = Math.min(cooldown * 2 ** this.failedProbes, Math.max(cooldown, cooldownMax));
    this.openUntil = now + pause * (1 + this.random() / 10);
    this.change("open");
    for (const opened of [...this.watchers]) opened(this.openUntil);
  }

  private change(state: BreakerState): void {
    this.current = state;
    this.generation++;
    this.probesOut = 0;
    this.probesPassed = 0;
    this.changed(this, state);
  }

  /** A probe without any time limit that never came back must not lock the breaker for ever. */
  private probeIsLost(now: number): boolean {
    return now - this.lastProbeAt > this.policy.cooldownMax;
  }
}
