/** The settings of a breaker that a store needs. Times are milliseconds. */
export interface SharedPolicy {
  /** Length of the window; 0 if the window is a number of calls. */
  readonly spanMs: number;
  /** Distinct calls in the window, with all their attempts; 0 if the window is a span of time. */
  readonly maxCalls: number;
  /** Minimum number of distinct calls in the window before it can open; a call's own retries count once. */
  readonly minimumCalls: number;
  /** Share of the window's attempts, 0 to 1, that must fail to open it. */
  readonly failureRate: number;
  /** Share of slow attempts that opens it; 0 ignores slow attempts. */
  readonly slowRate: number;
  /** Probes allowed at once across all processes while half-open, and the number that must pass to close it. */
  readonly probes: number;
  /** A probe whose result is not reported within this time is lost. */
  readonly leaseMs: number;
  /** How long to keep the state of a scope that is not used. */
  readonly ttlMs: number;
}

/**
 * What a process reports beside its counts.
 *
 * - `opened`: its own breaker opened, on its own numbers.
 * - `claim`: it asks for permission to probe. Its own breaker is half-open, so a claim implies `opened`.
 * - `passed`, `failed`, `released`: the result of that probe (`released`: no result).
 * - `recovered`: its own breaker closed after a probe that it made without permission, while the store was away.
 * - `restored`: the breaker was open for all processes when the store lost its data.
 */
export type ExchangeEvent = "opened" | "claim" | "passed" | "failed" | "released" | "recovered" | "restored";

/** What a process reports about one scope, and asks. */
export interface ExchangeRequest {
  /** The settings to apply. All processes of one scope should send the same. */
  readonly policy: SharedPolicy;
  /** The last {@link ExchangeReply.era} that the process received; 0 for none. Counts from before a closing are ignored. */
  readonly era: number;
  /** Distinct calls since the last exchange. */
  readonly calls: number;
  /** Attempts that ended since the last exchange. */
  readonly attempts: number;
  /** Those of `attempts` that failed. */
  readonly failures: number;
  /** Those of `attempts` that took longer than `slowCall.duration`, whether they failed or not. */
  readonly slow: number;
  /** What happened besides; absent if nothing did. */
  readonly event?: ExchangeEvent;
  /** Name of the probe, or of the process for the other events; unique across all processes. */
  readonly by: string;
  /** How long the breaker stays open if this exchange opens it. */
  readonly openForMs: number;
  /** Number of failed probes since the breaker was closed, if this exchange opens it. */
  readonly failedProbes: number;
}

/** The state after an exchange. */
export interface ExchangeReply {
  /** Grows with each opening, failed probe, and closing; 0 until the first. `isOpen` never changes within an era. */
  readonly era: number;
  /** Whether some process's breaker is open; half-open if `openForMs` is 0. */
  readonly isOpen: boolean;
  /** Whether it is open for all processes, and not only for those that reported `opened`. */
  readonly isForAll: boolean;
  /** Remaining cool-down, in ms. */
  readonly openForMs: number;
  /** Number of failed probes since it was closed; each doubles the cool-down. */
  readonly failedProbes: number;
  /** Whether the claim was granted. */
  readonly granted: boolean;
}

/**
 * Where the state of shared breakers is kept: Redis, or a store that you write. An exchange must be atomic. `exchange` in
 * `resil-gen-runtime/stores` computes the new state and the reply; a store loads, computes, and saves as one step.
 *
 * `breakerStoreContract` in `resil-gen-runtime/testing` has the tests that every store must pass.
 */
export interface BreakerStore {
  /** Rejects, or never settles, if the store is away: each process then decides on its own. */
  exchange(scope: string, request: ExchangeRequest): Promise<ExchangeReply>;
  /**
   * Whether the first connection is still being made. Nothing is exchanged meanwhile, and the store does not count as
   * away until that has taken 5 s.
   */
  isStarting?(): boolean;
}

/** The state of one scope: plain data. */
export interface SharedState {
  /** Grows with each opening, failed probe, and closing; 0 until the first. */
  readonly era: number;
  /** The era of the last closing: earlier counts are ignored. */
  readonly closedAt: number;
  /** Open or half-open, depending on `openUntil`. */
  readonly isOpen: boolean;
  /** Open for all processes, and not only for those that reported it. */
  readonly isForAll: boolean;
  /** End of the cool-down by the store's clock, in ms. */
  readonly openUntil: number;
  /** Probes that failed since it was closed. */
  readonly failedProbes: number;
  /** Probes that passed since the last one failed; the breaker closes when they reach the policy's `probes`. */
  readonly passedProbes: number;
  /** When probes are lost, by their names. */
  readonly leases: Readonly<Record<string, number>>;
  /** Up to two processes that reported `opened`. */
  readonly openers: readonly string[];
  /** Successful attempts of other processes in this era, while it is open but not for all. */
  readonly successes: number;
  /** Counts by parts of the window, the oldest first. */
  readonly window: readonly WindowPart[];
}

/** What was counted in one part of a window. */
export interface WindowPart {
  /** Number of the part's span since 1970; 0 if the window is a number of calls. */
  readonly index: number;
  /** Distinct calls. */
  readonly calls: number;
  /** Attempts of these calls. */
  readonly attempts: number;
  /** Attempts that failed. */
  readonly failures: number;
  /** Attempts that were slow. */
  readonly slow: number;
}
