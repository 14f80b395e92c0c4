import type { MeterProvider, TracerProvider } from "@opentelemetry/api";
import type { SeriesOptions } from "../metrics/index.js";

/**
 * Whose spans and metrics, where they go, and what they may hold. What could be private is off unless asked for
 * (OpenTelemetry, semantic conventions for HTTP spans).
 */
export interface OpenTelemetryOptions extends SeriesOptions {
  /** Value of the attribute `resil.client`: tells the clients of one process apart. @default "default" */
  readonly name?: string | undefined;
  /** @default the global one */
  readonly tracerProvider?: TracerProvider | undefined;
  /** @default the global one */
  readonly meterProvider?: MeterProvider | undefined;
  /**
   * Sends the trace context on in headers, by the global propagator. Switch it off in a browser whose server does not
   * allow these headers (CORS). @default true
   */
  readonly propagate?: boolean | undefined;
  /** Sends baggage on, too. It may hold what other companies must not see. @default false */
  readonly baggage?: boolean | undefined;
  /** Query parameters whose values `url.full` shows; others are `REDACTED`. @default none */
  readonly queryParameters?: readonly string[] | undefined;
  /** Headers that become attributes of an attempt's span; those that carry credentials never do. @default none */
  readonly requestHeaders?: readonly string[] | undefined;
  /** As `requestHeaders`, of the answer: `http.response.header.<name>`; never `set-cookie`. @default none */
  readonly responseHeaders?: readonly string[] | undefined;
  /**
   * Records `http.client.request.duration`. Set it to `false` if an instrumentation of `fetch` or undici records the same
   * metric: each attempt would be counted twice. @default true
   */
  readonly httpMetrics?: boolean | undefined;
  /** Adds `url.template` to spans and to `http.client.request.duration`. @default false */
  readonly urlTemplate?: boolean | undefined;
}
