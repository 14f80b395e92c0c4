import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { openapi, resolved, told } from "../../fixtures/support/stages.js";
import type { OperationPolicies } from "./index.js";

const json = { responses: { 200: { description: "fine", content: { "application/json": { schema: {} } } } } };

async function decide(block: object, method = "get", operation: object = json): Promise<OperationPolicies["policies"]> {
  const { of, problems } = await resolved(openapi({ "/a": { [method]: { ...operation, "x-resilience": block } } }));
  expect(told(problems)).toEqual([]);
  return of(`${method.toUpperCase()} /a`).policies;
}

describe("an unwritten number gives way to a written one", () => {
  test("the deadline to the attempt: three fit", async () => {
    expect((await decide({ timeout: "2s" })).timeout).toMatchObject({ attempt: 2_000, total: 15_000 });
    expect((await decide({ timeout: "6s" })).timeout).toMatchObject({ attempt: 6_000, total: 18_000 });
  });

  test("the attempt to the deadline: a third of it", async () => {
    expect((await decide({ timeout: { total: "3s" } })).timeout).toMatchObject({ attempt: 1_000, total: 3_000 });
    expect((await decide({ timeout: { total: "6s" } })).timeout).toMatchObject({ attempt: 5_000, total: 6_000 });
  });

  test("the breaker's window to the attempt: twice as long", async () => {
    expect((await decide({ timeout: "4s" })).breaker).toMatchObject({ window: 10_000 });
    expect((await decide({ timeout: "8s" })).breaker).toMatchObject({ window: 16_000 });
  });

  test("the longest wait to the first, and the first to the longest", async () => {
    expect((await decide({ retry: { backoff: "8s" } })).retry).toMatchObject({
      backoff: { initial: 8_000, max: 8_000 },
    });
    expect((await decide({ retry: { backoff: { max: "50ms" } } })).retry).toMatchObject({
      backoff: { initial: 50, max: 50 },
    });
  });

  test("the longest pause to the first, and the first to the longest", async () => {
    expect((await decide({ breaker: { cooldown: "1m" } })).breaker).toMatchObject({ cooldownMax: 60_000 });
    expect((await decide({ breaker: { cooldownMax: "2s" } })).breaker).toMatchObject({ cooldown: 2_000 });
  });

  test("the hedge to the attempt: half of it", async () => {
    expect((await decide({ hedge: true, timeout: "200ms" })).hedge).toMatchObject({ after: 100 });
    expect((await decide({ hedge: true })).hedge).toMatchObject({ after: 300 });
  });
});

describe("unwritten values follow the kind of operation", () => {
  const binary = { responses: { 200: { description: "", content: { "application/pdf": {} } } } };

  test("what may be repeated has the usual attempt timeout, also thanks to a key", async () => {
    expect((await decide({ idempotency: { supported: true } }, "post")).timeout).toMatchObject({ attempt: 5_000 });
    expect((await decide({}, "post")).timeout).toMatchObject({ attempt: false, total: 30_000 });
  });

  test("a written attempt timeout stays, also where nothing is repeated", async () => {
    expect((await decide({ timeout: "2s" }, "post")).timeout).toMatchObject({ attempt: 2_000 });
  });

  test("a download has no bulkhead and no cap on its size unless one is written", async () => {
    const usual = await decide({}, "get", binary);
    expect(usual).toMatchObject({ transfer: true, bulkhead: false, maxResponse: false });
    expect((await decide({ bulkhead: 3 }, "get", binary)).bulkhead).toMatchObject({ concurrency: 3 });
  });
});

test("whatever one writes, the numbers of an operation go together", async () => {
  const span = fc.integer({ min: 1, max: 100_000 });
  const block = fc.record(
    {
      timeout: fc.oneof(span, fc.record({ total: span }), fc.record({ attempt: span })),
      retry: fc.record({ backoff: fc.oneof(fc.record({ initial: span }), fc.record({ max: span })) }),
      breaker: fc.oneof(fc.record({ cooldown: span }), fc.record({ cooldownMax: span })),
      hedge: fc.boolean(),
      preset: fc.constantFrom("standard", "internal", "high-traffic", "serverless", "microservices"),
    },
    { requiredKeys: [] },
  );
  await fc.assert(
    fc.asyncProperty(block, fc.constantFrom("get", "put"), async (written, method) => {
      const { hedge: _hedge, ...safeBlock } = written;
      const { timeout, retry, breaker, hedge } = await decide(method === "get" ? written : safeBlock, method);
      if (timeout.attempt !== false && timeout.total !== false)
        expect(timeout.attempt).toBeLessThanOrEqual(timeout.total);
      if (retry !== false) expect(retry.backoff.initial).toBeLessThanOrEqual(retry.backoff.max);
      if (breaker !== false) {
        expect(breaker.cooldown).toBeLessThanOrEqual(breaker.cooldownMax);
        expect(breaker.window).toBeGreaterThanOrEqual(2 * Number(timeout.attempt));
      }
      if (hedge !== undefined && hedge !== false && Number(timeout.attempt) > 1)
        expect(hedge.after).toBeLessThan(Number(timeout.attempt));
    }),
  );
});
