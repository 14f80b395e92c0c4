import { describe, expect, test } from "vitest";
import { defaults } from "../../runtime/src/policies/defaults.js";
import type { Policies } from "../../runtime/src/policies/types.js";
import { quickestFailure, slowestCall } from "./timeline.js";

const standard: Policies = {
  repeat: "always",
  timeout: { attempt: 5_000, total: 15_000, idle: 60_000 },
  retry: defaults.retry,
  breaker: defaults.breaker,
  bulkhead: false,
  maxResponse: false,
  streaming: false,
};

/** `attempt 1: 0–5000`. */
const segmentsOf = (policies: Policies): string[] =>
  slowestCall(policies).segments.map(
    ({ kind, attempt, from, to, isCut }) => `${kind} ${attempt}: ${from}–${to}${isCut ? " cut" : ""}`,
  );

const retry = (more: Partial<typeof defaults.retry>) => ({ ...defaults.retry, ...more });
const backoff = (more: Partial<typeof defaults.retry.backoff>) => ({ ...defaults.retry.backoff, ...more });

describe("a server that never responds", () => {
  test("gets attempts until the deadline, which cuts the last one short", () => {
    expect(segmentsOf(standard)).toEqual([
      "attempt 1: 0–5000",
      "wait 2: 5000–5100",
      "attempt 2: 5100–10100",
      "wait 3: 10100–10300",
      "attempt 3: 10300–15000 cut",
    ]);
    expect(slowestCall(standard)).toMatchObject({ endsAt: 15_000, deadline: 15_000, attempts: 3, allowed: 4 });
  });

  test("each attempt may first wait for a bulkhead slot", () => {
    expect(segmentsOf({ ...standard, bulkhead: { ...defaults.bulkhead, queueTimeout: 1_000 } }).slice(0, 4)).toEqual([
      "queue 1: 0–1000",
      "attempt 1: 1000–6000",
      "wait 2: 6000–6100",
      "queue 2: 6100–7100",
    ]);
  });

  test("without a queue there is no wait for a slot", () => {
    expect(segmentsOf({ ...standard, bulkhead: { ...defaults.bulkhead, queue: 0 } })[0]).toBe("attempt 1: 0–5000");
  });

  test("gets one attempt if a request that may have been processed must not be retried", () => {
    const timeout = { attempt: false, total: 30_000, idle: false } as const;
    expect(segmentsOf({ ...standard, repeat: "unprocessed", timeout })).toEqual(["attempt 1: 0–30000 cut"]);
  });

  test("gets one attempt if timeouts are not retried", () => {
    expect(slowestCall({ ...standard, retry: retry({ on: ["network"] }) })).toMatchObject({
      attempts: 1,
      endsAt: 5_000,
    });
  });

  test("without any limit the call never ends", () => {
    const timeout = { attempt: false, total: false, idle: false } as const;
    expect(slowestCall({ ...standard, timeout })).toMatchObject({ endsAt: null, deadline: null, attempts: 1 });
    expect(segmentsOf({ ...standard, timeout })).toEqual(["attempt 1: 0–null"]);
  });

  test("without a deadline the attempts end it", () => {
    const timeout = { attempt: 1_000, total: false, idle: false } as const;
    const policies = { ...standard, timeout, retry: retry({ maxRetries: 1 }) };
    expect(slowestCall(policies)).toMatchObject({ endsAt: 2_100, deadline: null, attempts: 2 });
  });

  test("a backoff that passes the deadline is shortened as far as jitter allows, or there is no further attempt", () => {
    const timeout = { attempt: 800, total: 1_000, idle: false } as const;
    const waits = (jitter: "full" | "equal" | "none") =>
      segmentsOf({ ...standard, timeout, retry: retry({ backoff: backoff({ initial: 300, jitter }) }) }).slice(1);
    expect(waits("full")).toEqual(["attempt 2: 800–1000 cut"]);
    expect(waits("equal")).toEqual(["wait 2: 800–950", "attempt 2: 950–1000 cut"]);
    expect(waits("none")).toEqual([]);
  });

  test("a call with a rate limit may take until the deadline", () => {
    const limited = { ...standard, retry: false, rateLimit: defaults.rateLimit } as const;
    expect(slowestCall(limited)).toMatchObject({ endsAt: 15_000, isRateLimited: true, attempts: 1 });
    const timeout = { ...standard.timeout, total: false } as const;
    expect(slowestCall({ ...limited, timeout }).endsAt).toBeNull();
  });

  test("the limits of a stream end with its headers", () => {
    expect(slowestCall({ ...standard, streaming: true }).idle).toBe(60_000);
    expect(slowestCall(standard)).not.toHaveProperty("idle");
  });
});

describe("a server that fails immediately", () => {
  test("gets every attempt, after the longest backoffs", () => {
    expect(quickestFailure(standard)).toEqual({ attempts: 4, endsAt: 700 });
  });

  test("gets no attempt after the deadline", () => {
    const timeout = { ...standard.timeout, total: 300 };
    expect(quickestFailure({ ...standard, timeout })).toEqual({ attempts: 2, endsAt: 100 });
  });

  test("gets one attempt if retries are off", () => {
    expect(quickestFailure({ ...standard, retry: false })).toEqual({ attempts: 1, endsAt: 0 });
  });
});
