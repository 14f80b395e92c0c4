import type {
  BreakerPolicy,
  BulkheadPolicy,
  FallbackPolicy,
  HedgePolicy,
  RateLimitPolicy,
  RetryPolicy,
  TimeoutPolicy,
} from "./types.js";

// The numbers of the preset `standard`, and what `true` means where a policy is switched on without numbers.

export const defaultTimeout: TimeoutPolicy = { attempt: 5_000, total: 15_000, idle: 60_000 };

export const defaultRetry: RetryPolicy = {
  maxRetries: 3,
  backoff: { initial: 100, factor: 2, max: 5_000, jitter: "full" },
  // RFC 9110 §9.2.2, §15; 500 is in, for what we repeat is harmless to repeat.
  on: ["network", "timeout", 408, 421, 425, 429, 500, 502, 503, 504],
  retryAfter: true,
  budget: { ratio: 0.2, minPerSecond: 3 },
};

export const defaultBreaker: BreakerPolicy = {
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
};

export const defaultBulkhead: BulkheadPolicy = { concurrency: 10, queue: 50, queueTimeout: 1_000, scope: "operation" };

export const defaultRateLimit: RateLimitPolicy = { calls: 100, per: 1_000, scope: "service" };

export const defaultHedge: HedgePolicy = { after: 300, max: 1 };

export const defaultFallback: FallbackPolicy = { stale: false };

export const defaultSlowCall: { duration: number; rate: number } = { duration: 1_000, rate: 0.8 };

/** Largest decoded body, in bytes. */
export const defaultMaxResponse = 50_000_000;

/** By the names of `x-resilience`. */
export const defaults: Readonly<Record<string, object | undefined>> = {
  timeout: defaultTimeout,
  retry: defaultRetry,
  backoff: defaultRetry.backoff,
  budget: { ratio: 0.2, minPerSecond: 3 },
  breaker: defaultBreaker,
  slowCall: defaultSlowCall,
  bulkhead: defaultBulkhead,
  rateLimit: defaultRateLimit,
  hedge: defaultHedge,
  fallback: defaultFallback,
};

/** What `true` sets where that is more than switching on. */
export const whenTrue: Readonly<Record<string, object | undefined>> = { fallback: { stale: 300_000 } };
