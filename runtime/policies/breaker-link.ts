import type { Clock } from "../clock.js";
import type { Verdict } from "./breaker.js";
import type { BreakerPolicy } from "./types.js";

/** What a link can tell its breaker. */
export interface LinkedBreaker {
  /**
   * Takes over what holds for all processes: open for some time, or closed.
   *
   * @param openForMs `undefined`: closed
   */
  adopt(openForMs: number | undefined, failedProbes: number, now: number): void;
}

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

/** What a client gives to its store. */
export interface StoreContext {
  readonly clock: Clock;
  readonly random: () => number;
  /** The store cannot be reached any more, or can be again. */
  readonly changed: (available: boolean, because: StoreTrouble | undefined) => void;
}

/** Why a store is taken to be away: it answered too late, with an error, or with what is no answer. */
export type StoreTrouble = "timeout" | "error" | "garbage";

/** Ties breakers to those of the same scope in other processes: what `createClient({ store })` takes. */
export interface SharedStore {
  /** Does no I/O. */
  connect(context: StoreContext): (scope: string, policy: BreakerPolicy, breaker: LinkedBreaker) => BreakerLink;
}
