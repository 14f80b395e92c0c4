import type { Attributes, Counter, Histogram, Meter, Observable } from "@opentelemetry/api";
import type { ResilienceEvent } from "../../src/observe/events.js";
import {
  detailLimit,
  durationBoundaries,
  EventSamples,
  levelsOf,
  type Metric,
  type MetricName,
  metricList,
  type Sample,
  type SeriesOptions,
} from "../metrics/index.js";
import type { WatchedClient } from "../watched.js";

/** Our own metrics under `resil.`: counted from events, and levels that are read when a reader collects. */
export class OwnMetrics {
  readonly #client: WatchedClient;
  readonly #name: string;
  readonly #meter: Meter;
  readonly #options: SeriesOptions;
  readonly #samples: EventSamples;
  readonly #recorders = new Map<MetricName, (value: number, attributes: Attributes) => void>();
  readonly #read = new Map<MetricName, Observable>();
  readonly #scopes = new Set<string>();
  readonly #look = (result: { observe(gauge: Observable, value: number, attributes: Attributes): void }): void => {
    const limit = detailLimit(this.#options);
    for (const sample of levelsOf(this.#client.resilience.snapshot(), limit, this.#samples.isStoreAway)) {
      const instrument = this.#read.get(sample.metric);
      if (instrument !== undefined) result.observe(instrument, sample.value, this.#attributes(sample));
      if (sample.metric === "breaker.status") this.#begin(sample.labels["scope"] ?? "");
    }
  };

  constructor(client: WatchedClient, meter: Meter, name: string, options: SeriesOptions) {
    this.#client = client;
    this.#meter = meter;
    this.#name = name;
    this.#options = options;
    this.#samples = new EventSamples(options);
    for (const [key, metric] of metricList()) {
      const name = `resil.${key}`;
      if (metric.kind === "gauge") this.#read.set(key, meter.createObservableGauge(name, described(metric)));
      else if (metric.isRead) this.#read.set(key, meter.createObservableCounter(name, described(metric)));
      else this.#recorders.set(key, recorderOf(key, metric, meter));
    }
    meter.addBatchObservableCallback(this.#look, [...this.#read.values()]);
    this.#record(this.#samples.initial());
  }

  observe(event: ResilienceEvent): void {
    this.#record(this.#samples.of(event));
  }

  /** Levels are read no more. */
  end(): void {
    this.#meter.removeBatchObservableCallback(this.#look, [...this.#read.values()]);
  }

  /** A breaker that has never opened has a series, too: without one it would look like a breaker that is not watched. */
  #begin(scope: string): void {
    if (this.#scopes.has(scope)) return;
    this.#scopes.add(scope);
    this.#record([{ metric: "breaker.transitions", labels: { scope, from: "closed", to: "open" }, value: 0 }]);
  }

  #record(samples: readonly Sample[]): void {
    for (const sample of samples) this.#recorders.get(sample.metric)?.(sample.value, this.#attributes(sample));
  }

  #attributes({ labels }: Sample): Attributes {
    const own = Object.entries(labels).map(([label, value]) => [`resil.${label}`, value]);
    return { "resil.client": this.#name, ...Object.fromEntries(own) };
  }
}

function recorderOf(key: MetricName, metric: Metric, meter: Meter): (value: number, attributes: Attributes) => void {
  const name = `resil.${key}`;
  const advice = { explicitBucketBoundaries: [...durationBoundaries] };
  const instrument: Counter | Histogram =
    metric.kind === "counter"
      ? meter.createCounter(name, described(metric))
      : meter.createHistogram(name, { ...described(metric), advice });
  return (value, attributes) =>
    "add" in instrument ? instrument.add(value, attributes) : instrument.record(value, attributes);
}

/** What is counted stands in braces (OpenTelemetry semantic conventions, "Instrument Units"). */
function described({ help, unit }: Metric): { description: string; unit: string } {
  const isUnit = unit === "s" || unit === "ratio";
  return { description: help, unit: isUnit ? (unit === "s" ? "s" : "1") : `{${unit}}` };
}
