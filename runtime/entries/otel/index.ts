import { metrics, trace } from "@opentelemetry/api";
import { checkSeriesOptions, httpBoundaries } from "../metrics/index.js";
import type { WatchedClient } from "../watched.js";
import { CallSpans } from "./call-spans.js";
import type { OpenTelemetryOptions } from "./options.js";
import { OwnMetrics } from "./own-metrics.js";
import { schemaUrl, version } from "./version.js";

export type { OpenTelemetryOptions } from "./options.js";

/**
 * Exports traces and metrics of a client through OpenTelemetry, following the semantic conventions for HTTP: a CLIENT
 * span per attempt, an INTERNAL span per call, `http.client.request.duration`, and our own metrics under `resil.`. Tracing
 * of an instrumented `fetch` is suppressed, so that no attempt has two CLIENT spans. Needs the package
 * `@opentelemetry/api`. Without an SDK it does nothing.
 *
 * Attaching the same client again replaces the first attachment.
 *
 * @returns a function that detaches the client
 */
export function openTelemetry(client: WatchedClient, options: OpenTelemetryOptions = {}): () => void {
  const { name = "default", tracerProvider = trace, meterProvider = metrics, httpMetrics = true } = options;
  checkSeriesOptions(options);
  const tracer = tracerProvider.getTracer("resil-gen", version, { schemaUrl });
  const meter = meterProvider.getMeter("resil-gen", version, { schemaUrl });
  const duration = httpMetrics
    ? meter.createHistogram("http.client.request.duration", {
        description: "Duration of HTTP client requests.",
        unit: "s",
        advice: { explicitBucketBoundaries: [...httpBoundaries] },
      })
    : undefined;
  const spans = new CallSpans(tracer, duration, options);
  const own = new OwnMetrics(client, meter, name, options);
  return client.attach({
    key: "opentelemetry",
    middleware: spans.middleware,
    addsCredentials: false,
    observe: (event) => {
      spans.observe(event);
      own.observe(event);
    },
    detached: () => own.end(),
    closed: () => own.end(),
  });
}
