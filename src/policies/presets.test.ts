import { describe, expect, test } from "vitest";
import { openapi, resolved, told } from "../../tests/support/stages.js";
import type { OperationPolicies } from "./index.js";
import { type PresetName, presetNames } from "./presets.js";

const ok = { responses: { 200: { description: "fine", content: { "application/json": { schema: {} } } } } };
const document = openapi({ "/a": { get: ok, post: ok, put: ok } });

async function policies(preset: PresetName | undefined, key = "GET /a"): Promise<OperationPolicies["policies"]> {
  const { of, problems } = await resolved(document, preset);
  expect(told(problems)).toEqual([]);
  return of(key).policies;
}

test("standard is what holds where nothing is written", async () => {
  expect(await policies(undefined)).toEqual(await policies("standard"));
  expect(await policies(undefined)).toEqual({
    repeat: "always",
    timeout: { attempt: 5_000, total: 15_000, idle: 60_000 },
    retry: {
      maxRetries: 3,
      backoff: { initial: 100, factor: 2, max: 5_000, jitter: "full" },
      on: ["network", "timeout", 408, 421, 425, 429, 500, 502, 503, 504],
      retryAfter: true,
      budget: { ratio: 0.2, minPerSecond: 3, burst: 2_000 },
    },
    breaker: {
      window: 10_000,
      failureRate: 0.5,
      minimumCalls: 10,
      slowCall: false,
      cooldown: 1_000,
      cooldownMax: 10_000,
      probes: 1,
      scope: "operation",
      shared: false,
      critical: false,
    },
    bulkhead: { concurrency: 50, queue: 200, queueTimeout: 2_000, scope: "operation" },
    maxResponse: 50_000_000,
    streaming: false,
  });
});

// DESIGN's table, preset by preset.
const expected: Readonly<Record<PresetName, object>> = {
  standard: {},
  internal: {
    timeout: { attempt: 2_000, total: 5_000 },
    retry: { maxRetries: 1, backoff: { initial: 500, jitter: "equal" } },
    breaker: false,
    bulkhead: false,
  },
  "high-traffic": {
    timeout: { attempt: 2_000, total: 5_000 },
    retry: { maxRetries: 2 },
    breaker: { scope: "service", minimumCalls: 100 },
    bulkhead: { scope: "service", concurrency: 200, queue: 400, queueTimeout: 500 },
    fallback: { stale: 300_000 },
  },
  serverless: {
    timeout: { attempt: 1_000, total: 3_000 },
    retry: { maxRetries: 1 },
    breaker: { shared: true, minimumCalls: 5, scope: "operation" },
    bulkhead: false,
    fallback: { stale: 300_000 },
  },
  microservices: {
    timeout: { attempt: 2_000, total: 6_000 },
    retry: { maxRetries: 2, budget: { ratio: 0.1, minPerSecond: 1, burst: 2_000 } },
    breaker: { scope: "service", minimumCalls: 20 },
    bulkhead: { scope: "service", concurrency: 100, queue: 200, queueTimeout: 500 },
    propagate: {
      deadline: "x-request-timeout-ms",
      retryCount: "x-retry-count",
      correlationId: "x-correlation-id",
    },
  },
  off: {
    timeout: { attempt: false, total: false, idle: false },
    retry: false,
    breaker: false,
    bulkhead: false,
    maxResponse: false,
  },
};

describe.each(presetNames)("preset %s", (preset) => {
  test("has the numbers of the table", async () => {
    expect(await policies(preset)).toMatchObject(expected[preset]);
  });

  test("means the same from the command line and from the document's root", async () => {
    const { of } = await resolved({ ...document, "x-resilience": { preset } });
    for (const key of ["GET /a", "POST /a", "PUT /a"]) {
      expect(of(key).policies).toEqual(await policies(preset, key));
      expect(of(key).preset).toBe(preset);
    }
  });

  test("serves no earlier answer in the place of a change, and no change is hedged", async () => {
    const changing = await policies(preset, "POST /a");
    expect(changing.fallback).toBeUndefined();
    expect(changing.hedge).toBeUndefined();
  });

  test("never says that a server supports keys", async () => {
    expect((await policies(preset, "POST /a")).repeat).toBe("unprocessed");
  });
});

test("what cannot be retried has no attempt timeout, and with standard 30 s in all", async () => {
  expect((await policies("standard", "POST /a")).timeout).toEqual({ attempt: false, total: 30_000, idle: 60_000 });
  expect((await policies("internal", "POST /a")).timeout).toMatchObject({ attempt: false, total: 5_000 });
  expect((await policies("standard", "PUT /a")).timeout).toMatchObject({ attempt: 5_000, total: 15_000 });
});

test("off asks for no idempotency key, the others do", async () => {
  for (const preset of presetNames) {
    const { of } = await resolved(document, preset);
    expect(of("POST /a").idempotencyKey).toEqual(
      preset === "off" ? undefined : { in: "header", name: "Idempotency-Key" },
    );
    expect(of("GET /a").idempotencyKey).toBeUndefined();
  }
});
