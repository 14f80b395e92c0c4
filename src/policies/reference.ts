import { type SettingName, type SettingRow, settings } from "../../runtime/src/policies/settings.js";

/** A setting of documents alone: its default, then the kind of its value. */
type DocumentRow = readonly [
  usual: unknown,
  kind: "boolean" | "header" | "name" | "headerOrOff" | "group" | "policy" | readonly string[],
];

/** What only documents and configuration files may say, beside the settings of `runtime/src/policies/settings.ts`. */
export const documentSettings = {
  safe: [undefined, "boolean"],
  idempotent: [undefined, "boolean"],
  responses: [undefined, ["public"]],
  idempotency: [true, "group"],
  "idempotency.key": ["required", ["required", "optional", "generated", "none"]],
  "idempotency.header": ["Idempotency-Key", "header"],
  "idempotency.body": [undefined, "name"],
  "idempotency.query": [undefined, "name"],
  "idempotency.format": ["raw", ["raw", "structured"]],
  "idempotency.supported": [false, "boolean"],
  propagate: [false, "policy"],
  "propagate.deadline": ["x-request-timeout-ms", "headerOrOff"],
  "propagate.retryCount": ["x-retry-count", "headerOrOff"],
  "propagate.correlationId": ["x-correlation-id", "headerOrOff"],
} as const satisfies Readonly<Record<string, DocumentRow>>;

/** The dotted name of anything that `x-resilience` may say. */
export type ReferenceName = SettingName | keyof typeof documentSettings;

/** The row of a name, of whichever table. */
export function rowOf(name: string): SettingRow | DocumentRow | undefined {
  const all: Readonly<Record<string, SettingRow | DocumentRow>> = { ...settings, ...documentSettings };
  return Object.hasOwn(all, name) ? all[name] : undefined;
}

/** Names that may be written on an operation only. */
export const onOperationOnly: readonly ReferenceName[] = [
  "safe",
  "idempotent",
  "responses",
  "fallback.value",
  "idempotency.body",
  "idempotency.query",
];

/** What each setting is, in the order of the reference page and of the JSON Schema. */
export const descriptions: Readonly<Record<ReferenceName, string>> = {
  safe: "On an operation only. true: it is read-only, treat it like a GET. false: this GET has effects.",
  idempotent:
    "On an operation only. true: repeating this POST or PATCH changes nothing more, treat it like a PUT. false: repeating this PUT or DELETE does.",
  responses: "On an operation only. public: its responses do not depend on the caller, so all callers may share them.",
  timeout: "Time limits. false: none.",
  "timeout.attempt": "Limit on one attempt, including reading the body.",
  "timeout.total": "The deadline: limit on the whole call, everything included.",
  "timeout.idle": "Longest silence within a stream.",
  retry: "Further attempts. A number is maxRetries. false: none.",
  "retry.maxRetries": "Attempts after the first.",
  "retry.backoff": "The wait before a retry. A single value is the first wait.",
  "retry.backoff.initial": "The first wait, before jitter.",
  "retry.backoff.factor": "How many times longer each further wait is.",
  "retry.backoff.max": "The longest wait, before jitter.",
  "retry.backoff.jitter":
    "full: anything from 0 to the wait. equal: from half of it to all of it. none: exactly the wait.",
  "retry.on": "What is retried: network, timeout, statuses, 5XX.",
  "retry.retryAfter": "Obey Retry-After as a minimum wait.",
  "retry.budget":
    "Cap on retries and hedges, a token bucket per client and breaker scope. It earns ratio per call and minPerSecond per second, and holds what `burst` worth of both has earned. false: none.",
  "retry.budget.ratio": "Retries per call.",
  "retry.budget.minPerSecond": "Retries per second, whatever the number of calls.",
  "retry.budget.burst": "How much unused budget is kept.",
  breaker: "The circuit breaker. false: none.",
  "breaker.window": "What it looks back on: a duration, or { calls: n }, all attempts of the last n calls.",
  "breaker.window.calls": "Calls that the window holds.",
  "breaker.failureRate": "It opens at this share of failed attempts.",
  "breaker.minimumCalls": "Distinct calls in the window before it may open.",
  "breaker.slowCall": "It also opens at this share of slow attempts. false: off.",
  "breaker.slowCall.duration": "An attempt that takes longer is slow.",
  "breaker.slowCall.rate": "Share of slow attempts.",
  "breaker.cooldown": "How long it stays open before it lets a probe through. Doubled after each failed probe.",
  "breaker.cooldownMax": "The longest cool-down.",
  "breaker.probes": "Attempts let through at once while half-open.",
  "breaker.scope": "What shares it: operation, service, or any name.",
  "breaker.shared": "Keep its state in the client's shared store.",
  "breaker.critical": "While it is open, the process is not ready.",
  bulkhead: "Limit on concurrent attempts, with a queue. A number is the concurrency. false: none.",
  "bulkhead.concurrency": "Attempts that run at once.",
  "bulkhead.queue": "Attempts that wait for a slot.",
  "bulkhead.queueTimeout":
    "Longest wait for a slot. false: only the deadline limits it, as in browsers unless you set a duration.",
  "bulkhead.scope": "What shares it: operation, service, or any name.",
  rateLimit:
    "Limit on attempts per time. An attempt waits for its turn while that fits before the deadline. Off by default.",
  "rateLimit.calls": "Attempts per period.",
  "rateLimit.per": "The period.",
  "rateLimit.scope": "What shares it: operation, service, or any name.",
  hedge:
    "A further attempt while the first has not been answered, for safe operations only. A single value is 'after'. Off by default.",
  "hedge.after": "How long the first attempt has been under way.",
  "hedge.max": "Hedges per call.",
  coalesce: "Identical GETs in flight share one call. Off by default.",
  fallback: "What a call returns after it failed for good: an earlier response, a value. Off by default.",
  "fallback.stale": "An earlier response of at most this age. false: none. Safe operations only.",
  "fallback.value": "On an operation only: returned as the data.",
  "fallback.message": "A text for people: error.userMessage.",
  maxResponse: "Largest decoded body. A number is bytes, a string has a unit (kB, MB, GB). false: no limit.",
  idempotency: "The idempotency key of operations that change something.",
  "idempotency.key": "Whether callers must pass a key. generated: the client makes one for each call without a key.",
  "idempotency.header": "Name of the header that carries the key.",
  "idempotency.body": "On an operation only: the member of the body that carries the key.",
  "idempotency.query": "On an operation only: the query parameter that carries the key.",
  "idempotency.format": "raw: as it is. structured: in quotes, as the IETF draft asks.",
  "idempotency.supported": "The server executes each key once, so the operation can be retried.",
  propagate: "What the called service is told in headers. A string names the header. Off by default.",
  "propagate.deadline": "Time left, in ms.",
  "propagate.retryCount": "Retries before this attempt.",
  "propagate.correlationId": "The same on all attempts of a call.",
};

/** Every name, in the order of the reference page. */
export const referenceNames = Object.keys(descriptions) as readonly ReferenceName[];

/** The names directly under a section; "" is the block itself. */
export function membersOf(section: string): ReferenceName[] {
  const prefix = section === "" ? "" : `${section}.`;
  return referenceNames.filter(
    (name) => name.startsWith(prefix) && name !== section && !name.slice(prefix.length).includes("."),
  );
}
