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
  safe: "On an operation only. true: this POST is read-only, so it is treated like a GET. false: this GET has side effects.",
  idempotent:
    "On an operation only. true: repeating this POST or PATCH has no further effect, so it is treated like a PUT. false: repeating this PUT or DELETE has.",
  responses: "On an operation only. public: responses don't depend on the caller, so all callers may share them.",
  timeout: "Time limits. false: none.",
  "timeout.attempt": "Limit on one attempt, including reading the body.",
  "timeout.total": "Limit on the whole call, including queueing, waits, and reading the body (the deadline).",
  "timeout.idle": "Longest silence within a stream.",
  retry: "Attempts after the first. A number is maxRetries. false: none.",
  "retry.maxRetries": "Number of attempts after the first.",
  "retry.backoff": "Wait before a retry. A single value is the first wait.",
  "retry.backoff.initial": "First wait, before jitter.",
  "retry.backoff.factor": "Factor by which each further wait grows.",
  "retry.backoff.max": "Longest wait, before jitter.",
  "retry.backoff.jitter":
    "full: random between 0 and the wait. equal: random between half of the wait and the wait. none: exactly the wait.",
  "retry.on": "Failures that are retried: network, timeout, statuses, 5XX.",
  "retry.retryAfter": "Use Retry-After as the minimum wait.",
  "retry.budget":
    "Limit on retries and hedges: a token bucket per client and breaker scope. It earns ratio per call and minPerSecond per second, and holds what `burst` worth of both has earned. false: none.",
  "retry.budget.ratio": "Retries per call.",
  "retry.budget.minPerSecond": "Retries per second, regardless of the number of calls.",
  "retry.budget.burst": "How much unused budget is kept.",
  breaker: "The circuit breaker. false: none.",
  "breaker.window": "What the failure rate covers: a duration, or { calls: n } for all attempts of the last n calls.",
  "breaker.window.calls": "Number of calls in the window.",
  "breaker.failureRate": "Share of failed attempts at which the breaker opens.",
  "breaker.minimumCalls": "Distinct calls in the window before the breaker may open.",
  "breaker.slowCall": "Also open at this share of slow attempts. false: off.",
  "breaker.slowCall.duration": "An attempt that takes longer is slow.",
  "breaker.slowCall.rate": "Share of slow attempts at which the breaker opens.",
  "breaker.cooldown":
    "How long the breaker stays open before it lets a probe through. Doubled after each failed probe.",
  "breaker.cooldownMax": "Longest cool-down.",
  "breaker.probes": "Attempts let through at once while half-open.",
  "breaker.scope": "What shares the breaker: operation, service, or any name.",
  "breaker.shared": "Keep the state in the client's shared store.",
  "breaker.critical": "While the breaker is open, the process is not ready.",
  bulkhead: "Limit on concurrent attempts, with a queue. A number is the concurrency. false: none.",
  "bulkhead.concurrency": "Attempts that run at once.",
  "bulkhead.queue": "Attempts that wait for a slot.",
  "bulkhead.queueTimeout":
    "Longest wait for a slot. false: only the deadline limits it, as in browsers unless you set a duration.",
  "bulkhead.scope": "What shares the bulkhead: operation, service, or any name.",
  rateLimit:
    "Limit on attempts per period. An attempt waits for its turn if that fits before the deadline. Off by default.",
  "rateLimit.calls": "Attempts per period.",
  "rateLimit.per": "The period.",
  "rateLimit.scope": "What shares the rate limit: operation, service, or any name.",
  hedge:
    "A second attempt while the first has not been answered, for safe operations only. A single value is 'after'. Off by default.",
  "hedge.after": "How long to wait for the first attempt.",
  "hedge.max": "Hedges per call.",
  coalesce: "Identical GETs in flight share one call. Off by default.",
  fallback: "What a call returns after it has failed for good: an earlier response or a value. Off by default.",
  "fallback.stale": "Return an earlier response of at most this age. false: none. Safe operations only.",
  "fallback.value": "On an operation only. Returned as the data.",
  "fallback.message": "User-facing message, set as error.userMessage.",
  maxResponse:
    "Largest decoded body, event of a stream, or line. A number is bytes, a string has a unit (kB, MB, GB). false: no limit.",
  idempotency: "The idempotency key of operations that change something.",
  "idempotency.key":
    "Whether callers must pass a key. generated: the client creates one for each call without a key. none: no key is sent.",
  "idempotency.header": "Name of the header that carries the key.",
  "idempotency.body": "On an operation only. The body field that carries the key.",
  "idempotency.query": "On an operation only. The query parameter that carries the key.",
  "idempotency.format": "raw: as it is. structured: in quotes, as the IETF draft requires.",
  "idempotency.supported": "The server deduplicates requests by key, so the operation can be retried.",
  propagate: "Facts about the call that are sent to the service in headers. Off by default.",
  "propagate.deadline": "Remaining time, in ms. A string names the header.",
  "propagate.retryCount": "Number of retries before this attempt. A string names the header.",
  "propagate.correlationId": "The same ID on all attempts of a call. A string names the header.",
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
