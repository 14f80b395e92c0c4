import { expect, test } from "vitest";
import { expand } from "./expand.js";

/** The settings of a block by their dotted names. */
function settings(block: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(expand(block).map(({ name, value }) => [name, value]));
}

test.each([
  ["timeout.attempt: 2s", { timeout: { attempt: "2s" } }, { "timeout.attempt": 2_000 }],
  ["timeout: false", { timeout: false }, { "timeout.attempt": false, "timeout.total": false, "timeout.idle": false }],
  ["retry: 2", { retry: 2 }, { retry: true, "retry.maxRetries": 2 }],
  ["retry: false", { retry: false }, { retry: false }],
  ["retry: true", { retry: true }, { retry: true }],
  ["backoff: 50ms", { retry: { backoff: "50ms" } }, { retry: true, "retry.backoff.initial": 50 }],
  ["budget: false", { retry: { budget: false } }, { retry: true, "retry.budget": false }],
  ["breaker: true", { breaker: true }, { breaker: true }],
  ["slowCall: true", { breaker: { slowCall: true } }, { breaker: true, "breaker.slowCall": true }],
  ["window: { calls }", { breaker: { window: { calls: 50 } } }, { breaker: true, "breaker.window": { calls: 50 } }],
  ["bulkhead: 5", { bulkhead: 5 }, { bulkhead: true, "bulkhead.concurrency": 5 }],
  ["hedge: 100ms", { hedge: "100ms" }, { hedge: true, "hedge.after": 100 }],
  ["fallback: true", { fallback: true }, { fallback: true, "fallback.stale": true }],
  ["fallback.stale: true", { fallback: { stale: true } }, { fallback: true, "fallback.stale": true }],
  [
    "fallback.value",
    { fallback: { value: { stale: "no setting" } } },
    { fallback: true, "fallback.value": { stale: "no setting" } },
  ],
  [
    "propagate: true",
    { propagate: true },
    {
      propagate: true,
      "propagate.deadline": "x-request-timeout-ms",
      "propagate.retryCount": "x-retry-count",
      "propagate.correlationId": "x-correlation-id",
    },
  ],
  [
    "a header of one's own",
    { propagate: { deadline: "x-time-left", retryCount: false } },
    { propagate: true, "propagate.deadline": "x-time-left", "propagate.retryCount": false },
  ],
  ["preset is no setting", { preset: "off" }, {}],
])("%s is written out", (_what, block, expected) => {
  expect(settings(block)).toEqual(expected);
});

test.each([
  [250, 250],
  ["250ms", 250],
  ["1.5s", 1_500],
  ["2 s", 2_000],
  ["5m", 300_000],
  ["1h", 3_600_000],
])("a time of %j is %d ms", (written, ms) => {
  expect(settings({ timeout: { total: written } })).toEqual({ "timeout.total": ms });
});

test.each([
  [1_000, 1_000],
  ["500B", 500],
  ["500kB", 500_000],
  ["1.5 MB", 1_500_000],
  ["2GB", 2_000_000_000],
  [false, false],
])("a size of %j is %j bytes", (written, bytes) => {
  expect(settings({ maxResponse: written })).toEqual({ maxResponse: bytes });
});

test("each setting knows the keys that lead to where it is written, also in short forms", () => {
  const paths = expand({ timeout: { attempt: "2s" }, retry: { backoff: { initial: 5 } } }).map(({ name, path }) => [
    name,
    path,
  ]);
  expect(paths).toEqual([
    ["timeout.attempt", ["timeout", "attempt"]],
    ["retry", ["retry"]],
    ["retry.backoff.initial", ["retry", "backoff", "initial"]],
  ]);
});
