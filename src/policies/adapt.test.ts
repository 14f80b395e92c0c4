import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { openapi, resolved, told } from "../../tests/support/stages.js";
import type { OperationPolicies } from "./index.js";

const json = { responses: { 200: { description: "fine", content: { "application/json": { schema: {} } } } } };

async function decide(block: object, method = "get", operation: object = json): Promise<OperationPolicies["policies"]> {
  const { of, problems } = await resolved(openapi({ "/a": { [method]: { ...operation, "x-resilience": block } } }));
  expect(told(problems)).toEqual([]);
  return of(`${method.toUpperCase()} /a`).policies;
}

describe("an unwritten number gives way to a written one", () => {
  test("the deadline to the attempt: three fit", async () => {
    expect((await decide({ timeout: { attempt: "2s" } })).timeout).toMatchObject({ attempt: 2_000, total: 15_000 });
    expect((await decide({ timeout: { attempt: "6s" } })).timeout).toMatchObject({ attempt: 6_000, total: 18_000 });
  });

  test("the attempt to the deadline: a third of it", async () => {
    expect((await decide({ timeout: { total: "3s" } })).timeout).toMatchObject({ attempt: 1_000, total: 3_000 });
    expect((await decide({ timeout: { total: "6s" } })).timeout).toMatchObject({ attempt: 5_000, total: 6_000 });
  });

  test("the breaker's window to the attempt: twice as long", async () => {
    expect((await decide({ timeout: { attempt: "4s" } })).breaker).toMatchObject({ window: 10_000 });
    expect((await decide({ timeout: { attempt: "8s" } })).breaker).toMatchObject({ window: 16_000 });
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
    expect((await decide({ breaker: { cooldownMax: "500ms" } })).breaker).toMatchObject({ cooldown: 500 });
  });

  test("the fewest calls to a window of fewer attempts", async () => {
    const { breaker } = await decide({ breaker: { window: { calls: 5 } } });
    expect(breaker).toMatchObject({ window: { calls: 5 }, minimumCalls: 5 });
    const wide = await decide({ breaker: { window: { calls: 50 } } });
    expect(wide.breaker).toMatchObject({ window: { calls: 50 }, minimumCalls: 10 });
  });

  test("the attempt to the breaker's window: half of it", async () => {
    const { timeout, breaker } = await decide({ breaker: { window: "6s" } });
    expect([timeout.attempt, breaker]).toMatchObject([3_000, { window: 6_000 }]);
  });

  test("the attempt to a hedge: twice as long, and with it the deadline", async () => {
    const { hedge, timeout } = await decide({ hedge: "6s" });
    expect([hedge, timeout]).toMatchObject([{ after: 6_000 }, { attempt: 12_000, total: 36_000 }]);
    expect((await decide({ hedge: "1s" })).timeout).toMatchObject({ attempt: 5_000, total: 15_000 });
  });

  test("the deadline to the first wait: two attempts fit, and the wait between them", async () => {
    const { timeout } = await decide({ retry: { backoff: { initial: "20s", jitter: "none" } } });
    expect(timeout).toMatchObject({ attempt: 5_000, total: 30_000 });
  });

  test("the attempt to deadline and first wait: a retry fits", async () => {
    const backoff = { initial: "1s", jitter: "none" };
    const { timeout } = await decide({ timeout: { total: "5500ms" }, retry: { backoff } });
    expect(timeout).toMatchObject({ attempt: 1_500, total: 5_500 });
  });

  test("the first wait to attempt and deadline", async () => {
    const { retry } = await decide({ preset: "internal", timeout: { attempt: "900ms", total: "1s" } });
    expect(retry).toMatchObject({ backoff: { initial: 50, max: 500 } });
  });

  test("the hedge to the attempt: half of it", async () => {
    expect((await decide({ hedge: true, timeout: { attempt: "200ms" } })).hedge).toMatchObject({ after: 100 });
    expect((await decide({ hedge: true })).hedge).toMatchObject({ after: 300 });
  });
});

