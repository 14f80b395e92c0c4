import { expand } from "./expand.js";
import { referenceNames, rowOf } from "./reference.js";

export const presetNames = ["standard", "internal", "high-traffic", "serverless", "microservices", "off"] as const;
/** A named set of policies for a setting (`docs/presets.md`). @default "standard" */
export type PresetName = (typeof presetNames)[number];

/** An operation that cannot be retried has no attempt timeout; then this deadline bounds it, in ms. */
export const unrepeatableTotal = 30_000;

const staleForReads = { stale: "5m" };

/** Every value of `standard`. What is off has its numbers all the same: they hold when somebody switches it on. */
function standard(): Map<string, unknown> {
  const values = new Map<string, unknown>();
  for (const name of referenceNames) {
    const [usual, unit] = rowOf(name) ?? [];
    if (usual === undefined || unit === "group" || notOfPresets.has(name)) continue;
    for (const setting of expand(nested(name, usual))) {
      if (setting.name === name) values.set(name, setting.value);
    }
  }
  // A fallback that somebody switches on for its value or its message keeps no responses.
  return values.set("fallback.stale", false);
}

/** What a preset does not decide: headers have their names where a policy names none. */
const notOfPresets: ReadonlySet<string> = new Set([
  "propagate.deadline",
  "propagate.retryCount",
  "propagate.correlationId",
]);

/** `{ retry: { backoff: { max } } }` of `retry.backoff.max`. */
function nested(name: string, value: unknown): Readonly<Record<string, unknown>> {
  return name.split(".").reduceRight<unknown>((inner, key) => ({ [key]: inner }), value) as Readonly<
    Record<string, unknown>
  >;
}

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
    bulkhead: { scope: "service", concurrency: 200, queue: 400, queueTimeout: "500ms" },
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
    bulkhead: { scope: "service", concurrency: 100, queue: 200, queueTimeout: "500ms" },
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

/** Every value of a preset by its dotted name. Worked out once: large documents ask for it at each operation. */
export function presetValues(name: PresetName): ReadonlyMap<string, unknown> {
  const known = worked.get(name);
  if (known !== undefined) return known;
  const values = standard();
  for (const setting of expand(differences[name])) values.set(setting.name, setting.value);
  worked.set(name, values);
  return values;
}

const worked = new Map<PresetName, ReadonlyMap<string, unknown>>();
