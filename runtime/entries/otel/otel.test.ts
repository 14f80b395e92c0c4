import { context, propagation, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import {
  CompositePropagator,
  isTracingSuppressed,
  W3CBaggagePropagator,
  W3CTraceContextPropagator,
} from "@opentelemetry/core";
import { MeterProvider, MetricReader } from "@opentelemetry/sdk-metrics";
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
} from "@opentelemetry/sdk-trace-base";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { getWith, postWith, Rig, type RigOptions, retriesAfter, retriesAtOnce } from "../../../tests/rig/rig.js";
import { streamEnds } from "../../../tests/rig/stream-ends.js";
import { defaults } from "../../src/policies/defaults.js";
import { type OpenTelemetryOptions, openTelemetry } from "./index.js";

/** A reader that reads when it is asked to. */
class Reader extends MetricReader {
  protected override async onForceFlush(): Promise<void> {}
  protected override async onShutdown(): Promise<void> {}

  /** The data points of a metric: attributes and value. */
  async points(name: string) {
    const { resourceMetrics } = await this.collect();
    const all = resourceMetrics.scopeMetrics.flatMap(({ metrics }) => metrics);
    return all.find(({ descriptor }) => descriptor.name === name)?.dataPoints ?? [];
  }

  /** The value of a metric for these attributes. */
  async value(name: string, attributes: object): Promise<unknown> {
    const wanted = JSON.stringify(Object.entries(attributes).sort());
    const points = await this.points(name);
    return points.find((point) => JSON.stringify(Object.entries(point.attributes).sort()) === wanted)?.value;
  }
}

beforeAll(() => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  const propagators = [new W3CTraceContextPropagator(), new W3CBaggagePropagator()];
  propagation.setGlobalPropagator(new CompositePropagator({ propagators }));
});

afterAll(() => {
  context.disable();
  propagation.disable();
});

/** A client that is traced by a real SDK. */
function traced(options: OpenTelemetryOptions = {}, rigOptions: RigOptions = {}) {
  const exporter = new InMemorySpanExporter();
  const tracerProvider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  const reader = new Reader();
  const meterProvider = new MeterProvider({ readers: [reader] });
  const rig = new Rig(rigOptions);
  const detach = openTelemetry(rig.client, { tracerProvider, meterProvider, ...options });
  const of = (kind: SpanKind) => exporter.getFinishedSpans().filter((span) => span.kind === kind);
  return {
    rig,
    reader,
    tracerProvider,
    meterProvider,
    detach,
    calls: () => of(SpanKind.INTERNAL),
    attempts: () => of(SpanKind.CLIENT),
  };
}

const statusOf = ({ status, attributes }: ReadableSpan) => [status, attributes["error.type"]];
const unset = [{ code: SpanStatusCode.UNSET }, undefined];
const failed = (type: string) => [{ code: SpanStatusCode.ERROR }, type];
const getThing = getWith({ retry: retriesAfter(200, 2) }, { path: "/things/{id}" });
const input = { path: { id: "id-7" } };

