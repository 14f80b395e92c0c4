import type { Failure } from "../base/outcome.js";
import type { Slot, Tally } from "./rolling.js";
import type { BreakerPolicy } from "./types.js";

export type BreakerState = "closed" | "open" | "half-open";

/** What the end of an attempt says about the server. `neutral`: nothing (aborted, cut short, refused, a lost hedge). */
export type Verdict = "success" | "failure" | "neutral";

/** Leave to make one attempt; handed back with the attempt's verdict. */
export interface Pass {
  readonly at: number;
  /** How often the state had changed: outcomes of attempts begun before the last change do not count. */
  readonly era: number;
  readonly probe: boolean;
}

/** What a call remembers of a breaker between its attempts: the slot that counts it. */
export interface CallMark {
  slot: Slot | undefined;
}

/** What calls ask of a breaker, and what can be seen of it. */
export interface CircuitBreaker {
  readonly policy: BreakerPolicy;
  /** The state at a moment; an open breaker whose cool-down is over is half-open. */
  state(now: number): BreakerState;
  /** Holds a state until called with `undefined`. */
  force(state: "open" | "closed" | undefined, now: number): void;
  /** What the window holds at a moment. */
  counts(now: number): Readonly<Tally>;
  /** `undefined` when an attempt may go on; else the moment from which asking again makes sense. Takes nothing. */
  refusedUntil(now: number): number | undefined;
  /** Makes a call wait that must ask others before its attempt; whether it waits. Absent where nobody is asked. */
  hold?(call: HeldCall, now: number): boolean;
  /** Takes leave for one attempt. Ask {@link CircuitBreaker.refusedUntil} first. */
  enter(now: number): Pass;
  /** Hears how the attempt ended. */
  leave(pass: Pass, verdict: Verdict, call: CallMark, now: number): void;
  /** Calls `opened` when the breaker opens, until the returned function is called. */
  watch(opened: (openUntil: number) => void): () => void;
}

/** What a call that has its place offers to who makes it wait. */
export interface HeldCall {
  readonly deadlineAt: number;
  /** Gives back what was taken for the attempt. */
  giveBack(): void;
  /** Asks everything again, and makes the attempt. */
  recheck(now: number): void;
  /**
   * Waits `ms`, then goes on, or is refused by `atEnd`. Before that the returned function ends the wait, by a refusal or
   * without one, and says whether there was still one; so does the call's interruption, and the breaker when it opens
   * for longer than `wakeAt`.
   *
   * @param undo gives back what the call has or waits for, before it is refused
   */
  wait(
    ms: number,
    atEnd: Failure | undefined,
    wakeAt: number,
    goOn: (now: number) => void,
    undo?: () => void,
  ): (refusal?: Failure) => boolean;
}
