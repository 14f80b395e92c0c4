import { describe, expect, test } from "vitest";
import { hedge } from "./extensions/hedge.js";
import { rateLimit } from "./extensions/rate-limit.js";
import { defaults } from "./policies/defaults.js";
import { getWith, Rig, retriesAtOnce } from "./test-kit/rig.js";

describe("how far a call got", () => {
  const hedged = getWith({ retry: retriesAtOnce(1), hedge: { after: 100, max: 1 } }, { uses: [hedge] });

  test("counts the attempt that was still under way when another ended it", async () => {
    const rig = new Rig().replies({ after: 200, fails: "CERT_HAS_EXPIRED" }, { after: "never" });
    expect(await rig.error(hedged)).toMatchObject({ code: "network", attempts: 2, sent: "maybe" });
  });

  test("counts the best answered of all that an abort ends", async () => {
    const body = new ReadableStream();
    const rig = new Rig().replies({ after: 150, body }, { after: "never" });
    const controller = new AbortController();
    rig.clock.setTimer(() => controller.abort(), 200);
    const error = await rig.error(hedged, {}, { signal: controller.signal });
    expect(error).toMatchObject({ code: "aborted", attempts: 2, sent: "yes" });
  });
});

describe("retryAt of a call that ends before its next attempt", () => {
  test("is no later than the server named, and now where that has passed", async () => {
    const bulkhead = { ...defaults.bulkhead, concurrency: 1, queueTimeout: 5_000 };
    const patient = getWith({ retry: retriesAtOnce(1), bulkhead });
    const rig = new Rig({ random: () => 0 }).replies({ status: 503, headers: { "retry-after": "30" }, body: {} });
    const end = rig.call(patient).result();
    await rig.clock.advance(1_000);
    rig.usually = { after: "never" };
    void rig.call(patient).result();
    expect(await rig.clock.run(end)).toMatchObject({
      error: { status: 503, gaveUp: "bulkhead-full", elapsedMs: 35_000 },
    });
    expect(retryAtOf(await end)).toBe(35_000);
  });

  test("is when the breaker lets a probe through, where that is later", async () => {
    const breaker = { ...defaults.breaker, minimumCalls: 2, cooldown: 10_000, scope: "service" };
    const rig = new Rig({ random: () => 0 }).replies({ status: 503, headers: { "retry-after": "4" } }, 500, 500);
    const end = rig.call(getWith({ retry: retriesAtOnce(1), breaker })).result();
    await rig.clock.advance(1_000);
    const other = getWith({ breaker }, { id: "getOther" });
    await rig.end(other);
    await rig.end(other);
    expect(await end).toMatchObject({ error: { status: 503, gaveUp: "breaker-open" } });
    expect(retryAtOf(await end)).toBe(11_000);
  });

  test("is when the rate limit has a turn, where that does not fit before the deadline", async () => {
    const rateLimits = { rateLimit: { calls: 1, per: 60_000, scope: "operation" } };
    const timeout = { attempt: false, total: 30_000, idle: false } as const;
    const limited = getWith({ retry: retriesAtOnce(1), timeout, ...rateLimits }, { uses: [rateLimit] });
    const end = await new Rig().replies(500).end(limited);
    expect(end).toMatchObject({ error: { status: 500, gaveUp: "rate-limited" } });
    expect(retryAtOf(end)).toBe(60_000);
  });
});

/** On the virtual clock. */
function retryAtOf(end: Awaited<ReturnType<Rig["end"]>>): number | undefined {
  return end.ok || end.error.retryAt === undefined ? undefined : end.error.retryAt.getTime() - Date.UTC(2026, 0, 1);
}
