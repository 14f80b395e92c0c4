import { metrics, trace } from "@opentelemetry/api";
import { durationBoundaries } from "../metrics.js";
import type { WatchedClient } from "../watched.js";
import { CallSpans } from "./call-spans.js";
import type { OpenTelemetryOptions } from "./options.js";
import { OwnMetrics } from "./own-metrics.js";

export type { OpenTelemetryOptions } from "./options.js";

/**
 * Traces and measures a client by OpenTelemetry, after the semantic conventions for HTTP: a CLIENT span for each attempt,
 * an INTERNAL span around them for the call, `http.client.request.duration`, and metrics of our own under `resil.`.
 * Instrumentations of `fetch` beneath it are silenced, so that no attempt has two CLIENT spans. Needs the package
 * `@opentelemetry/api`; without an SDK it does nothing.
 *
 * A client is traced once: a second time takes the first one's place.
 *
 * @returns a function that ends it
 */
export function openTelemetry(client: WatchedClient, options: OpenTelemetryOptions = {}): () => void {
  const { name = "default", tracerProvider = trace, meterProvider = metrics } = options;
  const tracer = tracerProvider.getTracer("resil-gen");
  const meter = meterProvider.getMeter("resil-gen");
  const duration = meter.createHistogram("http.client.request.duration", {
    description: "Duration of HTTP client requests.",
    unit: "s",
    advice: { explicitBucketBoundaries: [...durationBoundaries] },
  });
  const spans = new CallSpans(tracer, duration, options);
  const own = new OwnMetrics(client, meter, name);
  return client.attach({
    key: "opentelemetry",
    middleware: spans.middleware,
    addsCredentials: false,
    observe: (event) => {
      spans.observe(event);
      own.observe(event);
    },
    detached: () => own.end(),
  });
}