describe("unwritten values follow the kind of operation", () => {
  const binary = { responses: { 200: { description: "", content: { "application/pdf": {} } } } };

  test("what may be repeated has the usual attempt timeout, also thanks to a key", async () => {
    expect((await decide({ idempotency: { supported: true } }, "post")).timeout).toMatchObject({ attempt: 5_000 });
    expect((await decide({}, "post")).timeout).toMatchObject({ attempt: false, total: 30_000 });
  });

  test("a message of a failed change is written on that change", async () => {
    const above = { "x-resilience": { fallback: { message: "Later" } } };
    const own = { ...json, "x-resilience": { fallback: { message: "Nothing was ordered" } } };
    const { of } = await resolved(openapi({ "/a": { get: json, post: json, put: own } }, above));
    expect(of("GET /a").policies.fallback).toMatchObject({ message: "Later" });
    expect(of("POST /a").policies.fallback).toBeUndefined();
    expect(of("PUT /a").policies.fallback).toMatchObject({ message: "Nothing was ordered" });
  });

  test("a written attempt timeout stays, also where nothing is repeated", async () => {
    expect((await decide({ timeout: { attempt: "2s" } }, "post")).timeout).toMatchObject({ attempt: 2_000 });
  });

  test("a download has no bulkhead unless one is written; its errors and its events have a cap", async () => {
    const usual = await decide({}, "get", binary);
    expect(usual).toMatchObject({ streaming: true, bulkhead: false, maxResponse: 50_000_000 });
    expect((await decide({ bulkhead: 3 }, "get", binary)).bulkhead).toMatchObject({ concurrency: 3 });
  });
});

test("whatever one writes, the numbers of an operation go together", async () => {
  const span = fc.integer({ min: 50, max: 100_000 });
  const jitter = fc.constantFrom("full", "equal", "none");
  const block = fc.record(
    {
      timeout: fc.oneof(fc.record({ total: span }), fc.record({ attempt: span })),
      retry: fc.record({
        backoff: fc.oneof(
          fc.record({ initial: fc.integer({ min: 1, max: 100 }), jitter }),
          fc.record({ max: span, jitter }),
        ),
      }),
      breaker: fc.oneof(
        fc.record({ cooldown: span }),
        fc.record({ cooldownMax: span }),
        fc.record({ window: fc.record({ calls: fc.integer({ min: 1, max: 200 }) }) }),
      ),
      hedge: fc.boolean(),
      preset: fc.constantFrom("standard", "internal", "high-traffic", "serverless", "microservices"),
    },
    { requiredKeys: [] },
  );
  await fc.assert(
    fc.asyncProperty(block, fc.constantFrom("get", "put"), async (written, method) => {
      const total = (written.timeout as { total?: number } | undefined)?.total ?? 1_000;
      // No attempt fits into a deadline of a few milliseconds, nor beside a wait as long as it.
      fc.pre(total > 200);
      const { hedge: _hedge, ...safeBlock } = written;
      const { timeout, retry, breaker, hedge } = await decide(method === "get" ? written : safeBlock, method);
      if (timeout.attempt !== false && timeout.total !== false && retry !== false) {
        const { initial, jitter } = retry.backoff;
        const wait = jitter === "full" ? 0 : jitter === "equal" ? initial / 2 : initial;
        expect(timeout.attempt + wait).toBeLessThan(timeout.total);
      }
      if (retry !== false) expect(retry.backoff.initial).toBeLessThanOrEqual(retry.backoff.max);
      if (breaker !== false) {
        const { window, cooldown, cooldownMax, minimumCalls } = breaker;
        expect(cooldown).toBeLessThanOrEqual(cooldownMax);
        if (typeof window === "number") expect(window).toBeGreaterThanOrEqual(2 * Number(timeout.attempt));
        else expect(minimumCalls).toBeLessThanOrEqual(window.calls);
      }
      if (hedge !== undefined && hedge !== false && Number(timeout.attempt) > 1)
        expect(hedge.after).toBeLessThan(Number(timeout.attempt));
    }),
  );
});
