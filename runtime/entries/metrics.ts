// Our own metrics: what there is, and how events and snapshots become numbers. OpenTelemetry and Prometheus share it.
import type { ScopeSnapshot } from "../src/client/control.js";
import type { ResilienceEvent } from "../src/observe/events.js";
import type { BreakerState } from "../src/policies/circuit-breaker.js";

export interface Metric {
  readonly kind: "counter" | "histogram" | "gauge";
  readonly unit?: "s" | "ratio";
  readonly help: string;
  readonly labels: readonly string[];
}

/** Every metric, by its name without prefix and unit. All labels are bounded: no URL, key or id is among them. */
export const metrics = {
  calls: { kind: "counter", help: "Calls that ended.", labels: ["operation", "outcome"] },
  "call.duration": {
    kind: "histogram",
    unit: "s",
    help: "Length of whole calls, waits included.",
    labels: ["operation", "outcome"],
  },
  attempts: { kind: "counter", help: "Attempts that ended.", labels: ["operation", "outcome", "code"] },
  "attempt.duration": {
    kind: "histogram",
    unit: "s",
    help: "Length of single attempts.",
    labels: ["operation", "outcome"],
  },
  retries: {
    kind: "counter",
    help: "Retries that were scheduled, by the status or failure that they follow.",
    labels: ["operation", "reason"],
  },
  hedges: { kind: "counter", help: "Attempts that were started beside another.", labels: ["operation"] },
  refusals: {
    kind: "counter",
    help: "Attempts that the client itself refused, by the policy that did.",
    labels: ["operation", "reason"],
  },
  fallbacks: {
    kind: "counter",
    help: "Calls that were answered by a fallback, by where the answer came from.",
    labels: ["operation", "source"],
  },
  given_up: {
    kind: "counter",
    help: "Calls that failed for good, by why there was no further attempt.",
    labels: ["operation", "reason"],
  },
  streams: { kind: "counter", help: "Streams that ended, by how.", labels: ["operation", "outcome"] },
  "stream.duration": {
    kind: "histogram",
    unit: "s",
    help: "How long streams were open.",
    labels: ["operation", "outcome"],
  },
  "stream.reconnects": {
    kind: "counter",
    help: "Times that a stream broke and was continued, by the failure.",
    labels: ["operation", "reason"],
  },
  warnings: { kind: "counter", help: "Answers that are odd and were let pass.", labels: ["operation"] },
  "store.outages": { kind: "counter", help: "Times that the shared store went away.", labels: ["reason"] },
  "breaker.transitions": { kind: "counter", help: "Changes of breakers' states.", labels: ["scope", "from", "to"] },
  "breaker.status": {
    kind: "gauge",
    help: "1 for the state that a breaker is in, 0 for the others.",
    labels: ["scope", "state"],
  },
  "breaker.window.calls": { kind: "gauge", help: "Distinct calls in a breaker's window.", labels: ["scope"] },
  "breaker.window.attempts": { kind: "gauge", help: "Attempts in a breaker's window.", labels: ["scope"] },
  "breaker.window.failures": { kind: "gauge", help: "Failed attempts in a breaker's window.", labels: ["scope"] },
  "breaker.minimum_calls": { kind: "gauge", help: "Calls below which a breaker stays closed.", labels: ["scope"] },
  "breaker.failure_threshold": {
    kind: "gauge",
    unit: "ratio",
    help: "Share of failed attempts at which a breaker opens.",
    labels: ["scope"],
  },
  "bulkhead.running": { kind: "gauge", help: "Attempts that run.", labels: ["scope"] },
  "bulkhead.running.limit": { kind: "gauge", help: "Attempts that may run at once.", labels: ["scope"] },
  "bulkhead.queued": { kind: "gauge", help: "Attempts that wait for a place.", labels: ["scope"] },
  "bulkhead.queued.limit": { kind: "gauge", help: "Attempts that may wait for a place.", labels: ["scope"] },
  "retry_budget.window.calls": { kind: "gauge", help: "Calls of the budget's last `burst`.", labels: ["scope"] },
  "retry_budget.window.retries": {
    kind: "gauge",
    help: "Retries and hedges of the budget's last `burst`.",
    labels: ["scope"],
  },
  retry_budget: {
    kind: "gauge",
    unit: "ratio",
    help: "Share that retries and hedges may be of the calls.",
    labels: ["scope"],
  },
} as const satisfies Record<string, Metric>;

