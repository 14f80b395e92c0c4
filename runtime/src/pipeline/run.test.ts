import { describe, expect, test } from "vitest";
import { getWith, postWith, Rig, retriesAfter, retriesAtOnce } from "../../../tests/rig/rig.js";
import { hedge } from "../extensions/hedge.js";
import { rateLimit } from "../extensions/rate-limit.js";
import { defaults } from "../policies/defaults.js";

describe("how far a call got", () => {
  const hedged = getWith({ retry: retriesAtOnce(1), hedge: { after: 100, max: 1 } }, { extensions: [hedge] });

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
    const limited = getWith({ retry: retriesAtOnce(1), timeout, ...rateLimits }, { extensions: [rateLimit] });
    const end = await new Rig().replies(500).end(limited);
    expect(end).toMatchObject({ error: { status: 500, gaveUp: "rate-limited" } });
    expect(retryAtOf(end)).toBe(60_000);
  });
});

describe("the breaker is asked", () => {
  const breaker = { ...defaults.breaker, minimumCalls: 2, cooldown: 5_000, cooldownMax: 30_000, scope: "service" };
  const failing = getWith({ breaker }, { id: "getFailing" });

  test("before any waiting: no place, no turn and no token are taken for a refusal", async () => {
    const rig = new Rig({ random: () => 0 }).replies(500, 500);
    await rig.end(failing);
    await rig.end(failing);
    const bulkhead = { ...defaults.bulkhead, concurrency: 1 };
    const rateLimits = { rateLimit: { calls: 1, per: 60_000, scope: "operation" } };
    const operation = getWith({ breaker, bulkhead, ...rateLimits }, { extensions: [rateLimit] });
    for (let call = 0; call < 5; call++) expect(await rig.error(operation)).toMatchObject({ code: "breaker-open" });
    expect(rig.client.resilience.operation("getThing").counters).toMatchObject({ running: 0, queued: 0 });
    await rig.clock.advance("5s");
    expect(await rig.end(operation)).toMatchObject({ ok: true, elapsedMs: 0 });
  });

  test("again when the place is got: what waits is refused in the moment in which it opens", async () => {
    const rig = new Rig({ random: () => 0 }).replies({ after: 500 });
    const bulkhead = { ...defaults.bulkhead, concurrency: 1, queueTimeout: false as const };
    const operation = getWith({ breaker, bulkhead });
    const first = rig.call(operation).result();
    const waits = [1, 2, 3].map(() => rig.call(operation).result());
    await rig.clock.advance(100);
    await rig.replies(500, 500).end(failing);
    await rig.end(failing);
    for (const end of await Promise.all(waits)) {
      expect(end).toMatchObject({ error: { code: "breaker-open", elapsedMs: 100, attempts: 0, sent: "no" } });
    }
    expect(await rig.clock.run(first)).toMatchObject({ ok: true });
  });

  test("for a retry too: a wait that it outlasts ends at once, with the error of the attempt", async () => {
    const rig = new Rig({ random: () => 0 }).replies(503, 500, 500);
    const waits = rig.call(getWith({ breaker, retry: retriesAfter(3_000, 1) })).result();
    await rig.clock.advance(1_000);
    await rig.end(failing);
    expect(await waits).toMatchObject({
      error: { status: 503, gaveUp: "breaker-open", elapsedMs: 1_000, attempts: 1 },
    });
  });

  test("and a wait that outlasts its cool-down goes on, and is the probe", async () => {
    const rig = new Rig({ random: () => 0 }).replies(503, 500);
    const waits = rig.call(getWith({ breaker, retry: retriesAfter(8_000, 1) })).result();
    await rig.clock.advance(1_000);
    await rig.end(failing);
    expect(rig.client.resilience.scope("service").state).toBe("open");
    expect(await rig.clock.run(waits)).toMatchObject({ ok: true, attempts: 2, elapsedMs: 8_000 });
    expect(rig.client.resilience.scope("service").state).toBe("closed");
  });
});

