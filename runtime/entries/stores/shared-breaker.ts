import { type Clock, never } from "../../src/base/clock.js";
import { refused } from "../../src/base/outcome.js";
import type {
  BreakerState,
  CallMark,
  CircuitBreaker,
  HeldCall,
  Pass,
  Verdict,
} from "../../src/policies/circuit-breaker.js";
import type { Tally } from "../../src/policies/rolling.js";
import type { LocalBreaker } from "../../src/policies/shared-store.js";
import type { BreakerPolicy } from "../../src/policies/types.js";

/** One attempt, as the breaker counted it. */
export interface CountedAttempt {
  readonly isNewCall: boolean;
  readonly failed: boolean;
  readonly slow: boolean;
  /** This attempt opened the process's own breaker. */
  readonly opened: boolean;
}

/** Keeps a breaker in step with those of its scope in other processes. All of its methods return at once. */
export interface BreakerLink {
  /** The breaker is used: it may be time to report what was counted, and to ask for news. */
  use(now: number): void;
  /** An attempt was counted. */
  count(attempt: CountedAttempt, now: number): void;
  /** From when asking for a probe makes sense; `undefined`: now. */
  refusedUntil(now: number): number | undefined;
  /** Asks for permission to probe, and settles when there is a reply, soon; `undefined` if none is needed. */
  ask(now: number): Promise<void> | undefined;
  /** Gives back permission that is not needed any more. */
  decline(now: number): void;
  /** A probe begins. */
  probing(): void;
  /** A probe ended. `closed`: the process's own breaker closed by it. */
  probeEnded(verdict: Verdict, closed: boolean, now: number): void;
}

/** A process's own breaker that reports to those of the other processes, and follows what holds for all. */
export class SharedBreaker implements CircuitBreaker {
  readonly policy: BreakerPolicy;
  readonly #own: LocalBreaker;
  readonly #link: BreakerLink;
  readonly #clock: Clock;
  #isForced = false;

  constructor(own: LocalBreaker, link: BreakerLink, clock: Clock) {
    this.policy = own.policy;
    this.#own = own;
    this.#link = link;
    this.#clock = clock;
  }

  state(now: number): BreakerState {
    return this.#own.state(now);
  }

  force(state: "open" | "closed" | undefined, now: number): void {
    this.#isForced = state !== undefined;
    this.#own.force(state, now);
  }

  counts(now: number): Readonly<Tally> {
    return this.#own.counts(now);
  }

  watch(opened: (openUntil: number) => void): () => void {
    return this.#own.watch(opened);
  }

  refusedUntil(now: number): number | undefined {
    if (this.#isForced) return this.#own.refusedUntil(now);
    const until = this.#own.refusedUntil(now);
    const isProbe = until === undefined && this.state(now) === "half-open";
    const refusedUntil = isProbe ? this.#link.refusedUntil(now) : until;
    // A call that may ask for a probe brings news by that.
    if (!isProbe || refusedUntil !== undefined) this.#link.use(now);
    return refusedUntil;
  }

  /** Waits, with the call's slot, until it is known whether this process may probe. */
  hold(call: HeldCall, now: number): boolean {
    const asked = this.state(now) === "half-open" ? this.#link.ask(now) : undefined;
    if (asked === undefined) return false;
    const goOn = (later: number): void => call.recheck(later);
    const end = call.wait(call.deadlineAt - now, refused("deadline"), never, goOn, () => call.giveBack());
    // Registered here, so it runs in the async context of the caller that is held.
    void asked.then(() => {
      if (!end()) this.#link.decline(this.#clock.now());
    });
    return true;
  }

  enter(now: number): Pass {
    const pass = this.#own.enter(now);
    if (pass.probe) this.#link.probing();
    return pass;
  }

  leave(pass: Pass, verdict: Verdict, call: CallMark, now: number): void {
    const { slot } = call;
    const { era } = this.#own;
    this.#own.leave(pass, verdict, call, now);
    if (pass.era !== era) return;
    const changed = this.#own.era !== era;
    const { slowCall } = this.policy;
    const slow = slowCall !== false && now - pass.at > slowCall.duration;
    if (pass.probe) this.#link.probeEnded(verdict, changed && verdict === "success", now);
    else if (verdict !== "neutral")
      this.#link.count({ isNewCall: !slot?.live, failed: verdict === "failure", slow, opened: changed }, now);
  }
}
