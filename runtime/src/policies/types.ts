/** One operation's policies as plain data: what `policies.ts` of a generated client holds. Times are milliseconds. */
export interface Policies {
  /**
   * When a request may be sent again (RFC 9110 §9.2.2). `always`: HTTP makes repeating it harmless (safe methods, PUT,
   * DELETE). `keyed`: the server is known to execute one idempotency key once. `unprocessed`: only when the request
   * cannot have been processed.
   */
  readonly repeat: "always" | "keyed" | "unprocessed";
  /** Limits on an attempt, on the whole call, on silence. */
  readonly timeout: TimeoutPolicy;
  /** `false`: one attempt. */
  readonly retry: RetryPolicy | false;
  /** `false`: every attempt is made. */
  readonly breaker: BreakerPolicy | false;
  /** `false`: any number of attempts at once. */
  readonly bulkhead: BulkheadPolicy | false;
  /** Largest decoded response body, event or line in bytes; a stream or a file as a whole has no limit. `false`: none. */
  readonly maxResponse: number | false;
  /** @default false */
  readonly rateLimit?: RateLimitPolicy | false;
  /** @default false */
  readonly hedge?: HedgePolicy | false;
  /** Responses do not depend on the caller: all callers may share them. @default they depend on it */
  readonly responses?: "public";
  /** Whether identical requests in flight share one call. @default false */
  readonly coalesce?: boolean;
  /** @default false: a call that failed has failed */
  readonly fallback?: FallbackPolicy | false;
  /** @default false: the called service is told nothing */
  readonly propagate?: PropagatePolicy | false;
  /** A stream, upload or download: its timeouts end with the headers, and then `timeout.idle` holds. */
  readonly streaming: boolean;
  /** Dotted names of what is written for this path or operation: options for all operations do not reach them. */
  readonly ownKeys?: readonly string[];
  /** Which of the settings that give way somebody wrote (`timeout.attempt`, `breaker.window`, …): those do not. */
  readonly explicit?: readonly string[];
}

export interface TimeoutPolicy {
  /** Limit on one attempt, reading the body included. `false`: only the deadline bounds it. */
  readonly attempt: number | false;
  /** The deadline: limit on the whole call, queueing, waiting and reading included. `false`: none. */
  readonly total: number | false;
  /** Longest silence within a stream. `false`: none. */
  readonly idle: number | false;
}

/** What can make an attempt be repeated: a failed connection, an attempt timeout, a status, any 5XX. */
export type RetryCondition = "network" | "timeout" | "5XX" | number;

export interface RetryPolicy {
  /** Attempts after the first. */
  readonly maxRetries: number;
  readonly backoff: BackoffPolicy;
  readonly on: readonly RetryCondition[];
  /** Whether a `Retry-After` answer is the least wait before the next attempt. */
  readonly retryAfter: boolean;
  readonly budget: BudgetPolicy | false;
}

export interface BackoffPolicy {
  /** Wait before the first retry, before jitter. */
  readonly initial: number;
  /** Each further wait is this many times the one before. */
  readonly factor: number;
  /** Largest wait, before jitter. */
  readonly max: number;
  /** `full`: anything from 0 to the wait; `equal`: from half of it to all of it; `none`: exactly it. */
  readonly jitter: "full" | "equal" | "none";
}

/**
 * A token bucket for the retries and hedges of a scope. Each call adds `ratio` tokens and each second `minPerSecond`. The
 * bucket holds what `burst` worth of calls and seconds has earned, and starts full.
 */
export interface BudgetPolicy {
  readonly ratio: number;
  readonly minPerSecond: number;
  /** In ms. */
  readonly burst: number;
}

export interface BreakerPolicy {
  /** A span of time in ms, or a number of calls: all attempts of the last ones. */
  readonly window: number | { readonly calls: number };
  /** Opens when this share of the attempts in the window failed, 0 to 1. */
  readonly failureRate: number;
  /** Distinct calls the window must hold before the breaker may open. */
  readonly minimumCalls: number;
  /** Attempts longer than `duration` are slow; opens when their share reaches `rate`. */
  readonly slowCall: { readonly duration: number; readonly rate: number } | false;
  /** How long it stays open before it lets probes through; doubled after each failed probe. */
  readonly cooldown: number;
  readonly cooldownMax: number;
  /** Attempts let through at once while half-open. */
  readonly probes: number;
  /** What shares this breaker: `operation`, `service`, or any name. */
  readonly scope: string;
  /** Whether the state is kept in the client's shared store. */
  readonly shared: boolean;
  /** Whether the process is not ready while this breaker is open. */
  readonly critical: boolean;
}

export interface BulkheadPolicy {
  /** Attempts that may run at once. */
  readonly concurrency: number;
  /** Attempts that may wait for a place. */
  readonly queue: number;
  /** Longest wait for a slot. `false`: only the deadline bounds it, as in browsers where nobody wrote another. */
  readonly queueTimeout: number | false;
  /** What shares this bulkhead: `operation`, `service`, or any name. */
  readonly scope: string;
}

/** At most `calls` attempts in any span of `per` ms. */
export interface RateLimitPolicy {
  readonly calls: number;
  readonly per: number;
  /** What shares this limit: `operation`, `service`, or any name. */
  readonly scope: string;
}

/** A further attempt while the first has not answered (Dean and Barroso, "The Tail at Scale", 2013). */
export interface HedgePolicy {
  /** How long the first attempt has been under way. */
  readonly after: number;
  /** Hedges of one call. */
  readonly max: number;
}

/** What is given when a call failed for good with a transient cause. */
export interface FallbackPolicy {
  /** An earlier answer of at most this age in ms; `false`: none. */
  readonly stale: number | false;
  /** Given as the data. */
  readonly value?: unknown;
  /** For people: the error's `userMessage`. */
  readonly message?: string;
}

/** Headers that tell the called service about the call; `false`: not told. */
export interface PropagatePolicy {
  /** Time left, in ms. */
  readonly deadline: string | false;
  /** Retries before this attempt. */
  readonly retryCount: string | false;
  /** The same on all attempts of a call. */
  readonly correlationId: string | false;
}
