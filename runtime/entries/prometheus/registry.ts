import { Counter, Gauge, Histogram, type Registry } from "prom-client";
import {
  detailLimit,
  durationBoundaries,
  type EventSamples,
  levelsOf,
  type Metric,
  type MetricName,
  metricList,
  metrics,
  type Sample,
  type SeriesOptions,
} from "../metrics/index.js";
import type { WatchedClient } from "../watched.js";

/** A client as a source of series. */
export interface Source {
  /** Value of the label `client`. */
  readonly name: string;
  readonly client: WatchedClient;
  readonly samples: EventSamples;
  readonly options: SeriesOptions;
}

/** A series of one client, ready to be increased. */
interface Series {
  readonly labels: Readonly<Record<string, string>>;
  readonly add: (value: number) => void;
}

/** The name of a metric in Prometheus: prefix, unit, and `_total` for counters. */
export function prometheusName(name: string, { kind, unit }: Metric): string {
  const suffix = kind === "counter" ? "_total" : unit === "s" ? "_seconds" : unit === "ratio" ? "_ratio" : "";
  return `resil_${name.replaceAll(".", "_")}${suffix}`;
}

const known = new WeakMap<Registry, RegistryMetrics>();

/** The metrics of a registry. They are registered for its first client. */
export function registryMetrics(register: Registry, buckets: readonly number[] = durationBoundaries): RegistryMetrics {
  const made = known.get(register) ?? new RegistryMetrics(register, buckets);
  known.set(register, made);
  return made;
}

/** Our metrics in one registry, with the series of each client. */
class RegistryMetrics {
  readonly #sources = new Map<string, Source>();
  readonly #series = new Map<string, Map<MetricName, Map<string, Series>>>();
  readonly #register: Registry;
  readonly #buckets: readonly number[];
  readonly #metrics = new Map<MetricName, Counter | Histogram | Gauge>();
  /** The levels of all clients. A registry reads all gauges in one turn, so they are computed once. */
  #levels: ReadonlyMap<MetricName, readonly Level[]> | undefined;

  constructor(register: Registry, buckets: readonly number[]) {
    this.#register = register;
    this.#buckets = buckets;
  }

  /** @throws Error if the name is taken */
  join(source: Source): void {
    const { name, client } = source;
    const other = this.#sources.get(name);
    if (other !== undefined && other.client !== client) {
      throw new Error(
        `The registry already has a client named '${name}'. Pass a different 'name' to prometheus() for each client.`,
      );
    }
    for (const [key, metric] of metricList()) {
      const registered = this.#register.getSingleMetric(prometheusName(key, metric));
      this.#metrics.set(key, (registered as Counter | undefined) ?? this.#made(key, metric));
    }
    this.#sources.set(name, source);
    for (const sample of source.samples.initial()) this.record(source, sample);
  }

  /** The client is observed no more. Its counters stay. */
  leave(source: Source): void {
    if (this.#sources.get(source.name) === source) this.#sources.delete(source.name);
  }

  /** Removes all series of a client that has left, unless another client has taken its name. */
  remove({ name }: Source): void {
    if (this.#sources.has(name)) return;
    for (const [metric, all] of this.#series.get(name) ?? []) {
      for (const { labels } of all.values()) (this.#metrics.get(metric) as Counter | undefined)?.remove(labels);
    }
    this.#series.delete(name);
  }

  record({ name }: Source, { metric, labels, value }: Sample): void {
    const byMetric = remembered(this.#series, name, () => new Map());
    const all = remembered(byMetric, metric, () => new Map());
    const key = Object.values(labels).join("\n");
    const series = remembered(all, key, () => this.#seriesOf(metric, { client: name, ...labels }));
    series.add(value);
  }

  #seriesOf(metric: MetricName, labels: Series["labels"]): Series {
    const target = this.#metrics.get(metric);
    // Not by instanceof: the registry may be of another copy of prom-client.
    if (metrics[metric].kind === "counter") {
      const counter = (target as Counter).labels(labels);
      counter.inc(0);
      return { labels, add: (value) => counter.inc(value) };
    }
    const histogram = (target as Histogram).labels(labels);
    return { labels, add: (value) => histogram.observe(value) };
  }

  #made(key: MetricName, metric: Metric): Counter | Gauge | Histogram {
    const { kind, help, labels } = metric;
    const labelNames = ["client", ...labels];
    const common = { name: prometheusName(key, metric), help, labelNames, registers: [this.#register] };
    if (kind === "histogram") return new Histogram({ ...common, buckets: [...this.#buckets] });
    const own = this;
    if (kind === "gauge") {
      return new Gauge({
        ...common,
        collect() {
          this.reset();
          for (const [client, labels, value] of own.#levelsOf(key)) this.set({ client, ...labels }, value);
        },
      });
    }
    if (metric.isRead) {
      return new Counter({
        ...common,
        collect() {
          this.reset();
          for (const [client, labels, value] of own.#levelsOf(key)) this.inc({ client, ...labels }, value);
        },
      });
    }
    if (key !== "breaker.transitions") return new Counter(common);
    // A breaker that has never opened has a series, too: without one it would look like a breaker that is not watched.
    return new Counter({ ...common, collect: () => own.#addClosedBreakers() });
  }

  #addClosedBreakers(): void {
    for (const [client, { scope = "", state }] of this.#levelsOf("breaker.status")) {
      const source = this.#sources.get(client);
      if (source === undefined || state !== "open") continue;
      this.record(source, { metric: "breaker.transitions", labels: { scope, from: "closed", to: "open" }, value: 0 });
    }
  }

  #levelsOf(name: MetricName): readonly Level[] {
    if (this.#levels === undefined) {
      this.#levels = levelsByMetric([...this.#sources.values()]);
      queueMicrotask(() => {
        this.#levels = undefined;
      });
    }
    return this.#levels.get(name) ?? [];
  }
}

type Level = readonly [client: string, labels: Sample["labels"], value: number];

function levelsByMetric(sources: readonly Source[]): ReadonlyMap<MetricName, readonly Level[]> {
  const all = new Map<MetricName, Level[]>();
  for (const { name, client, samples, options } of sources) {
    const levels = levelsOf(client.resilience.snapshot(), detailLimit(options), samples.isStoreAway);
    for (const { metric, labels, value } of levels) remembered(all, metric, () => []).push([name, labels, value]);
  }
  return all;
}

function remembered<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const value = map.get(key) ?? make();
  map.set(key, value);
  return value;
}
