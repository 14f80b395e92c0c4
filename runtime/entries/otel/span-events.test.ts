// Spans say what happened between the attempts of a call.

import { readFileSync } from "node:fs";
import { SpanKind } from "@opentelemetry/api";
import { MeterProvider, MetricReader } from "@opentelemetry/sdk-metrics";
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-base";
import { describe, expect, test } from "vitest";
import { getWith, Rig, type RigOptions, retriesAfter, retriesAtOnce } from "../../../tests/rig/rig.js";
import { coalesce } from "../../src/extensions/coalesce.js";
import { hedge } from "../../src/extensions/hedge.js";
import { defaults } from "../../src/policies/defaults.js";
import { httpBoundaries } from "../metrics/index.js";
import { type OpenTelemetryOptions, openTelemetry } from "./index.js";

class Reader extends MetricReader {
  protected override async onForceFlush(): Promise<void> {}
  protected override async onShutdown(): Promise<void> {}
}

function traced(options: OpenTelemetryOptions = {}, rigOptions: RigOptions = {}) {
  const exporter = new InMemorySpanExporter();
  const reader = new Reader();
  const rig = new Rig(rigOptions);
  openTelemetry(rig.client, {
    tracerProvider: new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }),
    meterProvider: new MeterProvider({ readers: [reader] }),
    ...options,
  });
  const calls = () => exporter.getFinishedSpans().filter(({ kind }) => kind === SpanKind.INTERNAL);
  const events = (index: number) => calls()[index]?.events.map(({ name, attributes }) => ({ name, ...attributes }));
  const metrics = async () => (await reader.collect()).resourceMetrics.scopeMetrics.flatMap(({ metrics }) => metrics);
  return { rig, exporter, reader, calls, events, metrics };
}

describe("the span of a call has an event for", () => {
  test("each retry, with its cause and its wait", async () => {
    const { rig, events } = traced();
    rig.replies({ fails: "ECONNRESET" });
    await rig.end(getWith({ retry: retriesAfter(200, 1) }));
    expect(events(0)).toEqual([
      {
        name: "resil.retry",
        "resil.attempt": 1,
        "error.type": "network",
        "resil.reason": "ECONNRESET",
        "resil.wait": 0.2,
      },
    ]);
  });

  test("a hedge", async () => {
    const { rig, events } = traced();
    rig.replies({ after: 500 }, { after: 10 });
    await rig.end(getWith({ retry: retriesAtOnce(1), hedge: { after: 100, max: 1 } }, { extensions: [hedge] }));
    expect(events(0)).toEqual([{ name: "resil.hedge", "resil.attempt": 2 }]);
  });

  test("a wait in the queue", async () => {
    const { rig, events } = traced();
    rig.usually = { after: 400 };
    const bulkhead = { concurrency: 1, queue: 1, queueTimeout: false, scope: "operation" } as const;
    await Promise.all([rig.end(getWith({ bulkhead })), rig.end(getWith({ bulkhead }))]);
    expect(events(0)).toEqual([]);
    expect(events(1)).toEqual([{ name: "resil.queued", "resil.wait": 0.4, "resil.attempt": 1 }]);
  });

  test("the breaker that it opened, and the refusals after that", async () => {
    const { rig, events } = traced();
    rig.replies(500, 500);
    const getThing = getWith({ breaker: { ...defaults.breaker, minimumCalls: 2 } });
    for (let call = 0; call < 3; call++) await rig.end(getThing);
    expect(events(0)).toEqual([]);
    expect(events(1)).toMatchObject([
      { name: "resil.breaker", "resil.scope": "operation:getThing", "resil.state": "open", "resil.failures": 2 },
    ]);
    expect(events(2)).toMatchObject([{ name: "resil.refusal", "resil.policy": "breaker-open" }]);
    expect(events(2)?.[0]).toHaveProperty(["resil.retry_at"]);
  });
});

test("a breaker that an operator opens is no event of the next call", async () => {
  const { rig, events } = traced();
  const getThing = getWith({ breaker: defaults.breaker });
  await rig.end(getThing);
  rig.client.resilience.operation("getThing").open();
  rig.client.resilience.operation("getThing").auto();
  await rig.end(getThing);
  expect(events(1)).toEqual([]);
});

test("a coalesced call links to the call that sends the request", async () => {
  const { rig, calls } = traced();
  rig.usually = { after: 50 };
  const getThing = getWith({ coalesce: true }, { extensions: [coalesce] });
  const identity = (): string => "me";
  const both = [rig.call(getThing, {}, { identity }), rig.call(getThing, {}, { identity })];
  await rig.clock.run(Promise.all(both));
  const [first, second] = [...calls()].sort((a, b) => a.links.length - b.links.length);
  expect(first?.links).toEqual([]);
  expect(second?.links.map(({ context }) => context.spanId)).toEqual([first?.spanContext().spanId]);
});

describe("metrics", () => {
  test("of HTTP can be left to another instrumentation", async () => {
    for (const httpMetrics of [true, false]) {
      const { rig, metrics } = traced({ httpMetrics });
      await rig.end(getWith({}));
      const names = (await metrics()).map(({ descriptor }) => descriptor.name);
      expect(names.includes("http.client.request.duration")).toBe(httpMetrics);
      expect(names).toContain("resil.attempt.duration");
    }
  });

  test("have units, and HTTP's keep the buckets of the semantic conventions", async () => {
    const { rig, metrics } = traced();
    await rig.end(getWith({ breaker: defaults.breaker }));
    const all = await metrics();
    const unitOf = (name: string) => all.find(({ descriptor }) => descriptor.name === name)?.descriptor.unit;
    expect([unitOf("resil.calls"), unitOf("resil.call.duration"), unitOf("resil.breaker.failure_threshold")]).toEqual([
      "{call}",
      "s",
      "1",
    ]);
    const http = all.find(({ descriptor }) => descriptor.name === "http.client.request.duration");
    const [point] = http?.dataPoints ?? [];
    expect(point?.value).toMatchObject({ buckets: { boundaries: [...httpBoundaries] } });
  });

  test("and spans name the version of the package", async () => {
    const { rig, exporter, reader } = traced();
    await rig.end(getWith({}));
    const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as {
      version: string;
    };
    const { resourceMetrics } = await reader.collect();
    expect(resourceMetrics.scopeMetrics.map(({ scope }) => scope.version)).toEqual([version]);
    expect(exporter.getFinishedSpans()[0]?.instrumentationScope).toMatchObject({ name: "resil-gen", version });
  });
});