export type MetricName = keyof typeof metrics;

/** The names of the metrics, with what they are. */
export function metricList(): readonly (readonly [MetricName, Metric])[] {
  return Object.entries(metrics) as [MetricName, Metric][];
}

/** An amount to add, a length to record, or a level: by the metric's kind. */
export interface Sample {
  readonly metric: MetricName;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Boundaries of histograms, in seconds (OpenTelemetry's semantic conventions, `http.client.request.duration`). */
export const durationBoundaries: readonly number[] = [
  0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10,
];

/** Makes what counts the events of one client: it remembers the states that its breakers had. */
export function eventCounter(): (event: ResilienceEvent) => readonly Sample[] {
  const states = new Map<string, BreakerState>();
  return (event) => {
    if ("operation" in event) return samplesOf(event);
    if (event.type === "store") {
      const { available, because = "error" } = event;
      return available ? [] : [{ metric: "store.outages", labels: { reason: because }, value: 1 }];
    }
    const { scope, state: to } = event;
    const from = states.get(scope) ?? "closed";
    states.set(scope, to);
    return from === to ? [] : [{ metric: "breaker.transitions", labels: { scope, from, to }, value: 1 }];
  };
}

function samplesOf(event: Extract<ResilienceEvent, { operation: string }>): readonly Sample[] {
  const { operation } = event;
  const one = (metric: MetricName, labels: Sample["labels"] = {}): Sample => ({
    metric,
    labels: { operation, ...labels },
    value: 1,
  });
  const seconds = (metric: MetricName, ms: number, outcome: string): Sample => ({
    ...one(metric, { outcome }),
    value: ms / 1_000,
  });
  switch (event.type) {
    case "attempt": {
      const { outcome, status, elapsedMs } = event;
      return [
        one("attempts", { outcome, code: String(status ?? "") }),
        seconds("attempt.duration", elapsedMs, outcome),
      ];
    }
    case "retry":
      return [one("retries", { reason: String(event.status ?? event.because) })];
    case "hedge":
      return [one("hedges")];
    case "refusal":
      return [one("refusals", { reason: event.because })];
    case "fallback":
      return [one("fallbacks", { source: event.source })];
    case "warning":
      return [one("warnings")];
    case "reconnect":
      return [one("stream.reconnects", { reason: event.because })];
    case "stream": {
      const { outcome, elapsedMs } = event;
      return [one("streams", { outcome }), seconds("stream.duration", elapsedMs, outcome)];
    }
    case "call": {
      const { outcome, elapsedMs, gaveUp } = event;
      const all = [one("calls", { outcome }), seconds("call.duration", elapsedMs, outcome)];
      return gaveUp === undefined ? all : [...all, one("given_up", { reason: gaveUp })];
    }
    default:
      return [];
  }
}

const states: readonly BreakerState[] = ["closed", "half-open", "open"];

/** The levels of everything at one moment. */
export function levelsOf(snapshot: readonly ScopeSnapshot[]): readonly Sample[] {
  return snapshot.flatMap(({ scope, breaker, bulkhead, budget }) => {
    const level = (metric: MetricName, value: number): Sample => ({ metric, labels: { scope }, value });
    return [
      ...(breaker === undefined
        ? []
        : [
            ...states.map((state) => ({
              metric: "breaker.status" as const,
              labels: { scope, state },
              value: Number(breaker.state === state),
            })),
            level("breaker.window.calls", breaker.calls),
            level("breaker.window.attempts", breaker.attempts),
            level("breaker.window.failures", breaker.failures),
            level("breaker.minimum_calls", breaker.minimumCalls),
            level("breaker.failure_threshold", breaker.failureRate),
          ]),
      ...(bulkhead === undefined
        ? []
        : [
            level("bulkhead.running", bulkhead.running),
            level("bulkhead.running.limit", bulkhead.concurrency),
            level("bulkhead.queued", bulkhead.queued),
            level("bulkhead.queued.limit", bulkhead.queue),
          ]),
      ...(budget === undefined
        ? []
        : [
            level("retry_budget.window.calls", budget.calls),
            level("retry_budget.window.retries", budget.retries),
            level("retry_budget", budget.ratio),
          ]),
    ];
  });
}
