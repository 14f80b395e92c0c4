import { Counter, register as defaultRegister, Gauge, Histogram, type Registry } from "prom-client";
import {
  durationBoundaries,
  eventCounter,
  levelsOf,
  type Metric,
  type MetricName,
  metricList,
  metrics,
  type Sample,
} from "./metrics.js";
import type { WatchedClient } from "./watched.js";

/** Where the metrics of a client are registered, and under which name. */
export interface PrometheusOptions {
  /** Where the metrics are registered. @default prom-client's own */
  readonly register?: Registry | undefined;
  /** Value of the label `client`: tells the clients of one process apart. @default "default" */
  readonly name?: string | undefined;
  /** Boundaries of the histograms, in seconds. The first client of a registry decides. @default 5 ms to 10 s */
  readonly buckets?: readonly number[] | undefined;
}

/** Who is asked for levels when a registry is read: a client's name, and the client. */
type Sources = Map<WatchedClient, string>;

const sourcesOf = new WeakMap<Registry, Sources>();

/**
 * Counts what a client does, as Prometheus metrics with the prefix `resil_`. Several clients may share a registry, each
 * under its name; the same client twice is counted once. Needs the package `prom-client`.
 *
 * @returns a function that ends it; what was counted stays
 */
export function prometheus(client: WatchedClient, options: PrometheusOptions = {}): () => void {
  const { register = defaultRegister, name = "default", buckets = durationBoundaries } = options;
  const sources: Sources = sourcesOf.get(register) ?? new Map();
  sourcesOf.set(register, sources);
  const record = recorder(register, sources, buckets);
  const count = eventCounter();
  const detach = client.attach({
    key: register,
    observe: (event) => {
      for (const sample of count(event)) record(sample, name);
    },
    detached: () => sources.delete(client),
  });
  sources.set(client, name);
  return detach;
}

/** The name that a metric has in Prometheus: prefix, unit, and `_total` for counters. */
export function prometheusName(name: string, { kind, unit }: Metric): string {
  const suffix = kind === "counter" ? "_total" : unit === "s" ? "_seconds" : unit === "ratio" ? "_ratio" : "";
  return `resil_${name.replaceAll(".", "_")}${suffix}`;
}

/** Registers the metrics that are not there yet; gives what adds one sample to them. */
function recorder(register: Registry, sources: Sources, buckets: readonly number[]) {
  const counters = new Map<MetricName, Counter | Histogram>();
  for (const [name, metric] of metricList()) {
    const known = register.getSingleMetric(prometheusName(name, metric));
    const made = known ?? madeMetric(name, metric, register, sources, buckets);
    counters.set(name, made as Counter | Histogram);
  }
  return ({ metric, labels, value }: Sample, client: string): void => {
    const target = counters.get(metric);
    // Not by instanceof: the registry may be of another copy of prom-client.
    if (metrics[metric].kind === "counter") (target as Counter).inc({ client, ...labels }, value);
    else (target as Histogram).observe({ client, ...labels }, value);
  };
}

function madeMetric(
  key: MetricName,
  metric: Metric,
  register: Registry,
  sources: Sources,
  buckets: readonly number[],
): Counter | Gauge | Histogram {
  const { kind, help, labels } = metric;
  const name = prometheusName(key, metric);
  const common = { name, help, labelNames: ["client", ...labels], registers: [register] };
  if (kind === "histogram") return new Histogram({ ...common, buckets: [...buckets] });
  if (kind === "gauge") {
    return new Gauge({
      ...common,
      collect() {
        this.reset();
        for (const [client, labels, value] of levels(sources, key)) this.set({ client, ...labels }, value);
      },
    });
  }
  if (key !== "breaker.transitions") return new Counter(common);
  return new Counter({
    ...common,
    // A breaker that has never opened has a series too: nothing at all would look like a breaker that is not watched.
    collect() {
      for (const [client, { scope = "" }] of levels(sources, "breaker.minimum_calls"))
        this.inc({ client, scope, from: "closed", to: "open" }, 0);
    },
  });
}

/** A registry asks all gauges in one go, and each needs its part of the same levels: they are looked at once. */
let looked: { readonly sources: Sources; readonly byMetric: ReadonlyMap<MetricName, readonly Level[]> } | undefined;

type Level = readonly [client: string, labels: Sample["labels"], value: number];

function levels(sources: Sources, name: MetricName): readonly Level[] {
  if (looked?.sources !== sources) {
    looked = { sources, byMetric: levelsByMetric(sources) };
    queueMicrotask(() => {
      looked = undefined;
    });
  }
  return looked.byMetric.get(name) ?? [];
}

function levelsByMetric(sources: Sources): ReadonlyMap<MetricName, readonly Level[]> {
  const all = new Map<MetricName, Level[]>();
  for (const [client, clientName] of sources) {
    for (const { metric, labels, value } of levelsOf(client.resilience.snapshot())) {
      const list = all.get(metric) ?? [];
      if (list.length === 0) all.set(metric, list);
      list.push([clientName, labels, value]);
    }
  }
  return all;
}
