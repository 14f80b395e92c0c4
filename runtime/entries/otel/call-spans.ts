import {
  type Attributes,
  type Context,
  context,
  createContextKey,
  type Histogram,
  propagation,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from "@opentelemetry/api";
import type { ResilienceEvent } from "../../src/observe/events.js";
import type { Middleware } from "../../src/observe/middleware.js";
import { commonAttributes, errorType, headerAttributes, isKnownMethod, requestAttributes } from "./attributes.js";
import type { OpenTelemetryOptions } from "./options.js";
import { breakerChanged, eventAttributes, link, queued } from "./span-events.js";

type EventOf<Type extends ResilienceEvent["type"]> = Extract<ResilienceEvent, { type: Type }>;

/** A request under way. */
interface AttemptSpan {
  readonly span: Span;
  readonly common: Attributes;
  /** On the wall clock and on the monotonic one, in ms: the span and the metric must say the same length. */
  readonly date: number;
  readonly startedAt: number;
}

interface CallSpan {
  readonly span: Span;
  readonly context: Context;
  readonly attempts: Map<number, AttemptSpan>;
  /** What the call opened, and reads on after its end. */
  stream?: Span;
}

/** What the SDK looks for before it records: instrumented fetch must not make a second CLIENT span of an attempt. */
const suppressTracing = createContextKey("OpenTelemetry SDK Context Key SUPPRESS_TRACING");

/**
 * An INTERNAL span for each call, and beneath it a CLIENT span for each attempt that was sent, and an INTERNAL one for the
 * stream that it opened.
 */
export class CallSpans {
  readonly #tracer: Tracer;
  readonly #duration: Histogram | undefined;
  readonly #options: OpenTelemetryOptions;
  readonly #calls = new Map<number, CallSpan>();
  /** Breakers that changed in this turn. */
  readonly #transitions: EventOf<"breaker">[] = [];

  constructor(tracer: Tracer, duration: Histogram | undefined, options: OpenTelemetryOptions) {
    this.#tracer = tracer;
    this.#duration = duration;
    this.#options = options;
  }

  observe(event: ResilienceEvent): void {
    if (event.type === "start") this.#begin(event);
    else if (event.type === "attempt") this.#endAttempt(event);
    else if (event.type === "call") this.#end(event);
    else if (event.type === "reconnect") this.#reconnects(event);
    else if (event.type === "stream") this.#endStream(event);
    else if (event.type === "breaker") this.#remember(event);
    else if (event.type !== "store") this.#note(event);
  }

  /** The attempt that changed a breaker ends in the same turn. What another process or an operator changed has none. */
  #remember(event: EventOf<"breaker">): void {
    this.#transitions.push(event);
    queueMicrotask(() => {
      this.#transitions.length = 0;
    });
  }

  /** What happens between the attempts of a call: retries, hedges, refusals, a fallback, a request that it shares. */
  #note(event: EventOf<"retry" | "hedge" | "refusal" | "fallback" | "join" | "warning">): void {
    const { span } = this.#calls.get(event.call) ?? {};
    if (span === undefined) return;
    if (event.type === "join") return link(span, this.#calls.get(event.joinedCall)?.span);
    if (event.type === "refusal" && event.waitedMs > 0) queued(span, event.waitedMs);
    span.addEvent(`resil.${event.type}`, eventAttributes(event));
  }

  readonly middleware: Middleware = async (request, next, { operation, call, attempt }) => {
    const parent = this.#calls.get(call);
    const active = parent === undefined ? undefined : this.#beginAttempt(parent, request, operation.path, attempt);
    if (active === undefined) return next(request);
    const response = await context.with(active.setValue(suppressTracing, true), () => next(request));
    const { responseHeaders = [] } = this.#options;
    trace.getSpan(active)?.setAttributes(headerAttributes("response", response.headers, responseHeaders));
    return response;
  };

  /** The event comes while the caller's context is active. */
  #begin({ call, operation, correlationId }: EventOf<"start">): void {
    const { name = "default" } = this.#options;
    const attributes = {
      "resil.client": name,
      "resil.operation": operation,
      ...(correlationId === undefined ? {} : { "resil.correlation_id": correlationId }),
    };
    const around = context.active();
    const span = this.#tracer.startSpan(operation, { kind: SpanKind.INTERNAL, attributes }, around);
    this.#calls.set(call, { span, context: trace.setSpan(around, span), attempts: new Map() });
  }

  #end({ call, operation, outcome, status, attempts, source, gaveUp, opensStream }: EventOf<"call">): void {
    const known = this.#calls.get(call);
    const { span, attempts: left } = known ?? {};
    if (known !== undefined && opensStream) {
      const attributes = { "resil.client": this.#options.name ?? "default", "resil.operation": operation };
      known.stream = this.#tracer.startSpan(
        `${operation} stream`,
        { kind: SpanKind.INTERNAL, attributes },
        known.context,
      );
    } else this.#calls.delete(call);
    for (const attempt of left?.values() ?? []) attempt.span.end();
    span?.setAttributes({
      "resil.attempts": attempts,
      ...(source === undefined ? {} : { "resil.source": source }),
      ...(gaveUp === undefined ? {} : { "resil.gave_up": gaveUp }),
    });
    fail(span, outcome, status);
    span?.end();
  }

  #reconnects({ call, because, waitMs }: EventOf<"reconnect">): void {
    const attributes = { "error.type": because, "resil.wait": waitMs / 1_000 };
    this.#calls.get(call)?.stream?.addEvent("resil.reconnect", attributes);
  }

  #endStream({ call, outcome, reconnects }: EventOf<"stream">): void {
    const { stream } = this.#calls.get(call) ?? {};
    this.#calls.delete(call);
    stream?.setAttributes({ "resil.stream.outcome": outcome, "resil.stream.reconnects": reconnects });
    fail(stream, outcome, undefined);
    stream?.end();
  }

  /** The context within which the request is sent; `undefined` where that goes wrong, for watching never fails a call. */
  #beginAttempt(parent: CallSpan, request: Request, template: string, number: number): Context | undefined {
    try {
      const common = commonAttributes(request, template, this.#options);
      const attributes = { ...common, ...requestAttributes(request, number, this.#options) };
      const date = Date.now();
      const name = `${isKnownMethod(request.method) ? request.method : "HTTP"} ${template}`;
      const start = { kind: SpanKind.CLIENT, attributes, startTime: date };
      const span = this.#tracer.startSpan(name, start, parent.context);
      // A middleware may send twice in one attempt; its first request is over then.
      parent.attempts.get(number)?.span.end();
      parent.attempts.set(number, { span, common, date, startedAt: performance.now() });
      const active = trace.setSpan(parent.context, span);
      this.#inject(active, request);
      return active;
    } catch {
      return undefined;
    }
  }

  #inject(active: Context, { headers }: Request): void {
    const { propagate = true, baggage = false } = this.#options;
    if (!propagate) return;
    const told = baggage ? active : propagation.deleteBaggage(active);
    propagation.inject(told, headers, { set: (carrier, name, value) => carrier.set(name, value) });
  }

  #endAttempt({ call, attempt, outcome, status, queuedMs }: EventOf<"attempt">): void {
    const { span: callSpan, attempts } = this.#calls.get(call) ?? {};
    for (const transition of this.#transitions.splice(0)) breakerChanged(callSpan, transition);
    if (callSpan !== undefined && queuedMs > 0) queued(callSpan, queuedMs, attempt);
    const sent = attempts?.get(attempt);
    if (sent === undefined) return;
    attempts?.delete(attempt);
    const { span, common, date, startedAt } = sent;
    const answered = status === undefined ? {} : { "http.response.status_code": status };
    const error = errorType(outcome, status);
    const elapsedMs = performance.now() - startedAt;
    span.setAttributes(answered);
    fail(span, outcome, status);
    span.end(date + elapsedMs);
    const attributes = { ...common, ...answered, ...(error === undefined ? {} : { "error.type": error }) };
    this.#duration?.record(elapsedMs / 1_000, attributes);
  }
}

/** Error status and type, where something failed; no description, for the type says it all. */
function fail(span: Span | undefined, outcome: string, status: number | undefined): void {
  const type = errorType(outcome, status);
  if (type !== undefined) span?.setAttribute("error.type", type).setStatus({ code: SpanStatusCode.ERROR });
}