describe("the deadline", () => {
  const timeout = { attempt: false, total: 1_000, idle: false } as const;

  test("ends the wait for a place, and nothing is sent", async () => {
    const rig = new Rig().replies({ after: 5_000 });
    const bulkhead = { ...defaults.bulkhead, concurrency: 1, queueTimeout: 2_000 };
    const busy = rig.call(getWith({ bulkhead })).result();
    const error = await rig.error(getWith({ bulkhead, timeout }));
    expect(error).toMatchObject({ code: "deadline", attempts: 0, sent: "no", elapsedMs: 1_000 });
    await rig.clock.run(busy);
  });

  test("lets no wait begin that cannot end before it", async () => {
    const rig = new Rig();
    rig.usually = { after: 100, status: 503 };
    const error = await rig.error(getWith({ timeout, retry: retriesAfter(400, 5) }));
    expect(error).toMatchObject({ gaveUp: "deadline", attempts: 2, elapsedMs: 600 });
  });

  test("passes while the body is read", async () => {
    const error = await new Rig().replies({ body: new ReadableStream() }).error(getWith({ timeout }));
    expect(error).toMatchObject({ code: "deadline", sent: "yes", elapsedMs: 1_000 });
  });
});

describe("a place in the bulkhead", () => {
  const bulkhead = { ...defaults.bulkhead, concurrency: 1 };

  test("is nobody's while a call waits for its retry", async () => {
    const rig = new Rig().replies(503, { after: 100 });
    const waits = rig.call(getWith({ bulkhead, retry: retriesAfter(1_000, 1) })).result();
    await rig.clock.advance(10);
    expect(await rig.end(getWith({ bulkhead }))).toMatchObject({ ok: true, elapsedMs: 100 });
    expect(await rig.clock.run(waits)).toMatchObject({ ok: true, attempts: 2 });
  });

  test("is waited for so long and no longer", async () => {
    const rig = new Rig().replies({ after: 5_000 });
    const busy = rig.call(getWith({ bulkhead })).result();
    expect(await rig.error(getWith({ bulkhead }))).toMatchObject({
      code: "bulkhead-full",
      reason: "queue-timeout",
      elapsedMs: 2_000,
      sent: "no",
    });
    await rig.clock.run(busy);
  });
});

describe("a mutation that was sent before", () => {
  const keyed = postWith({ repeat: "keyed", retry: retriesAtOnce(3) });
  const input = { idempotencyKey: "k" };

  test.each([404, 409, 422])("and is then refused with %i may be done", async (status) => {
    const rig = new Rig().replies({ fails: "ECONNRESET" }, { status, body: {} });
    expect(await rig.error(keyed, input)).toMatchObject({ code: "http", status, attempts: 2, maybeDone: true });
  });

  test.each([
    ["was never connected", { fails: "ECONNREFUSED" }],
    ["was put off by a 429 with Retry-After", { status: 429, headers: { "retry-after": "0" } }],
    ["met a 425", { status: 425 }],
  ])("but %s is not done", async (_what, reply) => {
    const error = await new Rig().replies(reply, { status: 404, body: {} }).error(keyed, input);
    expect([error.attempts, error.maybeDone]).toEqual([2, undefined]);
  });

  test("and whose last attempt failed otherwise says it by `sent` alone", async () => {
    const error = await new Rig().replies({ fails: "ECONNRESET" }, 500, 500, 500).error(keyed, input);
    expect([error.maybeDone, error.sent, error.gaveUp]).toEqual([undefined, "yes", "max-retries"]);
  });
});

/** On the virtual clock. */
function retryAtOf(end: Awaited<ReturnType<Rig["end"]>>): number | undefined {
  return end.ok || end.error.retryAt === undefined ? undefined : end.error.retryAt.getTime() - Date.UTC(2026, 0, 1);
}
