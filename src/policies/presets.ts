import { defaults } from "../../runtime/src/policies/defaults.js";
import { expand } from "./expand.js";

export const presetNames = ["standard", "internal", "high-traffic", "serverless", "microservices", "off"] as const;
/** A named set of policies for a setting (`docs/presets.md`). @default "standard" */
export type PresetName = (typeof presetNames)[number];

/** An operation that cannot be retried has no attempt timeout; then this deadline bounds it, in ms. */
export const unrepeatableTotal = 30_000;

const staleForReads = { stale: "5m" };

/** What is off has its numbers all the same: they hold when somebody switches it on. */
const standard = {
  timeout: { attempt: "5s", total: "15s", idle: "60s" },
  retry: defaults.retry,
  breaker: defaults.breaker,
  bulkhead: defaults.bulkhead,
  maxResponse: "50MB",
  coalesce: false,
  idempotency: { key: "required", header: "Idempotency-Key", format: "raw", supported: false },
};

const switchedOff = {
  "breaker.slowCall.duration": defaults.slowCall.duration,
  "breaker.slowCall.rate": defaults.slowCall.rate,
  rateLimit: false,
  "rateLimit.calls": defaults.rateLimit.calls,
  "rateLimit.per": defaults.rateLimit.per,
  "rateLimit.scope": defaults.rateLimit.scope,
  hedge: false,
  "hedge.after": defaults.hedge.after,
  "hedge.max": defaults.hedge.max,
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

const known = new Map<PresetName, ReadonlyMap<string, unknown>>();

/** Every value of a preset by its dotted name; written out once, because each operation asks many times. */
export function presetValues(name: PresetName): ReadonlyMap<string, unknown> {
  const values = known.get(name) ?? expandPreset(name);
  known.set(name, values);
  return values;
}

function expandPreset(name: PresetName): ReadonlyMap<string, unknown> {
  const values = new Map<string, unknown>(Object.entries(switchedOff));
  for (const block of [standard, differences[name]]) {
    for (const setting of expand(block)) values.set(setting.name, setting.value);
  }
  return values;
}
