import { register as defaultRegister, type Registry } from "prom-client";
import { checkSeriesOptions, EventSamples, type SeriesOptions } from "./metrics/index.js";
import { registryMetrics, type Source } from "./prometheus/registry.js";
import type { WatchedClient } from "./watched.js";

export { prometheusName } from "./prometheus/registry.js";

/** Where the metrics of a client are registered, and under which name. */
export interface PrometheusOptions extends SeriesOptions {
  /** Where the metrics are registered. @default the default registry of prom-client */
  readonly register?: Registry | undefined;
  /** Value of the label `client`. Each client of a registry needs a name of its own. @default "default" */
  readonly name?: string | undefined;
  /** Bucket boundaries of the histograms, in seconds. The first client of a registry decides. @default 5 ms to 60 s */
  readonly buckets?: readonly number[] | undefined;
}

/**
 * Exports what a client does as Prometheus metrics with the prefix `resil_`. Several clients can share a registry, each
 * under its own name. Attaching the same client again replaces the first attachment. Needs the package `prom-client`.
 *
 * When the client is closed, its series are removed from the registry.
 *
 * @returns a function that detaches the client; its counters stay in the registry
 * @throws Error if another client of the registry has the same name
 */
export function prometheus(client: WatchedClient, options: PrometheusOptions = {}): () => void {
  const { register = defaultRegister, name = "default", buckets } = options;
  checkSeriesOptions(options);
  const registered = registryMetrics(register, buckets);
  const samples = new EventSamples(options);
  const source: Source = { name, client, samples, options };
  // The same client may be attached already: it leaves when the new watcher takes its place.
  const detach = client.attach({
    key: register,
    observe: (event) => {
      for (const sample of samples.of(event)) registered.record(source, sample);
    },
    detached: () => registered.leave(source),
    closed: () => {
      detach();
      registered.remove(source);
    },
  });
  try {
    registered.join(source);
  } catch (error) {
    detach();
    throw error;
  }
  return detach;
}