describe("spans", () => {
  test("a call is an INTERNAL span; each of its attempts is a CLIENT span beneath it", async () => {
    const { rig, calls, attempts } = traced();
    rig.replies(503, { fails: "ECONNRESET" }, 200);
    await rig.end(getThing, input);
    const [call] = calls();
    expect(call?.name).toBe("getThing");
    expect(call?.attributes).toEqual({
      "resil.client": "default",
      "resil.operation": "getThing",
      "resil.attempts": 3,
      "resil.source": "network",
    });
    expect(attempts().map(({ name }) => name)).toEqual(Array(3).fill("GET /things/{id}"));
    for (const attempt of attempts()) {
      expect(attempt.parentSpanContext?.spanId).toBe(call?.spanContext().spanId);
      expect(attempt.spanContext().traceId).toBe(call?.spanContext().traceId);
    }
    expect(attempts().map(statusOf)).toEqual([failed("503"), failed("network"), unset]);
    expect(statusOf(call as ReadableSpan), "errors that were overcome are none of the call").toEqual(unset);
  });

  test("an attempt says what the conventions require, and counts as a resend from the second on", async () => {
    const { rig, attempts } = traced();
    rig.replies(503, 200);
    await rig.end(getThing, input);
    const common = {
      "http.request.method": "GET",
      "server.address": "api.example",
      "server.port": 443,
      "url.full": "https://api.example/things/id-7",
    };
    expect(attempts().map(({ attributes }) => attributes)).toEqual([
      { ...common, "http.response.status_code": 503, "error.type": "503" },
      { ...common, "http.response.status_code": 200, "http.request.resend_count": 1 },
    ]);
  });

  test.each(streamEnds)("a stream is a span beneath its call, from its beginning to its end: $outcome", async (end) => {
    const { rig, calls } = traced();
    await end.run(rig);
    const [call] = calls().filter(({ name }) => name === "getThing");
    const [stream, ...others] = calls().filter(({ name }) => name === "getThing stream");
    expect([others, stream?.parentSpanContext?.spanId]).toEqual([[], call?.spanContext().spanId]);
    expect(stream?.attributes["resil.stream.outcome"]).toBe(end.outcome);
    expect(statusOf(stream as ReadableSpan)).toEqual(end.isError ? failed(end.outcome) : unset);
    expect(stream?.events.length).toBe(stream?.attributes["resil.stream.reconnects"]);
  });

  test("a 4xx is an error of the client's span, and of a call that it ended", async () => {
    const { rig, calls, attempts } = traced();
    rig.replies(404);
    await rig.end(getThing, input);
    expect([...attempts(), ...calls()].map(statusOf)).toEqual([failed("404"), failed("404")]);
    expect(calls()[0]?.attributes["resil.gave_up"]).toBe("not-retryable");
  });

  test("a call that the caller canceled is not an error", async () => {
    const { rig, calls, attempts } = traced();
    rig.replies({ after: "never" });
    const controller = new AbortController();
    const { signal } = controller;
    const end = rig.call(getThing, input, { signal }).result();
    await rig.clock.advance(50);
    controller.abort();
    await end;
    expect([...attempts(), ...calls()].map(statusOf)).toEqual([unset, unset]);
  });

  test("a call that is refused has no CLIENT span, for nothing was sent", async () => {
    const { rig, calls, attempts } = traced();
    rig.usually = 500;
    const guarded = getWith({ breaker: { ...defaults.breaker, minimumCalls: 1 } });
    await rig.end(guarded);
    await rig.end(guarded);
    expect(attempts()).toHaveLength(1);
    expect(calls().map(statusOf)).toEqual([failed("500"), failed("breaker-open")]);
  });

  test("a call hangs beneath the span that is active where it begins", async () => {
    const { rig, tracerProvider, calls } = traced();
    const parent = tracerProvider.getTracer("test").startSpan("request");
    await context.with(trace.setSpan(context.active(), parent), () => rig.end(getThing, input));
    expect(calls()[0]?.parentSpanContext?.spanId).toBe(parent.spanContext().spanId);
  });

  test("an attempt that a hedge overtook is no error, and both are beneath the call", async () => {
    const { hedge } = await import("../../src/extensions/hedge.js");
    const { rig, attempts } = traced({}, { extensions: [hedge] });
    rig.replies({ after: "never" }, 200);
    await rig.end(getWith({ retry: retriesAtOnce(1), hedge: { after: 100, max: 1 } }));
    expect(attempts().map(statusOf)).toEqual([unset, unset]);
    expect(
      attempts()
        .map(({ attributes }) => attributes["http.request.resend_count"])
        .sort(),
    ).toEqual([1, undefined]);
  });

  test("a method that the conventions do not know is named HTTP", async () => {
    const { rig, attempts } = traced();
    await rig.end(getWith({}, { method: "PURGE" }));
    expect(attempts()[0]?.name).toBe("HTTP /thing");
    expect(attempts()[0]?.attributes).toMatchObject({
      "http.request.method": "_OTHER",
      "http.request.method_original": "PURGE",
    });
  });

  test("the template is an attribute where it is asked for", async () => {
    const { rig, attempts, reader } = traced({ urlTemplate: true });
    await rig.end(getThing, input);
    expect(attempts()[0]?.attributes["url.template"]).toBe("/things/{id}");
    const [point] = await reader.points("http.client.request.duration");
    expect(point?.attributes["url.template"]).toBe("/things/{id}");
  });

  test("a correlation id joins the call to others", async () => {
    const { rig, calls } = traced({}, { correlationId: () => "c-1" });
    await rig.end(getThing, input);
    expect(calls()[0]?.attributes["resil.correlation_id"]).toBe("c-1");
  });

  test("an IP address is told without brackets, a port as it is", async () => {
    const { rig, attempts } = traced({}, { api: { servers: ["http://[::1]:8080"] } });
    await rig.end(getThing, input);
    expect(attempts()[0]?.attributes).toMatchObject({ "server.address": "::1", "server.port": 8080 });
  });

  test("a request that a slow middleware sends after its attempt was over leaves no span open", async () => {
    const { rig, attempts, calls } = traced(
      {},
      {
        middleware: [
          async (request, next, { attempt }) => {
            if (attempt === 1) await new Promise<void>((resolve) => rig.clock.setTimer(resolve, 150));
            return next(request);
          },
        ],
      },
    );
    rig.usually = { after: 40 };
    const timeout = { attempt: 100, total: 1_000, idle: false } as const;
    await rig.end(getWith({ timeout, retry: retriesAfter(200, 1) }));
    expect([attempts().length, calls().length]).toEqual([2, 1]);
  });

  test("a middleware that sends twice leaves no span open", async () => {
    const { rig, calls, attempts } = traced(
      {},
      { middleware: [(request, next) => next(request).then(() => next(request))] },
    );
    await rig.end(getWith({}));
    expect(rig.requests).toBe(2);
    expect([attempts().length, calls().length]).toEqual([2, 1]);
  });
});

