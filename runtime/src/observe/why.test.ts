// Events say why: the code, the reason, the numbers, and where the time went.
import { describe, expect, test } from "vitest";
import { connectionError, getWith, Rig, retriesAfter, retriesAtOnce } from "../../../tests/rig/rig.js";
import { coalesce } from "../extensions/coalesce.js";
import { rateLimit } from "../extensions/rate-limit.js";
import { defaults } from "../policies/defaults.js";

const breaker = { ...defaults.breaker, minimumCalls: 2, cooldown: 1_000 };

describe("a network failure", () => {
  test.each(["ENOTFOUND", "ECONNRESET", "CERT_HAS_EXPIRED"])("carries the code %s on every event", async (code) => {
    const rig = new Rig().replies({ fails: code });
    await rig.end(getWith({ retry: retriesAtOnce(0) }));
    expect(rig.heard("attempt")).toMatchObject([{ outcome: "network", reason: code }]);
    expect(rig.heard("call")).toMatchObject([{ outcome: "network", reason: code }]);
  });

  test("says that the connection was a reused one, on the event and on the error", async () => {
    const socket = { bytesRead: 120 };
    const cause = Object.assign(new Error("other side closed"), { code: "UND_ERR_SOCKET", socket });
    const rig = new Rig({ transport: () => Promise.reject(new TypeError("fetch failed", { cause })) });
    const error = await rig.error(getWith({}));
    expect(rig.heard("attempt")).toMatchObject([{ reason: "UND_ERR_SOCKET", reusedConnection: true }]);
    expect(error.reusedConnection).toBe(true);
    expect(error.message).toContain("(network UND_ERR_SOCKET on a reused connection)");
  });

  test("on a new connection says nothing of the kind", async () => {
    const rig = new Rig({ transport: () => Promise.reject(connectionError("ECONNRESET")) });
    const error = await rig.error(getWith({}));
    expect(rig.heard("attempt")[0]).not.toHaveProperty("reusedConnection");
    expect(error).not.toHaveProperty("reusedConnection");
  });
});

test("an HTML page is named, whether its status is documented or not", async () => {
  const page = { headers: { "content-type": "text/html" }, body: "<html>" };
  const rig = new Rig().replies({ status: 502, ...page }, { status: 502, ...page });
  await rig.end(getWith({}));
  await rig.end(getWith({}, { responses: { "200": "application/json" } }));
  expect(rig.heard("call").map(({ reason }) => reason)).toEqual([
    "text/html instead of application/json",
    "undocumented status 502 with an HTML page",
  ]);
});

describe("a refusal", () => {
  test("by an open breaker has the date of the next probe", async () => {
    const rig = new Rig().replies(500, 500);
    for (let call = 0; call < 3; call++) await rig.end(getWith({ breaker }));
    const [refusal] = rig.heard("refusal");
    expect(refusal).toMatchObject({ because: "breaker-open", reason: undefined, waitedMs: 0 });
    const inMs = Number(refusal?.retryAt) - rig.clock.date();
    expect(inMs).toBeGreaterThanOrEqual(1_000);
    expect(inMs).toBeLessThanOrEqual(1_101);
    expect(rig.heard("call").at(-1)).toMatchObject({ retryAt: refusal?.retryAt });
  });

  test("by a breaker that is held open has no date", async () => {
    const rig = new Rig();
    await rig.end(getWith({ breaker }));
    rig.client.resilience.operation("getThing").open();
    await rig.end(getWith({ breaker }));
    expect(rig.heard("refusal")).toMatchObject([{ because: "breaker-open", retryAt: undefined }]);
  });

  test("after a wait in the queue says how long that was", async () => {
    const rig = new Rig();
    rig.usually = { after: 5_000 };
    const getThing = getWith({ bulkhead: { concurrency: 1, queue: 1, queueTimeout: 300, scope: "operation" } });
    await Promise.all([rig.end(getThing), rig.end(getThing), rig.end(getThing)]);
    expect(rig.heard("refusal").map(({ reason, waitedMs }) => [reason, waitedMs])).toEqual([
      ["queue-full", 0],
      ["queue-timeout", 300],
    ]);
  });

  test("by a rate limit has the date of the next turn", async () => {
    const rig = new Rig();
    const limit = { calls: 1, per: 60_000, scope: "operation" };
    const getThing = getWith(
      { rateLimit: limit, timeout: { attempt: false, total: 1_000, idle: false } },
      { extensions: [rateLimit] },
    );
    await rig.end(getThing);
    await rig.end(getThing);
    const [refusal] = rig.heard("refusal");
    expect(refusal?.because).toBe("rate-limited");
    expect(Number(refusal?.retryAt) - rig.clock.date()).toBe(60_000);
  });
});

