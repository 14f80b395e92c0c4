import { describe, expect, test } from "vitest";
import type { Policies } from "../../runtime/src/policies/types.js";
import { byPolicies, longestRecovery, type Outage, play, presetPolicies, promises, worstLoad } from "./outage.js";

const standard = presetPolicies("standard");
const faults = ["503", "hang"] as const;
const seeds = [1, 2, 3];

describe.each(faults)(
  "in an outage (%s), the requests per call of a client with the defaults stay bounded",
  (fault) => {
    test.each([20, 50, 200])("at %d calls per second", async (perSecond) => {
      for (const seed of seeds) {
        const outage: Outage = { perSecond, processes: 1, lasts: 15_000, fault, seed };
        const aftermath = await play(byPolicies(standard), outage);
        for (const [stretch, most] of promises.load) {
          expect(worstLoad(aftermath, outage, stretch), `over ${stretch} ms, seed ${seed}`).toBeLessThanOrEqual(most);
        }
      }
    });

    test("and at 2 calls per second they are at most 1 + maxRetries", async () => {
      const outage: Outage = { perSecond: 2, processes: 1, lasts: 15_000, fault, seed: 1 };
      expect(worstLoad(await play(byPolicies(standard), outage), outage, 10_000)).toBeLessThanOrEqual(4);
    });
  },
);

describe.each(faults)("after an outage (%s), a client with the defaults is soon back", (fault) => {
  test.each([1, 10])("at %d calls per second, however long the outage was", async (perSecond) => {
    for (const lasts of [2_000, 5_000, 12_000, 30_000, 35_000, 40_000, 45_000, 60_000]) {
      const outage: Outage = { perSecond, processes: 1, lasts, fault, seed: lasts };
      const { recovery } = await play(byPolicies(standard), outage);
      expect(recovery, `after ${lasts} ms`).toBeLessThanOrEqual(longestRecovery(standard, outage));
    }
  });
});

test("without a budget and a breaker the same calls are a storm", async () => {
  const outage: Outage = { perSecond: 20, processes: 1, lasts: 15_000, fault: "503", seed: 1 };
  const retry = standard.retry && ({ ...standard.retry, budget: false } as const);
  const unbounded: Policies = { ...standard, breaker: false, retry };
  expect(worstLoad(await play(byPolicies(unbounded), outage), outage, 10_000)).toBeGreaterThan(3.5);
});
