import { expect, test } from "vitest";
import type { ErrorCode, Failure } from "../base/outcome.js";
import { defaults } from "./defaults.js";
import { executionOf, isOutage, mayPass, verdictOf } from "./failures.js";

const answered = (status: number, more: Partial<Failure> = {}): Failure => ({
  ok: false,
  code: "http",
  sent: "yes",
  status,
  ...more,
});
const statuses = Array.from({ length: 400 }, (_, index) => index + 200);

test("an error response that may pass is one that is retried by default", () => {
  for (const status of statuses)
    expect([status, mayPass("http", status)]).toEqual([status, defaults.retry.on.includes(status)]);
});

test("a fallback stands in for exactly those responses that count against the server", () => {
  for (const status of statuses) {
    expect([status, isOutage(answered(status))]).toEqual([status, verdictOf(answered(status)) === "failure"]);
  }
});

test("a 503 with Retry-After does not count for the breaker, and is an outage for a fallback", () => {
  const refusal = answered(503, { retryAfterMs: 1_000 });
  expect([verdictOf(refusal), isOutage(refusal)]).toEqual(["neutral", true]);
});

test("a response that counts against the server leaves it open whether the request was executed", () => {
  for (const status of statuses.filter((each) => verdictOf(answered(each)) === "failure")) {
    expect(executionOf(answered(status))).toBe("unknown");
  }
});

test.each(["breaker-open", "bulkhead-full", "rate-limited"] satisfies ErrorCode[])(
  "a refusal '%s' says nothing of the server, may pass, and did nothing",
  (code) => {
    const refusal: Failure = { ok: false, code, sent: "no" };
    expect([verdictOf(refusal), mayPass(code, 0), isOutage(refusal), executionOf(refusal)]).toEqual([
      "neutral",
      true,
      true,
      "not-done",
    ]);
  },
);
