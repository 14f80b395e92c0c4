// The metrics of a client: their names, units, and labels. OpenTelemetry and Prometheus share this table.

export interface Metric {
  readonly kind: "counter" | "histogram" | "gauge";
  /** `s`: seconds; `ratio`: 0 to 1; a noun: what is counted. */
  readonly unit: "s" | "ratio" | "call" | "attempt" | "event" | "stream" | "client" | "scope";
  readonly help: string;
  readonly labels: readonly string[];
  /** A counter that is read when metrics are collected, as gauges are. */
  readonly isRead?: true;
}

const durations = (help: string, labels: readonly string[]) =>
  ({ kind: "histogram", unit: "s", help, labels }) as const;

/** Every metric by its name, without prefix and unit. All labels are bounded: none holds a URL, a key, or an ID. */
export const metrics = {
  calls: { kind: "counter", unit: "call", help: "Finished calls.", labels: ["operation", "outcome"] },
  "calls.slow": {
    kind: "counter",
    unit: "call",
    help: "Calls that used more than half of their total timeout, or more than half of the attempt timeout per attempt.",
    labels: ["operation"],
  },
  "call.duration": durations("Duration of calls that made at least one attempt, including waits and retries.", [
    "operation",
    "outcome",
  ]),
  attempts: { kind: "counter", unit: "attempt", help: "Finished attempts.", labels: ["operation", "outcome", "code"] },
  "attempt.duration": durations("Duration of single attempts.", ["operation", "outcome"]),
  "queue.duration": durations("Time that attempts waited for a bulkhead slot and for the rate limit.", ["operation"]),
  "connection.resets": {
    kind: "counter",
    unit: "attempt",
    help: "Attempts that failed because the server had closed a reused connection.",
    labels: ["operation"],
  },
  retries: {
    kind: "counter",
    unit: "attempt",
    help: "Scheduled retries, by the status or error that caused them.",
    labels: ["operation", "reason"],
  },
  hedges: { kind: "counter", unit: "attempt", help: "Hedged attempts.", labels: ["operation"] },
  refusals: {
    kind: "counter",
    unit: "attempt",
    help: "Attempts that the client refused before sending, by policy.",
    labels: ["operation", "reason"],
  },
  fallbacks: {
    kind: "counter",
    unit: "call",
    help: "Calls answered by a fallback, by its source.",
    labels: ["operation", "source"],
  },
  joins: {
    kind: "counter",
    unit: "call",
    help: "Calls that shared the request of an identical call (coalescing).",
    labels: ["operation"],
  },
  given_up: {
    kind: "counter",
    unit: "call",
    help: "Failed calls, by the reason that there was no further attempt.",
    labels: ["operation", "reason"],
  },
  streams: { kind: "counter", unit: "stream", help: "Finished streams.", labels: ["operation", "outcome"] },
  "stream.duration": durations("Time that streams were open.", ["operation", "outcome"]),
  "stream.reconnects": {
    kind: "counter",
    unit: "event",
    help: "Reconnects of streams, by the error that broke the stream.",
    labels: ["operation", "reason"],
  },
  warnings: {
    kind: "counter",
    unit: "event",
    help: "Warnings, for example responses accepted despite an anomaly.",
    labels: ["operation"],
  },
  "store.outages": {
    kind: "counter",
    unit: "event",
    help: "Outages of the shared store, by cause.",
    labels: ["reason"],
  },
  "store.unavailable": {
    kind: "gauge",
    unit: "client",
    help: "1 while the shared store is unavailable, else 0.",
    labels: [],
  },
  "breaker.transitions": {
    kind: "counter",
    unit: "event",
    help: "State changes of circuit breakers.",
    labels: ["scope", "from", "to"],
  },
  "breaker.status": {
    kind: "gauge",
    unit: "scope",
    help: "1 for the current state of a circuit breaker, 0 for the other states.",
    labels: ["scope", "state"],
  },
  "breaker.open.duration": {
    kind: "gauge",
    unit: "s",
    help: "Time since a circuit breaker left the closed state; 0 while it is closed.",
    labels: ["scope"],
  },
  "breaker.attempts": {
    kind: "counter",
    unit: "attempt",
    help: "Attempts that a circuit breaker counted, by verdict (`success`, `failure`).",
    labels: ["scope", "verdict"],
    isRead: true,
  },
  "breaker.window.calls": {
    kind: "gauge",
    unit: "call",
    help: "Distinct calls in the window of a circuit breaker.",
    labels: ["scope"],
  },
  "breaker.window.attempts": {
    kind: "gauge",
    unit: "attempt",
    help: "Attempts in the window of a circuit breaker.",
    labels: ["scope"],
  },
  "breaker.window.failures": {
    kind: "gauge",
    unit: "attempt",
    help: "Failed attempts in the window of a circuit breaker.",
    labels: ["scope"],
  },
  "breaker.minimum_calls": {
    kind: "gauge",
    unit: "call",
    help: "Calls that the window must contain before a circuit breaker can open.",
    labels: ["scope"],
  },
  "breaker.failure_threshold": {
    kind: "gauge",
    unit: "ratio",
    help: "Failure rate at which a circuit breaker opens.",
    labels: ["scope"],
  },
  "bulkhead.running": { kind: "gauge", unit: "attempt", help: "Running attempts.", labels: ["scope"] },
  "bulkhead.running.limit": {
    kind: "gauge",
    unit: "attempt",
    help: "Maximum number of running attempts.",
    labels: ["scope"],
  },
  "bulkhead.queued": { kind: "gauge", unit: "attempt", help: "Attempts waiting for a slot.", labels: ["scope"] },
  "bulkhead.queued.limit": {
    kind: "gauge",
    unit: "attempt",
    help: "Maximum number of waiting attempts.",
    labels: ["scope"],
  },
  "retry_budget.window.calls": {
    kind: "gauge",
    unit: "call",
    help: "Calls in the last `burst` of the retry budget.",
    labels: ["scope"],
  },
  "retry_budget.window.retries": {
    kind: "gauge",
    unit: "attempt",
    help: "Retries and hedges in the last `burst` of the retry budget.",
    labels: ["scope"],
  },
  retry_budget: {
    kind: "gauge",
    unit: "ratio",
    help: "Retries and hedges allowed per call.",
    labels: ["scope"],
  },
} as const satisfies Record<string, Metric>;

export type MetricName = keyof typeof metrics;

/** All metrics with their names. */
export function metricList(): readonly (readonly [MetricName, Metric])[] {
  return Object.entries(metrics) as [MetricName, Metric][];
}

/** An increment, a duration, or a level, depending on the kind of the metric. */
export interface Sample {
  readonly metric: MetricName;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Bucket boundaries of our own histograms, in seconds. They reach beyond the default total timeout of 30 s. */
export const durationBoundaries: readonly number[] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/** Bucket boundaries of `http.client.request.duration`, in seconds (OpenTelemetry semantic conventions, HTTP metrics). */
export const httpBoundaries: readonly number[] = [
  0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10,
];
