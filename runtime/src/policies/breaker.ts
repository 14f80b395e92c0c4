import { never } from "../base/clock.js";
import type { BreakerState, CallMark, Pass, Verdict } from "./circuit-breaker.js";
import { Rolling, type Tally } from "./rolling.js";
import type { LocalBreaker } from "./shared-store.js";
import type { BreakerPolicy } from "./types.js";

/**
 * A circuit breaker (Nygard, "Release It!"): opens when the failure rate over a sliding window reaches its limit, lets
 * probes through after a cool-down, and closes when they succeed. It has no timer: its state is a comparison with the
 * clock.
 */
export class Breaker implements LocalBreaker {
  readonly policy: BreakerPolicy;
  /** How often the state has changed. */
  era = 0;
  /** The end of the last cool-down. */
  openUntil = 0;
  /** Probes that failed one after the other. */
  failedProbes = 0;
  readonly #random: () => number;
  readonly #changed: (state: BreakerState) => void;
  readonly #window: Rolling;
  /** Made when somebody waits, which is seldom. */
  #watchers: Set<(openUntil: number) => void> | undefined;
  #state: BreakerState = "closed";
  #probesOut = 0;
  #probesPassed = 0;
  #lastProbeAt = 0;
  #forced: "open" | "closed" | undefined;

  constructor(policy: BreakerPolicy, random: () => number, changed: (state: BreakerState) => void) {
    const { window } = policy;
    this.policy = policy;
    this.#random = random;
    this.#changed = changed;
    this.#window = typeof window === "number" ? new Rolling(window) : new Rolling(never, window.calls);
  }

  /** The state at a moment; an open breaker whose cool-down is over is half-open. */
  state(now: number): BreakerState {
    return this.#forced ?? (this.#state === "open" && now >= this.openUntil ? "half-open" : this.#state);
  }

  /** Holds a state until called with `undefined`. */
  force(state: "open" | "closed" | undefined, now: number): void {
    if (this.#forced === state) return;
    this.#forced = state;
    this.#changed(this.state(now));
    if (state === "open") this.#warn(never);
  }

  /** What the window holds at a moment. */
  counts(now: number): Readonly<Tally> {
    return this.#window.expire(now);
  }

  /** `undefined` when an attempt may go on; else the moment from which asking again makes sense. Takes nothing. */
  refusedUntil(now: number): number | undefined {
    if (this.#forced !== undefined) return this.#forced === "open" ? never : undefined;
    if (this.#state === "closed") return undefined;
    if (now < this.openUntil) return this.openUntil;
    // A probe without any time limit that never came back must not lock the breaker for ever.
    const isLost = now - this.#lastProbeAt > this.policy.cooldownMax;
    return this.#probesOut < this.policy.probes || isLost ? undefined : now;
  }

  /** Takes leave for one attempt. Ask {@link Breaker.refusedUntil} first. */
  enter(now: number): Pass {
    const probe = this.#state !== "closed" && this.#forced === undefined;
    if (probe) {
      this.#change("half-open");
      this.#probesOut++;
      this.#lastProbeAt = now;
    }
    return { at: now, era: this.era, probe };
  }

  /** Hears how the attempt ended. */
  leave({ at, era, probe }: Pass, verdict: Verdict, call: CallMark, now: number): void {
    if (era !== this.era) return;
    if (probe) this.#probeEnded(verdict, now);
    else if (verdict !== "neutral") this.#count(verdict === "failure", now - at, call, now);
  }

  /** Calls `opened` when the breaker opens, until the returned function is called. */
  watch(opened: (openUntil: number) => void): () => void {
    this.#watchers ??= new Set();
    this.#watchers.add(opened);
    return () => this.#watchers?.delete(opened);
  }

  #count(failed: boolean, tookMs: number, call: CallMark, now: number): void {
    const { slowCall, minimumCalls, failureRate } = this.policy;
    const slot = this.#window.slot(now);
    const { sum } = this.#window;
    slot.attempts++;
    sum.attempts++;
    // A call counts once, at the latest of its attempts: its own retries never open the breaker.
    if (call.slot?.live) call.slot.calls--;
    else sum.calls++;
    slot.calls++;
    call.slot = slot;
    const slowRate = slowCall && tookMs > slowCall.duration ? slowCall.rate : never;
    if (failed) {
      slot.failures++;
      sum.failures++;
    }
    if (slowRate !== never) {
      slot.slow++;
      sum.slow++;
    }
    this.#window.expire(now);
    const isFailing = failed && sum.failures >= failureRate * sum.attempts;
    const isClosed = this.#state === "closed" && this.#forced === undefined;
    if (isClosed && sum.calls >= minimumCalls && (isFailing || sum.slow >= slowRate * sum.attempts)) this.#cool(now, 0);
  }

  #probeEnded(verdict: Verdict, now: number): void {
    this.#probesOut--;
    if (verdict === "failure") this.#cool(now, this.failedProbes + 1);
    else if (verdict === "success" && ++this.#probesPassed >= this.policy.probes) this.close();
  }

  /** Closes, and forgets what it counted. */
  close(): void {
    this.failedProbes = 0;
    if (this.#state !== "closed") this.#window.clear();
    this.#change("closed");
  }

  #cool(now: number, failedProbes: number): void {
    const { cooldown, cooldownMax } = this.policy;
    const pause = Math.min(cooldown * 2 ** failedProbes, Math.max(cooldown, cooldownMax));
    this.open(now + pause * (1 + this.#random() / 10), failedProbes);
  }

  /** Opens, or stays open until another moment; whoever waits is told. */
  open(until: number, failedProbes: number): void {
    this.openUntil = until;
    this.failedProbes = failedProbes;
    this.#change("open");
    this.#warn(until);
  }

  #warn(openUntil: number): void {
    for (const opened of [...(this.#watchers ?? [])]) opened(openUntil);
  }

  #change(state: BreakerState): void {
    if (this.#state === state) return;
    this.#state = state;
    this.era++;
    this.#probesOut = 0;
    this.#probesPassed = 0;
    this.#changed(state);
  }
}