test("a breaker that opens says by which numbers, and when it probes", async () => {
  const rig = new Rig().replies(200, 500, 500, 500);
  for (let call = 0; call < 3; call++) await rig.end(getWith({ breaker }));
  await rig.clock.advance("2s");
  await rig.end(getWith({ breaker }));
  const opened = rig.heard("breaker").filter(({ state }) => state === "open");
  expect(opened).toMatchObject([
    { calls: 2, attempts: 2, failures: 1, slow: 0, failedProbes: 0, isForced: false },
    { failedProbes: 1, isForced: false },
  ]);
  for (const [index, least] of [1_000, 2_000].entries()) {
    expect(opened[index]?.cooldownMs).toBeGreaterThanOrEqual(least);
    expect(opened[index]?.cooldownMs).toBeLessThanOrEqual(least * 1.1);
  }
});

test("a breaker that is held says so", async () => {
  const rig = new Rig();
  await rig.end(getWith({ breaker }));
  rig.client.resilience.operation("getThing").open();
  expect(rig.heard("breaker")).toMatchObject([{ state: "open", isForced: true, cooldownMs: undefined }]);
});

test("the time that a breaker is not closed counts through failed probes", async () => {
  const rig = new Rig();
  rig.usually = 500;
  const getThing = getWith({ breaker });
  await rig.end(getThing);
  await rig.end(getThing);
  await rig.clock.advance("5s");
  await rig.end(getThing);
  await rig.clock.advance("5s");
  expect(rig.client.resilience.snapshot()[0]?.breaker?.openMs).toBe(10_000);
  rig.usually = 200;
  await rig.end(getThing);
  expect(rig.client.resilience.snapshot()[0]?.breaker?.openMs).toBe(0);
});

describe("the time of a call", () => {
  test("is divided into queue, waits, and attempts", async () => {
    const rig = new Rig().replies({ after: 400 }, { status: 503, after: 20 }, { after: 30 });
    const bulkhead = { concurrency: 1, queue: 5, queueTimeout: false, scope: "operation" } as const;
    const getThing = getWith({ bulkhead, retry: retriesAfter(100, 1) });
    await Promise.all([rig.end(getThing), rig.end(getThing)]);
    const [, second] = rig.heard("call");
    expect(second).toMatchObject({ queuedMs: 400, waitedMs: 100, attemptingMs: 50, elapsedMs: 550 });
    expect(rig.heard("attempt").map(({ queuedMs }) => queuedMs)).toEqual([0, 400, 0]);
  });

  test("adds up whatever ends the call", async () => {
    const rig = new Rig();
    rig.usually = { status: 503, after: 70 };
    const timeout = { attempt: false, total: 500, idle: false } as const;
    await rig.end(getWith({ timeout, retry: retriesAfter(100, 9) }));
    const [call] = rig.heard("call");
    if (call === undefined) throw new Error("no call event");
    expect(call.queuedMs + call.waitedMs + call.attemptingMs).toBe(call.elapsedMs);
    expect(call).toMatchObject({ deadlineMs: 500, attemptTimeoutMs: undefined });
  });
});

test("a call that joins another names it", async () => {
  const rig = new Rig();
  rig.usually = { after: 50 };
  const getThing = getWith({ coalesce: true }, { extensions: [coalesce] });
  const identity = (): string => "me";
  const both = [rig.call(getThing, {}, { identity }), rig.call(getThing, {}, { identity })];
  await rig.clock.run(Promise.all(both));
  expect(rig.requests).toBe(1);
  expect(rig.heard("join").map(({ call, joinedCall }) => [call, joinedCall])).toEqual([[2, 1]]);
});

describe("a correlation ID", () => {
  test("of the client is on the error", async () => {
    const rig = new Rig({ correlationId: () => "req-7" }).replies(500);
    expect((await rig.error(getWith({}))).correlationId).toBe("req-7");
  });

  test("of a watcher is on the error and on the events, unless the client has one", async () => {
    const rig = new Rig().replies(500);
    rig.client.attach({ correlationId: () => "watcher-1" });
    expect((await rig.error(getWith({}))).correlationId).toBe("watcher-1");
    expect(rig.heard("call")[0]?.correlationId).toBe("watcher-1");
    const other = new Rig({ correlationId: () => "req-7" }).replies(500);
    other.client.attach({ correlationId: () => "watcher-1" });
    expect((await other.error(getWith({}))).correlationId).toBe("req-7");
  });

  test("that a watcher fails to make fails no call", async () => {
    const rig = new Rig();
    rig.client.attach({
      correlationId: () => {
        throw new Error("mine");
      },
    });
    expect((await rig.end(getWith({}))).ok).toBe(true);
  });
});

test("watchers are told when the client is closed", async () => {
  const rig = new Rig();
  let closed = 0;
  rig.client.attach({ closed: () => closed++ });
  await rig.client.close();
  expect(closed).toBe(1);
});
