import type {
  BreakerPolicy,
  BudgetPolicy,
  BulkheadPolicy,
  FallbackPolicy,
  HedgePolicy,
  RateLimitPolicy,
  RetryPolicy,
} from "./types.js";

/** What `true` means where a policy is switched on without numbers, by the names of `x-resilience`. */
export interface Defaults {
  readonly retry: RetryPolicy;
  readonly budget: BudgetPolicy;
  readonly breaker: BreakerPolicy;
  readonly slowCall: { readonly duration: number; readonly rate: number };
  readonly bulkhead: BulkheadPolicy;
  readonly rateLimit: RateLimitPolicy;
  readonly hedge: HedgePolicy;
  readonly fallback: FallbackPolicy;
}

/** The numbers of the preset `standard`. */
export const defaults: Defaults = {
  retry: {
    maxRetries: 3,
    backoff: { initial: 100, factor: 2, max: 5_000, jitter: "full" },
    // RFC 9110 §9.2.2, §15; 500 is in, for what we repeat is harmless to repeat.
    on: ["network", "timeout", 408, 421, 425, 429, 500, 502, 503, 504],
    retryAfter: true,
    budget: { ratio: 0.2, minPerSecond: 3 },
  },
  budget: { ratio: 0.2, minPerSecond: 3 },
  breaker: {
    window: 10_000,
    failureRate: 0.5,
    minimumCalls: 10,
    slowCall: false,
    cooldown: 5_000,
    cooldownMax: 30_000,
    probes: 1,
    scope: "operation",
    shared: false,
    critical: false,
  },
  slowCall: { duration: 1_000, rate: 0.8 },
  bulkhead: { concurrency: 10, queue: 50, queueTimeout: 1_000, scope: "operation" },
  rateLimit: { calls: 100, per: 1_000, scope: "service" },
  hedge: { after: 300, max: 1 },
  fallback: { stale: 300_000 },
};
