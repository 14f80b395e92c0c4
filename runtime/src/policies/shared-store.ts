import type { Clock } from "../base/clock.js";
import type { CircuitBreaker } from "./circuit-breaker.js";

/** Ties breakers to those of the same scope in other processes: what `createClient({ store })` takes. */
export interface SharedStore {
  /** Does no I/O. What it gives makes a breaker of this process one of all. */
  connect(context: StoreContext): (scope: string, breaker: LocalBreaker) => CircuitBreaker;
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

/** A breaker of this process that one of several processes steers. */
export interface LocalBreaker extends CircuitBreaker {
  /** How often the state has changed. */
  readonly era: number;
  /** The end of the last cool-down. */
  readonly openUntil: number;
  /** Probes that failed one after the other. */
  readonly failedProbes: number;
  open(until: number, failedProbes: number): void;
  close(): void;
}
