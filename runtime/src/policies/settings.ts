/** What kind of value a setting takes. */
export type Unit =
  /** A duration. */
  | "time"
  /** A duration, or `false`: no limit. */
  | "limit"
  /** A duration, or `{ calls }`. */
  | "window"
  | "integer"
  | "number"
  | "boolean"
  /** Bytes, or `false`: no limit. */
  | "bytes"
  | "scope"
  | "jitter"
  | "conditions"
  | "text"
  | "any"
  /** A policy as a whole: an object, `true`, or `false`. */
  | "policy"
  /** Members under one name that cannot be switched off together. */
  | "group";

/**
 * A row: the default, the kind of value, then the least and the most it may be. In the row of a policy or a group, the
 * third column is the member that a single value stands for.
 */
export type SettingRow = readonly [
  usual: unknown,
  unit: Unit,
  least?: number | string | undefined,
  most?: number | string,
];

/**
 * Every setting that documents and client options share, once. The defaults, the presets, the JSON Schema, the checks of
 * documents and of options, and the reference page are made from this table. `src/policies/reference.ts` adds what only
 * documents may say, and the descriptions.
 *
 * 596 hours are what a timer can hold: 2³¹ − 1 ms (HTML, "timers"; Node warns above it and fires at once).
 */
export const settings: Readonly<Record<SettingName, SettingRow>> = {
  timeout: [true, "group"],
  "timeout.attempt": ["5s", "limit", "1ms", "596h"],
  "timeout.total": ["15s", "limit", "1ms", "596h"],
  "timeout.idle": ["60s", "limit", "1ms", "596h"],
  retry: [true, "policy", "maxRetries"],
  "retry.maxRetries": [3, "integer", 0, 20],
  "retry.backoff": [true, "group", "initial"],
  "retry.backoff.initial": ["100ms", "time", "0ms", "596h"],
  "retry.backoff.factor": [2, "number", 1, 100],
  "retry.backoff.max": ["5s", "time", "0ms", "596h"],
  "retry.backoff.jitter": ["full", "jitter"],
  // RFC 9110 §9.2.2, §15. 500 is included because only harmless requests are repeated.
  "retry.on": [["network", "timeout", 408, 421, 425, 429, 500, 502, 503, 504], "conditions", 300, 599],
  "retry.retryAfter": [true, "boolean"],
  "retry.budget": [true, "policy"],
  "retry.budget.ratio": [0.2, "number", 0, 10],
  "retry.budget.minPerSecond": [3, "number", 0, 1e6],
  "retry.budget.burst": ["2s", "time", "100ms", "1h"],
  breaker: [true, "policy"],
  "breaker.window": ["10s", "window", "1ms", "596h"],
  "breaker.window.calls": [undefined, "integer", 1, 1e6],
  "breaker.failureRate": [0.5, "number", 0.001, 1],
  "breaker.minimumCalls": [10, "integer", 1, 1e6],
  "breaker.slowCall": [false, "policy"],
  "breaker.slowCall.duration": ["1s", "time", "1ms", "596h"],
  "breaker.slowCall.rate": [0.8, "number", 0.001, 1],
  "breaker.cooldown": ["1s", "time", "1ms", "596h"],
  "breaker.cooldownMax": ["10s", "time", "1ms", "596h"],
  "breaker.probes": [1, "integer", 1, 1_000],
  "breaker.scope": ["operation", "scope"],
  "breaker.shared": [false, "boolean"],
  "breaker.critical": [false, "boolean"],
  bulkhead: [true, "policy", "concurrency"],
  "bulkhead.concurrency": [50, "integer", 1, 1e6],
  "bulkhead.queue": [200, "integer", 0, 1e6],
  "bulkhead.queueTimeout": ["2s", "limit", "0ms", "596h"],
  "bulkhead.scope": ["operation", "scope"],
  rateLimit: [false, "policy"],
  "rateLimit.calls": [100, "integer", 1, 1e6],
  "rateLimit.per": ["1s", "time", "1ms", "596h"],
  "rateLimit.scope": ["service", "scope"],
  hedge: [false, "policy", "after"],
  "hedge.after": ["300ms", "time", "0ms", "596h"],
  "hedge.max": [1, "integer", 1, 10],
  coalesce: [false, "boolean"],
  fallback: [false, "policy"],
  "fallback.stale": ["5m", "limit", "0ms", "8760h"],
  "fallback.value": [undefined, "any"],
  "fallback.message": [undefined, "text"],
  maxResponse: [50_000_000, "bytes", 1, 1e12],
};

/** The dotted name of a setting. Written out, for the declarations of a client must not need to be inferred. */
export type SettingName =
  | "timeout"
  | "timeout.attempt"
  | "timeout.total"
  | "timeout.idle"
  | "retry"
  | "retry.maxRetries"
  | "retry.backoff"
  | "retry.backoff.initial"
  | "retry.backoff.factor"
  | "retry.backoff.max"
  | "retry.backoff.jitter"
  | "retry.on"
  | "retry.retryAfter"
  | "retry.budget"
  | "retry.budget.ratio"
  | "retry.budget.minPerSecond"
  | "retry.budget.burst"
  | "breaker"
  | "breaker.window"
  | "breaker.window.calls"
  | "breaker.failureRate"
  | "breaker.minimumCalls"
  | "breaker.slowCall"
  | "breaker.slowCall.duration"
  | "breaker.slowCall.rate"
  | "breaker.cooldown"
  | "breaker.cooldownMax"
  | "breaker.probes"
  | "breaker.scope"
  | "breaker.shared"
  | "breaker.critical"
  | "bulkhead"
  | "bulkhead.concurrency"
  | "bulkhead.queue"
  | "bulkhead.queueTimeout"
  | "bulkhead.scope"
  | "rateLimit"
  | "rateLimit.calls"
  | "rateLimit.per"
  | "rateLimit.scope"
  | "hedge"
  | "hedge.after"
  | "hedge.max"
  | "coalesce"
  | "fallback"
  | "fallback.stale"
  | "fallback.value"
  | "fallback.message"
  | "maxResponse";

/** The row of a setting; `undefined` for a name that is none. */
export function settingOf(name: string): SettingRow | undefined {
  return Object.hasOwn(settings, name) ? settings[name as SettingName] : undefined;
}
