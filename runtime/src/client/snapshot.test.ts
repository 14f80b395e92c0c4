import { expect, test } from "vitest";
import { getWith, Rig, retriesAtOnce } from "../../../tests/rig/rig.js";
import { defaults } from "../policies/defaults.js";

const breaker = { ...defaults.breaker, minimumCalls: 2, failureRate: 0.6, critical: true, scope: "stock" };
const bulkhead = { concurrency: 1, queue: 5, queueTimeout: false, scope: "operation" } as const;
const budget = { ratio: 0.5, minPerSecond: 1, burst: 10_000 };

test("before the first call there is nothing to see", () => {
  expect(new Rig().client.resilience.snapshot()).toEqual([]);
});

test("a snapshot holds what each scope's policies hold, and the numbers that they go by", async () => {
  const rig = new Rig().replies(503, 200, { after: 50 });
  const getThing = getWith({ breaker, bulkhead, retry: retriesAtOnce(1, { budget }) });
  await rig.end(getThing);
  const running = [rig.end(getThing), rig.end(getThing)];
  const totals = { attempts: 2, failures: 1 };
  const numbers = { critical: true, openMs: 0, totals, minimumCalls: 2, failureRate: 0.6 };
  expect(rig.client.resilience.snapshot()).toEqual([
    {
      scope: "stock",
      breaker: { ...numbers, state: "closed", calls: 1, attempts: 2, failures: 1 },
      budget: { calls: 3, retries: 1, ratio: 0.5 },
    },
    { scope: "operation:getThing", bulkhead: { running: 1, queued: 1, concurrency: 1, queue: 5 } },
  ]);
  await Promise.all(running);
  await rig.clock.advance("10s");
  expect(rig.client.resilience.snapshot()).toEqual([
    {
      scope: "stock",
      breaker: {
        ...numbers,
        totals: { attempts: 4, failures: 1 },
        state: "closed",
        calls: 0,
        attempts: 0,
        failures: 0,
      },
      budget: { calls: 0, retries: 0, ratio: 0.5 },
    },
    { scope: "operation:getThing", bulkhead: { running: 0, queued: 0, concurrency: 1, queue: 5 } },
  ]);
});

test("an open breaker is open until its cool-down is over, then half-open until a probe has come back", async () => {
  const rig = new Rig().replies(500, 500);
  const getThing = getWith({ breaker });
  const state = () => rig.client.resilience.snapshot()[0]?.breaker?.state;
  await rig.end(getThing);
  expect(state()).toBe("closed");
  await rig.end(getThing);
  expect(state()).toBe("open");
  await rig.clock.advance(breaker.cooldown * 1.1);
  expect(state()).toBe("half-open");
  await rig.end(getThing);
  expect(state()).toBe("closed");
});
