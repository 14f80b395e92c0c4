import { describe, expect, test } from "vitest";
import { getWith, postWith, Rig, retriesAtOnce } from "../../../tests/rig/rig.js";
import type { Policies } from "../policies/types.js";
import { hedge } from "./hedge.js";
import { rateLimit } from "./rate-limit.js";

/** One hedge after 100 ms, of up to two attempts. */
const hedged = (more: Partial<Policies> = {}, maxRetries = 1) =>
  getWith(
    { retry: retriesAtOnce(maxRetries), hedge: { after: 100, max: 1 }, ...more },
    { extensions: [hedge, rateLimit] },
  );

const slow = { after: 1_000 };

describe("a hedge", () => {
  test("starts when the first attempt has not answered for so long, and its answer is the call's", async () => {
    const rig = new Rig().replies(slow, { after: 50, body: { from: "hedge" } });
    expect(await rig.end(hedged())).toMatchObject({ data: { from: "hedge" }, attempts: 2, elapsedMs: 150 });
    expect(rig.times).toEqual([0, 100]);
    expect(rig.heard("hedge")).toMatchObject([{ attempt: 2 }]);
  });

  test.each(["POST", "PUT"])(
    "of a %s never starts, whatever options for all operations or a call say",
    async (method) => {
      const options = { hedge: { after: 100 }, retry: 1 };
      const rig = new Rig({ resilience: options, extensions: [hedge] });
      rig.usually = slow;
      const mutation = postWith({ repeat: "always", retry: retriesAtOnce(1) }, { method });
      expect(await rig.end(mutation)).toMatchObject({ ok: true, attempts: 1 });
      expect(await rig.end(mutation, {}, { resilience: options })).toMatchObject({ ok: true, attempts: 1 });
      expect(rig.requests).toBe(2);
    },
  );

  test("of a body that cannot be sent twice never starts", async () => {
    const octets = "application/octet-stream";
    const encode = (body: unknown) => ({ content: body as ReadableStream<Uint8Array>, contentType: octets });
    const search = { ...hedged(), method: "QUERY", body: { [octets]: encode } };
    const rig = new Rig();
    rig.usually = slow;
    const body = new Blob(["query"]).stream();
    expect(await rig.end(search, { body })).toMatchObject({ ok: true, attempts: 1 });
  });

  test("does not start when the first attempt has answered", async () => {
    const rig = new Rig().replies({ after: 99 });
    expect(await rig.end(hedged())).toMatchObject({ ok: true, attempts: 1 });
    expect(rig.clock.pending).toBe(0);
  });

  test("loses to a first attempt that answers after all, and is canceled", async () => {
    const rig = new Rig().replies({ after: 120, body: { from: "first" } }, slow);
    expect(await rig.end(hedged())).toMatchObject({ data: { from: "first" }, attempts: 2, elapsedMs: 120 });
    expect(rig.received.map(({ init }) => init.signal?.aborted)).toEqual([false, true]);
    expect(rig.clock.pending).toBe(0);
  });

  test("that loses counts nowhere: a breaker hears only of the winner", async () => {
    const rig = new Rig();
    const breaker = { ...breakerOf, minimumCalls: 1 };
    for (let count = 0; count < 5; count++)
      await rig.replies({ after: 120 }, { ...slow, status: 500 }).end(hedged({ breaker }));
    const { attempts, failures } = rig.client.resilience.operation("getThing").counters;
    expect({ attempts, failures }).toEqual({ attempts: 5, failures: 0 });
  });

  test("lets its call go on when it fails with what may be repeated, and the other way round", async () => {
    const rig = new Rig().replies({ after: 200 }, { after: 10, status: 503 });
    expect(await rig.end(hedged())).toMatchObject({ ok: true, attempts: 2, elapsedMs: 200 });
    rig.replies({ after: 110, status: 503 }, { after: 100 });
    expect(await rig.end(hedged())).toMatchObject({ ok: true, attempts: 2, elapsedMs: 200 });
  });

  test("ends its call when it brings an answer that is final", async () => {
    const rig = new Rig().replies(slow, { after: 10, status: 404, body: {} });
    expect(await rig.error(hedged())).toMatchObject({ code: "http", status: 404, attempts: 2, elapsedMs: 110 });
    expect(rig.clock.pending).toBe(0);
  });

  test("is one of the attempts that the call may make", async () => {
    const rig = new Rig();
    rig.usually = { after: 400, status: 503 };
    const thrice = getWith({ retry: retriesAtOnce(2), hedge: { after: 100, max: 5 } }, { extensions: [hedge] });
    expect(await rig.error(thrice)).toMatchObject({ attempts: 3, gaveUp: "max-retries" });
    expect(rig.times).toEqual([0, 100, 200]);
  });

  test("needs a retry policy, whose attempts it takes", async () => {
    const rig = new Rig().replies(slow);
    expect(await rig.end(hedged({ retry: false }))).toMatchObject({ ok: true, attempts: 1 });
    rig.replies(slow);
    expect(await rig.end(hedged({}, 0))).toMatchObject({ ok: true, attempts: 1 });
  });

  test("tries again to start after the same time, as often as `max` says", async () => {
    const rig = new Rig().replies(slow, slow, slow);
    await rig.end(hedged({ hedge: { after: 100, max: 2 } }, 5));
    expect(rig.times).toEqual([0, 100, 200]);
  });

  test("never waits for a place in the bulkhead", async () => {
    const rig = new Rig().replies(slow);
    const bulkhead = { concurrency: 1, queue: 10, queueTimeout: false, scope: "operation" } as const;
    expect(await rig.end(hedged({ bulkhead }))).toMatchObject({ ok: true, attempts: 1 });
    expect(rig.client.resilience.operation("getThing").counters).toMatchObject({ running: 0, queued: 0 });
  });

  test("gives its place back when it is canceled", async () => {
    const rig = new Rig().replies({ after: 120 }, slow);
    const bulkhead = { concurrency: 2, queue: 0, queueTimeout: false, scope: "operation" } as const;
    await rig.end(hedged({ bulkhead }));
    expect(rig.client.resilience.operation("getThing").counters.running).toBe(0);
  });

  test("takes no token of the budget when the rate limit does not let it start", async () => {
    const rig = new Rig().replies(slow, 503);
    const budget = { ratio: 0, minPerSecond: 0.1, burst: 10_000 };
    const policies = { retry: retriesAtOnce(1, { budget }), rateLimit: { calls: 1, per: 2_000, scope: "operation" } };
    expect(await rig.end(hedged(policies))).toMatchObject({ ok: true, attempts: 1 });
    await rig.clock.advance(3_000);
    // The one token that ten seconds have is still there.
    expect(await rig.end(hedged(policies))).toMatchObject({ ok: true, attempts: 2 });
  });

  test("takes no turn of the rate limit when the budget does not let it start", async () => {
    const rig = new Rig().replies(slow);
    const budget = { ratio: 0, minPerSecond: 0, burst: 2_000 };
    const rateLimits = { rateLimit: { calls: 2, per: 10_000, scope: "operation" } };
    const policies = { retry: retriesAtOnce(1, { budget }), ...rateLimits };
    expect(await rig.end(hedged(policies))).toMatchObject({ attempts: 1 });
    expect(await rig.end(hedged(policies))).toMatchObject({ attempts: 1 });
    expect(rig.times).toEqual([0, 1_000]);
  });

  test("does not start while the breaker is open, nor after the deadline, nor when the call has ended", async () => {
    const rig = new Rig().replies({ after: "never" });
    const timeout = { attempt: false, total: 250, idle: false } as const;
    const call = rig.call(hedged({ breaker: breakerOf, timeout }));
    rig.client.resilience.operation("getThing").open();
    const end = await rig.clock.run(call.result());
    expect(end).toMatchObject({ ok: false, attempts: 1, elapsedMs: 250 });
    await rig.clock.advance("1m");
    expect(rig.requests).toBe(1);
  });

  test("ends with its call when the caller aborts", async () => {
    const rig = new Rig().replies({ after: "never" }, { after: "never" });
    const controller = new AbortController();
    rig.clock.setTimer(() => controller.abort(), 150);
    const error = await rig.error(hedged(), {}, { signal: controller.signal });
    expect(error).toMatchObject({ code: "aborted", attempts: 2, elapsedMs: 150 });
    expect(rig.received.map(({ init }) => init.signal?.aborted)).toEqual([true, true]);
    expect(rig.clock.pending).toBe(0);
  });
});

const breakerOf = {
  window: 60_000,
  failureRate: 0.5,
  minimumCalls: 100,
  slowCall: false,
  cooldown: 5_000,
  cooldownMax: 30_000,
  probes: 1,
  scope: "operation",
  shared: false,
  critical: false,
} as const;
