import { type Clock, never } from "../../src/base/clock.js";
import { refused } from "../../src/base/outcome.js";
import type {
  BreakerState,
  CallMark,
  CircuitBreaker,
  HeldCall,
  LocalBreaker,
  Pass,
  Verdict,
} from "../../src/policies/breaker-link.js";
import type { Tally } from "../../src/policies/rolling.js";
import type { BreakerPolicy } from "../../src/policies/types.js";

/** Keeps a breaker in step with those of its scope in other processes. All of its methods return at once. */
export interface BreakerLink {
  /** It is being used: maybe time to tell what was counted, and to ask how things are. */
  use(now: number): void;
  /** An attempt was counted. */
  count(isNewCall: boolean, failed: boolean, slow: boolean, now: number): void;
  /** From when asking for a probe makes sense; `undefined`: now. */
  refusedUntil(now: number): number | undefined;
  /** Asks for leave to make a probe, and settles when there is an answer, soon; `undefined` where none is needed. */
  ask(): Promise<void> | undefined;
  /** Gives back leave that nobody needs any more. */
  decline(now: number): void;
  /** A probe begins. */
  probing(): void;
  /** A probe has ended; after a failure the breaker stays open for `openForMs`. */
  probeEnded(verdict: Verdict, openForMs: number, failedProbes: number, now: number): void;
}

/** A process's own breaker that tells those of the other processes what it sees, and does what holds for all. */
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
    if (!this.#isForced) this.#link.use(now);
    const until = this.#own.refusedUntil(now);
    return until === undefined && this.state(now) === "half-open" ? this.#link.refusedUntil(now) : until;
  }

  /** Waits, with the call's place, until it is known whether this process may make a probe. */
  hold(call: HeldCall, now: number): boolean {
    const asked = this.state(now) === "half-open" ? this.#link.ask() : undefined;
    if (asked === undefined) return false;
    const leave = (): void => call.state.bulkhead?.leave();
    const goOn = (later: number): void => call.begin(later);
    const end = call.wait(call.deadlineAt - now, refused("deadline"), never, goOn, leave);
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
    const isCurrent = pass.era === this.#own.era;
    this.#own.leave(pass, verdict, call, now);
    if (!isCurrent) return;
    const { openUntil, failedProbes } = this.#own;
    const { slowCall } = this.policy;
    const isSlow = slowCall !== false && now - pass.at > slowCall.duration;
    if (pass.probe) this.#link.probeEnded(verdict, openUntil - now, failedProbes, now);
    else if (verdict !== "neutral") this.#link.count(!slot?.live, verdict === "failure", isSlow, now);
  }
}
