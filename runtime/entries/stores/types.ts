/** Numbers of a breaker's policy, as a store needs them. Times are milliseconds. */
export interface SharedPolicy {
  /** Length of the window; 0 where it is a number of calls. */
  readonly spanMs: number;
  /** Distinct calls in the window, with all their attempts; 0 where it is a span of time. */
  readonly maxCalls: number;
  /** Distinct calls in the window below which it never opens; a call's own retries count once. */
  readonly minimumCalls: number;
  /** Share of the window's attempts, 0 to 1, that must have failed to open it. */
  readonly failureRate: number;
  /** Share of slow attempts; 0: they do not matter. */
  readonly slowRate: number;
  /** Probes under way at once over all processes while it is half-open, and those that must pass to close it. */
  readonly probes: number;
  /** After this time a probe that nobody heard of again is lost. */
  readonly leaseMs: number;
  /** How long the state of a scope that nobody uses is kept. */
  readonly ttlMs: number;
}

/** What a process tells of one scope, and asks. */
export interface ExchangeRequest {
  /** The numbers to reckon with. All processes of one scope should send the same. */
  readonly policy: SharedPolicy;
  /** The last {@link ExchangeReply.era} it heard of; 0: none. What was counted in an earlier one does not count. */
  readonly era: number;
  /** Distinct calls and attempts since the last exchange, and how many of these failed or were slow. */
  readonly calls: number;
  /** Attempts that ended since the last exchange. */
  readonly attempts: number;
  /** Those of `attempts` that failed. */
  readonly failures: number;
  /** Those of `attempts` that took longer than `slowCall.duration`, whether they failed or not. */
  readonly slow: number;
  /**
   * `claim`: asks for leave to make a probe. `passed`, `failed`, `released`: how that probe ended (`released`: it says
   * nothing). `restored`: it was open for all when the store lost its memory.
   */
  readonly event?: "claim" | "passed" | "failed" | "released" | "restored";
  /** Name of the probe, unique over all processes. */
  readonly by: string;
  /** How long it stays open if this exchange opens it. */
  readonly openForMs: number;
  /** Probes that failed since it was closed, if this exchange opens it. */
  readonly failedProbes: number;
}

/** How things are after an exchange. */
export interface ExchangeReply {
  /** Grows with each change between open and closed; 0 while there was none. */
  readonly era: number;
  /** Whether it is open for all; with `openForMs` 0 it is half-open. */
  readonly isOpen: boolean;
  /** What is left of its cool-down, in ms. */
  readonly openForMs: number;
  /** Probes that failed since it was closed; each doubles the cool-down. */
  readonly failedProbes: number;
  /** Whether the claim was granted. */
  readonly granted: boolean;
}

/**
 * Where the state of shared breakers lives: Redis, or whatever you write. One exchange must be atomic: of two at the same
 * time one comes first. `exchange` in `resil-gen-runtime/stores` does the reckoning; a store has to load, reckon and save as one.
 *
 * `breakerStoreContract` in `resil-gen-runtime/testing` holds the tests that every store must pass.
 */
export interface BreakerStore {
  /** Rejects, or never settles, when the store is away: then each process goes on by itself. */
  exchange(scope: string, request: ExchangeRequest): Promise<ExchangeReply>;
}

/** The state of one scope: plain data. */
export interface SharedState {
  /** Grows with each change between open and closed; 0 while there was none. */
  readonly era: number;
  /** Open or half-open: which of them, `openUntil` tells. */
  readonly isOpen: boolean;
  /** By the store's clock, in ms. */
  readonly openUntil: number;
  /** Probes that failed since it was closed. */
  readonly failedProbes: number;
  /** Probes that passed since the last one failed; it closes when they are as many as the policy's `probes`. */
  readonly passedProbes: number;
  /** When probes are lost, by their names. */
  readonly leases: Readonly<Record<string, number>>;
  /** Counts by parts of the window, the oldest first. */
  readonly window: readonly WindowPart[];
}

/** What was counted in one part of a window. */
export interface WindowPart {
  /** The number of its span since 1970; 0 where the window is a number of calls. */
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
