import type { ResilienceEvent } from "../../src/observe/events.js";
import type { BreakerState } from "../../src/policies/circuit-breaker.js";
import { detailLimit, type SeriesOptions } from "./options.js";
import type { MetricName, Sample } from "./table.js";

type CallEvent = Extract<ResilienceEvent, { operation: string }>;

/** The operation that all operations beyond the limit share. No operation has this name, because it is no identifier. */
export const sharedOperation = "(other)";

/** Turns the events of one client into samples. It remembers the states of the breakers and of the store. */
export class EventSamples {
  /** Whether the shared store is unavailable now. */
  isStoreAway = false;
  readonly #options: SeriesOptions;
  readonly #limit: number;
  readonly #states = new Map<string, BreakerState>();
  readonly #known = new Set<string>();
  readonly #detailed = new Set<string>();

  constructor(options: SeriesOptions) {
    this.#options = options;
    this.#limit = detailLimit(options);
  }

  /** Zeros, so that the first increment of a counter is visible as one. */
  initial(): readonly Sample[] {
    return ["timeout", "error", "garbage"].map((reason) => ({ metric: "store.outages", labels: { reason }, value: 0 }));
  }

  of(event: ResilienceEvent): readonly Sample[] {
    if ("operation" in event) return this.#ofCall(event);
    if (event.type === "store") {
      const { available, because = "error" } = event;
      this.isStoreAway = !available;
      return available ? [] : [{ metric: "store.outages", labels: { reason: because }, value: 1 }];
    }
    const { scope, state: to } = event;
    const from = this.#states.get(scope) ?? "closed";
    this.#states.set(scope, to);
    return from === to ? [] : [{ metric: "breaker.transitions", labels: { scope, from, to }, value: 1 }];
  }

  #ofCall(event: CallEvent): readonly Sample[] {
    const { operation } = event;
    const first = this.#known.has(operation) ? [] : this.#firstOf(operation);
    const samples = samplesOf(event, (metric, ms, outcome) => this.#duration(metric, operation, ms, outcome));
    return first.length === 0 ? samples : [...first, ...samples];
  }

  /** The operation's first event decides whether it has series of its own. */
  #firstOf(operation: string): readonly Sample[] {
    this.#known.add(operation);
    if (this.#detailed.size < this.#limit) {
      this.#detailed.add(operation);
      return zerosOf(operation);
    }
    if (this.#known.size === this.#limit + 1 && this.#options.histograms !== false) {
      const { onWarning = (message) => console.warn(message) } = this.#options;
      const limit = String(this.#limit);
      onWarning(
        `resil-gen: More than ${limit} operations were called. Further operations share the histograms of the operation '${sharedOperation}'. Set 'histograms' to raise the limit.`,
      );
    }
    return [{ metric: "calls", labels: { operation, outcome: "ok" }, value: 0 }];
  }

  #duration(metric: MetricName, operation: string, ms: number, outcome?: string): readonly Sample[] {
    const { histograms, outcome: hasOutcome = true } = this.#options;
    if (histograms === false) return [];
    const own = this.#detailed.has(operation) ? operation : sharedOperation;
    const labels = { operation: own, ...(hasOutcome && outcome !== undefined ? { outcome } : {}) };
    return [{ metric, labels, value: ms / 1_000 }];
  }
}

/** The label values that most calls meet. */
const usualValues: readonly (readonly [MetricName, string, readonly string[]])[] = [
  ["calls", "outcome", ["ok", "http", "unexpected-response", "network", "timeout", "deadline"]],
  ["retries", "reason", ["network", "timeout", "429", "500", "502", "503", "504"]],
  ["refusals", "reason", ["breaker-open", "bulkhead-full", "rate-limited"]],
  ["given_up", "reason", ["not-retryable", "max-retries", "deadline", "retry-after", "budget", "breaker-open"]],
  ["fallbacks", "source", ["stale", "value"]],
];

function zerosOf(operation: string): readonly Sample[] {
  const plain = (["calls.slow", "hedges", "joins", "warnings", "connection.resets"] as const).map((metric) => ({
    metric,
    labels: { operation },
    value: 0,
  }));
  const labeled = usualValues.flatMap(([metric, label, values]) =>
    values.map((value) => ({ metric, labels: { operation, [label]: value }, value: 0 })),
  );
  return [...plain, ...labeled];
}

function samplesOf(
  event: CallEvent,
  duration: (metric: MetricName, ms: number, outcome?: string) => readonly Sample[],
): readonly Sample[] {
  const { operation } = event;
  const one = (metric: MetricName, labels: Sample["labels"] = {}): Sample => ({
    metric,
    labels: { operation, ...labels },
    value: 1,
  });
  switch (event.type) {
    case "attempt": {
      const { outcome, status, elapsedMs, queuedMs, reusedConnection } = event;
      return [
        one("attempts", { outcome, code: String(status ?? "") }),
        ...duration("attempt.duration", elapsedMs, outcome),
        ...duration("queue.duration", queuedMs),
        ...(reusedConnection ? [one("connection.resets")] : []),
      ];
    }
    case "retry":
      return [one("retries", { reason: String(event.status ?? event.because) })];
    case "hedge":
      return [one("hedges")];
    case "refusal": {
      const { because, waitedMs } = event;
      return [one("refusals", { reason: because }), ...(waitedMs > 0 ? duration("queue.duration", waitedMs) : [])];
    }
    case "fallback":
      return [one("fallbacks", { source: event.source })];
    case "join":
      return [one("joins")];
    case "warning":
      return [one("warnings")];
    case "reconnect":
      return [one("stream.reconnects", { reason: event.because })];
    case "stream": {
      const { outcome, elapsedMs } = event;
      return [one("streams", { outcome }), ...duration("stream.duration", elapsedMs, outcome)];
    }
    case "call": {
      const { outcome, elapsedMs, gaveUp, attempts } = event;
      return [
        one("calls", { outcome }),
        // A refusal takes no time: among the durations it would hide a slow server.
        ...(attempts > 0 ? duration("call.duration", elapsedMs, outcome) : []),
        ...(isSlow(event) ? [one("calls.slow")] : []),
        ...(gaveUp === undefined ? [] : [one("given_up", { reason: gaveUp })]),
      ];
    }
    default:
      return [];
  }
}

/** Half of the way to a timeout, by the whole call or by its attempts on average. */
function isSlow(event: Extract<CallEvent, { type: "call" }>): boolean {
  const { elapsedMs, attemptingMs, attempts, deadlineMs = Number.POSITIVE_INFINITY, attemptTimeoutMs } = event;
  const limitMs = attemptTimeoutMs ?? Number.POSITIVE_INFINITY;
  return elapsedMs > deadlineMs / 2 || (attempts > 0 && attemptingMs / attempts > limitMs / 2);
}