describe("secrets", () => {
  test("the query's values are hidden, but those that are named", async () => {
    const { rig, attempts } = traced({ queryParameters: ["page", "in[city]"] });
    await rig.end(getThing, { ...input, query: { page: 2, "in[city]": "Ulm", sig: "s3cret", api_key: "s3cret" } });
    expect(attempts()[0]?.attributes["url.full"]).toBe(
      "https://api.example/things/id-7?page=2&in%5Bcity%5D=Ulm&sig=REDACTED&api_key=REDACTED",
    );
  });

  test("headers are attributes only where they are named, and credentials never are", async () => {
    const { rig, attempts } = traced({
      requestHeaders: ["X-Tenant", "Authorization", "cookie"],
      responseHeaders: ["x-served-by", "Set-Cookie"],
    });
    rig.replies({ headers: { "x-served-by": "a", "set-cookie": "s3cret", "x-more": "s3cret" } });
    const headers = { "X-Tenant": "t-1", authorization: "Bearer s3cret", "x-other": "s3cret" };
    await rig.end(getThing, input, { headers });
    const [span] = attempts();
    expect(span?.attributes).toMatchObject({
      "http.request.header.x-tenant": ["t-1"],
      "http.response.header.x-served-by": ["a"],
    });
    expect(JSON.stringify(span?.attributes)).not.toContain("s3cret");
  });

  test("a body is nowhere", async () => {
    const { rig, calls, attempts } = traced();
    rig.replies({ status: 422, body: { detail: "s3cret" } });
    await rig.end(
      postWith(
        {},
        {
          body: { "application/json": (body) => ({ content: JSON.stringify(body), contentType: "application/json" }) },
        },
      ),
      { body: { card: "s3cret" } },
    );
    expect(rig.received[0]?.body).toContain("s3cret");
    const told = [...calls(), ...attempts()].map(({ name, attributes, events, status }) => [
      name,
      attributes,
      events,
      status,
    ]);
    expect(JSON.stringify(told)).not.toContain("s3cret");
  });
});

describe("propagation", () => {
  test("each attempt sends its own span on, in the same trace", async () => {
    const { rig, attempts } = traced();
    rig.replies(503, 200);
    await rig.end(getThing, input);
    const sent = rig.received.map(({ headers }) => headers["traceparent"]);
    const spans = attempts().map((span) => span.spanContext());
    expect(sent).toEqual(spans.map(({ traceId, spanId }) => `00-${traceId}-${spanId}-01`));
    expect(new Set(sent).size).toBe(2);
  });

  test("baggage stays here, unless it is asked for", async () => {
    const baggage = propagation.createBaggage({ tenant: { value: "t-1" } });
    const within = propagation.setBaggage(context.active(), baggage);
    const here = traced();
    await context.with(within, () => here.rig.end(getThing, input));
    expect(here.rig.received[0]?.headers["baggage"]).toBeUndefined();
    const sent = traced({ baggage: true });
    await context.with(within, () => sent.rig.end(getThing, input));
    expect(sent.rig.received[0]?.headers["baggage"]).toBe("tenant=t-1");
  });

  test("switched off, no header is sent, and there are spans all the same", async () => {
    const { rig, attempts } = traced({ propagate: false });
    await rig.end(getThing, input);
    expect(rig.received[0]?.headers["traceparent"]).toBeUndefined();
    expect(attempts()).toHaveLength(1);
  });

  test("an instrumented fetch beneath it is silent, and a token's request is not", async () => {
    const suppressed: boolean[] = [];
    const { rig } = traced(
      {},
      {
        transport: async () => {
          suppressed.push(isTracingSuppressed(context.active()));
          return Response.json({});
        },
        api: {
          authorize: async () => {
            suppressed.push(isTracingSuppressed(context.active()));
            return { headers: {}, query: [], cookies: [], refused: () => false };
          },
        },
      },
    );
    await rig.end(getThing, input);
    expect(suppressed).toEqual([false, true]);
  });
});

