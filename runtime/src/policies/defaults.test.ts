import { expect, test } from "vitest";
import { defaults } from "./defaults.js";

/** As the documentation of `x-resilience` promises them. */
test("what `true` means, in numbers", () => {
  expect(defaults).toEqual({
    retry: {
      maxRetries: 3,
      backoff: { initial: 100, factor: 2, max: 5_000, jitter: "full" },
      on: ["network", "timeout", 408, 421, 425, 429, 500, 502, 503, 504],
      retryAfter: true,
      budget: { ratio: 0.2, minPerSecond: 3, burst: 2_000 },
    },
    budget: { ratio: 0.2, minPerSecond: 3, burst: 2_000 },
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
    slowCall: { duration: 1_000, rate: 0.8 },
    bulkhead: { concurrency: 50, queue: 200, queueTimeout: 2_000, scope: "operation" },
    rateLimit: { calls: 100, per: 1_000, scope: "service" },
    hedge: { after: 300, max: 1 },
    fallback: { stale: 300_000 },
  });
});
