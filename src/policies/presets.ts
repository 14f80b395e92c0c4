import {
  defaultBreaker,
  defaultBulkhead,
  defaultMaxResponse,
  defaultRetry,
  defaultTimeout,
} from "../../runtime/policies/defaults.js";
import { expand } from "./expand.js";

export const presetNames = ["standard", "internal", "high-traffic", "serverless", "microservices", "off"] as const;
export type PresetName = (typeof presetNames)[number];

/** An operation that cannot be retried has no attempt timeout; then this deadline bounds it, in ms. */
export const unrepeatableTotal = 30_000;

const staleForReads = { stale: "5m" };

/** What is off has its numbers all the same: they hold when somebody switches it on. */
const standard = {
  timeout: defaultTimeout,
  retry: defaultRetry,
  breaker: defaultBreaker,
  bulkhead: defaultBulkhead,
  maxResponse: defaultMaxResponse,
  coalesce: false,
  idempotency: { key: "required", header: "Idempotency-Key", format: "raw", supported: false },
};

const switchedOff = {
  "breaker.slowCall.duration": 1_000,
  "breaker.slowCall.rate": 0.8,
  rateLimit: false,
  "rateLimit.calls": 100,
  "rateLimit.per": 1_000,
  "rateLimit.scope": "service",
  hedge: false,
  "hedge.after": 300,
  "hedge.max": 1,
  fallback: false,
  "fallback.stale": false,
  propagate: false,
};

/** How each preset differs from `standard`, in the words of `x-resilience`. */
const differences: Readonly<Record<PresetName, Readonly<Record<string, unknown>>>> = {
  standard: {},
  internal: {
    timeout: { attempt: "2s", total: "5s" },
    retry: { maxRetries: 1, backoff: { initial: "500ms", max: "500ms", jitter: "equal" } },
    breaker: false,
    bulkhead: false,
  },
  "high-traffic": {
    timeout: { attempt: "2s", total: "5s" },
    retry: { maxRetries: 2 },
    breaker: { scope: "service", minimumCalls: 100 },
    bulkhead: { scope: "service", concurrency: 200, queue: 100, queueTimeout: "250ms" },
    fallback: staleForReads,
  },
  serverless: {
    timeout: { attempt: "1s", total: "3s" },
    retry: { maxRetries: 1 },
    breaker: { shared: true, minimumCalls: 5 },
    bulkhead: false,
    fallback: staleForReads,
  },
  microservices: {
    timeout: { attempt: "2s", total: "6s" },
    retry: { maxRetries: 2, budget: { ratio: 0.1, minPerSecond: 1 } },
    breaker: { scope: "service", minimumCalls: 20 },
    bulkhead: { scope: "service", concurrency: 100, queue: 50, queueTimeout: "250ms" },
    propagate: true,
  },
  off: {
    timeout: false,
    retry: false,
    breaker: false,
    bulkhead: false,
    maxResponse: false,
    idempotency: { key: "none" },
  },
};

/** Every value of a preset by its dotted name. */
export function presetValues(name: PresetName): ReadonlyMap<string, unknown> {
  const values = new Map<string, unknown>(Object.entries(switchedOff));
  for (const block of [standard, differences[name]]) {
    for (const setting of expand(block)) values.set(setting.name, setting.value);
  }
  return values;
}