describe("metrics", () => {
  test("each attempt's duration is recorded, with the span's own length", async () => {
    const { rig, reader, attempts } = traced();
    rig.replies(503, 200);
    await rig.end(getThing, input);
    const points = await reader.points("http.client.request.duration");
    const common = { "http.request.method": "GET", "server.address": "api.example", "server.port": 443 };
    expect(points.map(({ attributes }) => attributes)).toEqual([
      { ...common, "http.response.status_code": 503, "error.type": "503" },
      { ...common, "http.response.status_code": 200 },
    ]);
    for (const [index, { value }] of points.entries()) {
      const { duration: [seconds, nanoseconds] = [-1, 0] } = attempts()[index] ?? {};
      const { sum, count, buckets } = value as { sum: number; count: number; buckets: { boundaries: number[] } };
      expect(sum).toBeCloseTo(seconds + nanoseconds / 1e9, 3);
      expect(count).toBe(1);
      expect(buckets.boundaries).toEqual([0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10]);
    }
  });

  test("calls, retries and refusals are counted under our own names", async () => {
    const { rig, reader } = traced({ name: "shop" });
    rig.replies(503, 200);
    await rig.end(getThing, input);
    const of = { "resil.client": "shop", "resil.operation": "getThing" };
    expect(await reader.value("resil.calls", { ...of, "resil.outcome": "ok" })).toBe(1);
    expect(await reader.value("resil.retries", { ...of, "resil.reason": "503" })).toBe(1);
    expect(await reader.value("resil.call.duration", { ...of, "resil.outcome": "ok" })).toMatchObject({
      count: 1,
      sum: 0.2,
    });
  });

  test("breakers and bulkheads are looked at when a reader asks", async () => {
    const { rig, reader } = traced();
    rig.usually = { status: 500, after: 10 };
    const bulkhead = { concurrency: 4, queue: 0, queueTimeout: false, scope: "operation" } as const;
    const guarded = getWith({ breaker: { ...defaults.breaker, minimumCalls: 1 }, bulkhead });
    const of = { "resil.client": "default", "resil.scope": "operation:getThing" };
    const end = rig.end(guarded);
    expect(await reader.value("resil.bulkhead.running", of)).toBe(1);
    expect(await reader.value("resil.bulkhead.running.limit", of)).toBe(4);
    expect(await reader.value("resil.breaker.status", { ...of, "resil.state": "open" })).toBe(0);
    await end;
    expect(await reader.value("resil.bulkhead.running", of)).toBe(0);
    expect(await reader.value("resil.breaker.status", { ...of, "resil.state": "open" })).toBe(1);
    const moved = { ...of, "resil.from": "closed", "resil.to": "open" };
    expect(await reader.value("resil.breaker.transitions", moved)).toBe(1);
  });
});

test("a client is traced once, also when it is told twice", async () => {
  const { rig, attempts, calls, reader, tracerProvider, meterProvider } = traced();
  openTelemetry(rig.client.with({}), { tracerProvider, meterProvider });
  await rig.end(getThing, input);
  expect([attempts().length, calls().length]).toEqual([1, 1]);
  const of = { "resil.client": "default", "resil.operation": "getThing" };
  expect(await reader.value("resil.calls", { ...of, "resil.outcome": "ok" })).toBe(1);
});

test("a client that is let go is not traced, and not asked for its levels", async () => {
  const { rig, attempts, meterProvider, reader, detach } = traced();
  detach();
  let asked = 0;
  const snapshot = () => {
    asked++;
    return rig.client.resilience.snapshot();
  };
  const watched = openTelemetry({ attach: rig.client.attach, resilience: { snapshot } }, { meterProvider });
  await reader.points("resil.breaker.status");
  expect(asked).toBe(1);
  watched();
  await rig.end(getThing, input);
  await reader.points("resil.breaker.status");
  expect([asked, attempts().length]).toEqual([1, 0]);
});

test("without an SDK nothing happens, and calls go on", async () => {
  const rig = new Rig().replies(503, 200);
  openTelemetry(rig.client);
  expect(await rig.end(getThing, input)).toMatchObject({ ok: true, attempts: 2 });
});

test("a tracer that throws fails no call", async () => {
  const tracerProvider = {
    getTracer: () => ({
      startSpan: () => {
        throw new Error("broken");
      },
      startActiveSpan: () => {
        throw new Error("broken");
      },
    }),
  };
  const rig = new Rig();
  openTelemetry(rig.client, { tracerProvider });
  expect(await rig.end(getThing, input)).toMatchObject({ ok: true });
  expect(rig.requests).toBe(1);
});
