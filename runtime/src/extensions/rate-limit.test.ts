import { describe, expect, test } from "vitest";
import { getWith, Rig, retriesAtOnce } from "../../../tests/rig/rig.js";
import type { Policies } from "../policies/types.js";
import { rateLimit } from "./rate-limit.js";

/** Two attempts a second. */
const limited = (more: Partial<Policies> = {}, scope = "operation", id = "getThing") =>
  getWith({ rateLimit: { calls: 2, per: 1_000, scope }, ...more }, { extensions: [rateLimit], id });

const all = (rig: Rig, ...operations: ReturnType<typeof limited>[]) =>
  rig.clock.run(Promise.all(operations.map((operation) => rig.call(operation).result())));

describe("a rate limit", () => {
  test("lets so many begin in any span of its time; the others wait for their turn, in order", async () => {
    const rig = new Rig();
    const ends = await all(rig, limited(), limited(), limited(), limited(), limited());
    expect(ends.every(({ ok }) => ok)).toBe(true);
    expect(rig.times).toEqual([0, 0, 1_000, 1_000, 2_000]);
  });

  test("counts attempts, retries too", async () => {
    const rig = new Rig().replies(503, 503);
    await rig.end(limited({ retry: retriesAtOnce(2) }));
    expect(rig.times).toEqual([0, 0, 1_000]);
  });

  test("refuses at once what has no turn before its deadline, says when there is one, and keeps that turn free", async () => {
    const rig = new Rig();
    const hurried = limited({ timeout: { attempt: false, total: 500, idle: false } });
    const [, , refused] = await all(rig, limited(), limited(), hurried);
    expect(refused).toMatchObject({ error: { code: "rate-limited", attempts: 0, sent: "no", elapsedMs: 0 } });
    const retryAt = refused?.ok === false ? refused.error.retryAt : undefined;
    expect(retryAt?.getTime()).toBe(Date.UTC(2026, 0, 1) + 1_000);
    await all(rig, limited(), limited());
    expect(rig.times).toEqual([0, 0, 1_000, 1_000]);
  });

  test("gives the turn of who aborts to the next", async () => {
    const rig = new Rig();
    const controller = new AbortController();
    const first = [rig.call(limited()).result(), rig.call(limited()).result()];
    const quits = rig.call(limited(), {}, { signal: controller.signal }).result();
    const waits = [rig.call(limited()).result(), rig.call(limited()).result()];
    await rig.clock.advance(10);
    controller.abort();
    expect(await quits).toMatchObject({ error: { code: "aborted", elapsedMs: 10, sent: "no" } });
    await rig.clock.run(Promise.all([...first, ...waits, rig.call(limited()).result()]));
    expect(rig.times).toEqual([0, 0, 1_000, 1_000, 2_000]);
    expect(rig.clock.pending).toBe(0);
  });

  test("is one for all that name its scope", async () => {
    const rig = new Rig();
    await all(rig, limited({}, "payments", "getA"), limited({}, "payments", "getB"), limited({}, "payments", "getA"));
    expect(rig.times).toEqual([0, 0, 1_000]);
    await all(
      rig,
      limited({}, "operation", "getA"),
      limited({}, "operation", "getB"),
      limited({}, "operation", "getC"),
    );
    expect(rig.times.slice(3)).toEqual([1_000, 1_000, 1_000]);
  });

  test("holds no place in the bulkhead while it lets wait", async () => {
    const rig = new Rig();
    const bulkhead = { concurrency: 1, queue: 0, queueTimeout: false, scope: "pool" } as const;
    const waits = [1, 2, 3].map(() => rig.call(limited({ bulkhead: { ...bulkhead, concurrency: 2 } })).result());
    await rig.clock.advance(10);
    expect(await rig.end(getWith({ bulkhead }, { id: "getOther" }))).toMatchObject({ ok: true });
    await rig.clock.run(Promise.all(waits));
  });
});
