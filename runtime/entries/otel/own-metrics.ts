import type { Attributes, Counter, Histogram, Meter, Observable, ObservableGauge } from "@opentelemetry/api";
import type { ResilienceEvent } from "../../src/observe/events.js";
import { durationBoundaries, eventCounter, levelsOf, type MetricName, metricList, type Sample } from "../metrics.js";
import type { WatchedClient } from "../watched.js";

/** Our own metrics under `resil.`: counted from events, and levels that are looked at when a reader asks. */
export class OwnMetrics {
  readonly #client: WatchedClient;
  readonly #name: string;
  readonly #meter: Meter;
  readonly #count = eventCounter();
  readonly #recorders = new Map<MetricName, (value: number, attributes: Attributes) => void>();
  readonly #gauges = new Map<MetricName, ObservableGauge>();
  readonly #look = (result: { observe(gauge: Observable, value: number, attributes: Attributes): void }): void => {
    for (const sample of levelsOf(this.#client.resilience.snapshot())) {
      const gauge = this.#gauges.get(sample.metric);
      if (gauge !== undefined) result.observe(gauge, sample.value, this.#attributes(sample));
    }
  };

  constructor(client: WatchedClient, meter: Meter, name: string) {
    this.#client = client;
    this.#meter = meter;
    this.#name = name;
    for (const [key, { kind, unit, help: description }] of metricList()) {
      const own = `resil.${key}`;
      if (kind === "gauge") {
        this.#gauges.set(key, meter.createObservableGauge(own, { description, unit: unit === "ratio" ? "1" : "" }));
        continue;
      }
      const advice = { explicitBucketBoundaries: [...durationBoundaries] };
      const instrument: Counter | Histogram =
        kind === "counter"
          ? meter.createCounter(own, { description })
          : meter.createHistogram(own, { description, unit: "s", advice });
      this.#recorders.set(key, (value, attributes) =>
        "add" in instrument ? instrument.add(value, attributes) : instrument.record(value, attributes),
      );
    }
    meter.addBatchObservableCallback(this.#look, [...this.#gauges.values()]);
  }

  observe(event: ResilienceEvent): void {
    for (const sample of this.#count(event))
      this.#recorders.get(sample.metric)?.(sample.value, this.#attributes(sample));
  }

  /** Levels are looked at no more. */
  end(): void {
    this.#meter.removeBatchObservableCallback(this.#look, [...this.#gauges.values()]);
  }

  #attributes({ labels }: Sample): Attributes {
    const own = Object.entries(labels).map(([label, value]) => [`resil.${label}`, value]);
    return { "resil.client": this.#name, ...Object.fromEntries(own) };
  }
}
