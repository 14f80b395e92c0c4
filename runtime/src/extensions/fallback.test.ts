import { describe, expect, test } from "vitest";
import { digestAtOnce } from "../../../tests/rig/digest.js";
import { getWith, postWith, type Reply, Rig, type RigOptions } from "../../../tests/rig/rig.js";
import { authorize } from "../auth/auth.js";
import { defaults } from "../policies/defaults.js";
import type { FallbackPolicy } from "../policies/types.js";
import { fallback } from "./fallback.js";

digestAtOnce();

const withFallback = (policy: FallbackPolicy) => getWith({ fallback: policy }, { extensions: fallback });
const stale = withFallback({ stale: 300_000 });
const down: Reply = { status: 503, body: { title: "down" } };

const rigOf = (options: RigOptions = {}): Rig => new Rig({ identity: () => "somebody", ...options });

/** Whether an answer with these headers is there when the server fails later. */
async function isKept(headers: Record<string, string>, laterMs = 1_000, sent: Record<string, string> = {}) {
  const rig = rigOf();
  await rig.replies({ headers }).end(stale, {}, { headers: sent });
  await rig.clock.advance(laterMs);
  const end = await rig.replies(down).end(stale, {}, { headers: sent });
  return end.ok && end.source === "stale";
}

describe("an earlier answer", () => {
  test("is given when the server fails, and tells its age", async () => {
    const rig = rigOf();
    await rig.replies({ body: { count: 1 } }).end(stale);
    await rig.clock.advance(7_000);
    const end = await rig.replies(down).end(stale);
    expect(end).toMatchObject({
      ok: true,
      data: { count: 1 },
      status: 200,
      source: "stale",
      ageMs: 7_000,
      attempts: 1,
    });
    expect(rig.heard("fallback")).toMatchObject([{ source: "stale", because: "http", ageMs: 7_000 }]);
  });

  test("is as old as it is since it came, however long it took to find out whose it is", async () => {
    const rig = rigOf();
    const identity = () => new Promise<string>((resolve) => rig.clock.setTimer(() => resolve("me"), 500));
    await rig.end(stale, {}, { identity });
    await rig.clock.advance(7_000);
    expect(await rig.replies(down).end(stale, {}, { identity })).toMatchObject({ source: "stale", ageMs: 7_500 });
  });

  test("is data of its own each time, and the newest", async () => {
    const rig = rigOf();
    const first = await rig.replies({ body: { count: 1 } }).end(stale);
    if (first.ok) (first.data as { count: number }).count = 99;
    await rig.replies({ body: { count: 2 } }).end(stale);
    const second = await rig.replies(down).end(stale);
    const third = await rig.replies(down).end(stale);
    expect([second, third]).toMatchObject([{ data: { count: 2 } }, { data: { count: 2 } }]);
    expect(second.ok && third.ok && second.data === third.data).toBe(false);
  });

  test("is given as old as the policy says, and no older", async () => {
    expect([await isKept({}, 300_000), await isKept({}, 300_001)]).toEqual([true, false]);
  });

  test("counts the age that it had when it came (RFC 9111 §4.2.3)", async () => {
    expect([await isKept({ age: "200" }, 100_000), await isKept({ age: "200" }, 100_001)]).toEqual([true, false]);
  });

  test.each(["no-store", "no-cache", "max-age=60, must-revalidate", "No-Store", 'private, no-cache="set-cookie"'])(
    "is not kept where its server says %j (RFC 9111 §4.2.4, §5.2.2.5)",
    async (value) => {
      expect(await isKept({ "cache-control": value })).toBe(false);
    },
  );

  test.each(["private", "max-age=0", "public, max-age=60", "s-maxage=10"])(
    "is kept where its server says %j",
    async (value) => {
      expect(await isKept({ "cache-control": value })).toBe(true);
    },
  );

  test.each(["no-store", "no-cache"])("is not kept where the caller says %j", async (value) => {
    expect(await isKept({}, 0, { "cache-control": value })).toBe(false);
  });

  test("is not kept where it varies by everything (RFC 9111 §4.1)", async () => {
    expect([await isKept({ vary: "*" }), await isKept({ vary: "accept, *" })]).toEqual([false, false]);
  });

  test.each([
    ["stale-if-error=60", 60_000],
    ["max-age=30, stale-if-error=60", 90_000],
    ["Max-Age=30, Stale-If-Error=60", 90_000],
    ['max-age="30", stale-if-error="60"', 90_000],
  ])("with %j is given up to an age of %i ms (RFC 5861 §4)", async (value, most) => {
    expect([
      await isKept({ "cache-control": value }, most),
      await isKept({ "cache-control": value }, most + 1),
    ]).toEqual([true, false]);
  });

  test("is of the same URL, and of the same headers of the caller", async () => {
    const rig = rigOf();
    await rig.end(stale, { query: { page: 1 } }, { headers: { "accept-language": "de" } });
    rig.usually = down;
    expect(await rig.end(stale, { query: { page: 2 } }, { headers: { "accept-language": "de" } })).toMatchObject({
      ok: false,
    });
    expect(await rig.end(stale, { query: { page: 1 } }, { headers: { "accept-language": "fr" } })).toMatchObject({
      ok: false,
    });
    expect(await rig.end(stale, { query: { page: 1 } }, { headers: { "accept-language": "de" } })).toMatchObject({
      ok: true,
    });
  });

  test("that varies by a header which a middleware may set is not kept", async () => {
    const rig = rigOf({ middleware: [(request, next) => next(request)] });
    await rig.replies({ headers: { vary: "Accept-Encoding, Origin" } }).end(stale, { query: { page: 1 } });
    await rig.replies({ headers: { vary: "Accept-Language" } }).end(stale, { query: { page: 2 } });
    rig.usually = down;
    expect(await rig.end(stale, { query: { page: 1 } })).toMatchObject({ source: "stale" });
    expect(await rig.end(stale, { query: { page: 2 } })).toMatchObject({ ok: false });
  });

  test.each(["network", "timeout", "deadline", "breaker-open", "bulkhead-full"] as const)(
    "is given for '%s'",
    async (code) => {
      const policies = {
        timeout: { attempt: code === "timeout" ? 100 : false, total: code === "deadline" ? 100 : false, idle: false },
        breaker: code === "breaker-open" ? defaults.breaker : false,
        bulkhead: { concurrency: code === "bulkhead-full" ? 1 : 10, queue: 0, queueTimeout: false, scope: "operation" },
      } as const;
      const operation = getWith({ fallback: { stale: 300_000 }, ...policies }, { extensions: fallback });
      const rig = rigOf();
      await rig.end(operation);
      rig.replies(code === "network" ? { fails: "ECONNRESET" } : { after: code === "bulkhead-full" ? 100 : "never" });
      if (code === "breaker-open") rig.client.resilience.operation("getThing").open();
      const busy = code === "bulkhead-full" ? rig.call(operation).result() : undefined;
      await rig.clock.advance(0);
      expect(await rig.end(operation)).toMatchObject({ source: "stale" });
      expect(rig.heard("fallback")).toMatchObject([{ because: code }]);
      if (busy) await rig.clock.run(busy);
    },
  );

  test.each([
    ["a 404", { status: 404, body: {} }],
    ["a 429", { status: 429, body: {} }],
    ["a 501", { status: 501, body: {} }],
    ["a certificate that nobody trusts", { fails: "CERT_HAS_EXPIRED" }],
    ["broken JSON", { body: "{" }],
  ])("is not given for %s: that is no passing trouble", async (_what, reply) => {
    const rig = rigOf();
    await rig.end(stale);
    expect(await rig.replies(reply).end(stale)).toMatchObject({ ok: false });
  });

  test("is not given to who aborts, nor by a client that is closed", async () => {
    const rig = rigOf();
    await rig.end(stale);
    const controller = new AbortController();
    rig.clock.setTimer(() => controller.abort(), 100);
    expect(await rig.replies({ after: "never" }).end(stale, {}, { signal: controller.signal })).toMatchObject({
      error: { code: "aborted" },
    });
    await rig.client.close();
    expect(await rig.end(stale)).toMatchObject({ error: { code: "closed" } });
  });

  test("is never one of a mutation, whatever the policy says", async () => {
    const rig = rigOf();
    const post = postWith({ fallback: { stale: 300_000 } }, { extensions: fallback });
    await rig.end(post);
    expect(await rig.replies(down).end(post)).toMatchObject({ ok: false });
  });
});

describe("whose an earlier answer is", () => {
  const api = { authorize, securitySchemes: { bearer: { type: "bearer" } } } as const;
  const secured = getWith({ fallback: { stale: 300_000 } }, { extensions: fallback, security: [["bearer"]] });

  test("is what the client says, and another call's own word", async () => {
    const rig = rigOf();
    await rig.end(stale);
    rig.usually = down;
    expect(await rig.end(stale, {}, { identity: () => "somebody else" })).toMatchObject({ ok: false });
    expect(await rig.end(stale)).toMatchObject({ source: "stale" });
  });

  test("is who has the same credentials, where nobody says", async () => {
    const rig = new Rig({ api, auth: { bearer: "token-a" } });
    await rig.end(secured);
    rig.usually = down;
    expect(await rig.end(secured, {}, { auth: { bearer: "token-b" } })).toMatchObject({ ok: false });
    expect(await rig.end(secured, {}, { auth: { bearer: "token-a" } })).toMatchObject({ source: "stale" });
    expect(
      await rig.clock.run(rig.call(secured, {}, {}, rig.client.with({ auth: { bearer: "token-b" } })).result()),
    ).toMatchObject({ ok: false });
  });

  test("is who has the same credentials in a header", async () => {
    const rig = new Rig({ api });
    await rig.end(secured, {}, { headers: { authorization: "Bearer a" } });
    rig.usually = down;
    expect(await rig.end(secured, {}, { headers: { authorization: "Bearer b" } })).toMatchObject({ ok: false });
    expect(await rig.end(secured, {}, { headers: { authorization: "Bearer a" } })).toMatchObject({ source: "stale" });
  });

  test("is nobody's where an operation needs credentials and none can be seen", async () => {
    const rig = new Rig({ api, middleware: [(request, next) => next(request)] });
    await rig.end(secured);
    expect(await rig.replies(down).end(secured)).toMatchObject({ ok: false });
  });

  test("is everybody's where no credentials are needed", async () => {
    const rig = new Rig({ api });
    await rig.end(stale);
    expect(await rig.replies(down).end(stale)).toMatchObject({ source: "stale" });
  });

  test("is nobody's where finding out fails, or takes too long; the call goes on", async () => {
    for (const identity of [() => Promise.reject(new Error("no")), () => new Promise<string>(() => {})]) {
      const rig = rigOf({ identity });
      expect(await rig.end(stale)).toMatchObject({ ok: true, elapsedMs: 0 });
      await rig.clock.advance(2_000);
      expect(await rig.replies(down).end(stale)).toMatchObject({ error: { code: "http" } });
    }
  });
});

describe("the answers that are kept", () => {
  const pages = async (rig: Rig, ...all: number[]) => {
    for (const page of all) await rig.end(stale, { query: { page } });
  };
  const isThere = async (rig: Rig, page: number) => (await rig.replies(down).end(stale, { query: { page } })).ok;

  test("are as many as the client says; who was not used for longest goes first", async () => {
    const rig = rigOf({ staleCache: { entries: 2 } });
    await pages(rig, 1, 2);
    expect(await isThere(rig, 1)).toBe(true);
    await pages(rig, 3);
    expect([await isThere(rig, 1), await isThere(rig, 2), await isThere(rig, 3)]).toEqual([true, false, true]);
  });

  test("are not more bytes than the client says", async () => {
    const rig = rigOf({ staleCache: { bytes: 25 } });
    rig.usually = { body: "1234567890", headers: { "content-type": "application/json" } };
    await pages(rig, 1, 2, 3);
    expect([await isThere(rig, 1), await isThere(rig, 2), await isThere(rig, 3)]).toEqual([false, true, true]);
  });

  test("do not give way to one that is too large for all", async () => {
    const rig = rigOf({ staleCache: { bytes: 25 } });
    await pages(rig, 1);
    await rig.replies({ body: { text: "x".repeat(100) } }).end(stale, { query: { page: 2 } });
    expect([await isThere(rig, 1), await isThere(rig, 2)]).toEqual([true, false]);
  });
});

describe("a value", () => {
  test("is given where there is no earlier answer, a copy each time", async () => {
    const value = { items: [] };
    const rig = rigOf();
    rig.usually = down;
    const operation = withFallback({ stale: 300_000, value });
    const end = await rig.end(operation);
    expect(end).toMatchObject({ ok: true, data: { items: [] }, source: "value", status: 200, ageMs: undefined });
    expect(end.ok && end.data === value).toBe(false);
    expect(rig.heard("fallback")).toMatchObject([{ source: "value", because: "http" }]);
  });

  test("comes after an earlier answer", async () => {
    const rig = rigOf();
    const operation = withFallback({ stale: 300_000, value: { items: [] } });
    await rig.replies({ body: { items: [1] } }).end(operation);
    expect(await rig.replies(down).end(operation)).toMatchObject({ data: { items: [1] }, source: "stale" });
  });

  test("may be `null`, and may be made by a function, which gets the error", async () => {
    const rig = rigOf();
    rig.usually = down;
    expect(await rig.end(withFallback({ stale: false, value: null }))).toMatchObject({ ok: true, data: null });
    const value = async (error: { status: number }) => ({ was: error.status });
    expect(await rig.end(withFallback({ stale: false, value }))).toMatchObject({ data: { was: 503 } });
  });

  test("whose function throws leaves the call's own error", async () => {
    const value = () => {
      throw new Error("mine");
    };
    expect(
      await rigOf()
        .replies(down)
        .end(withFallback({ stale: false, value })),
    ).toMatchObject({
      error: { code: "http", status: 503 },
    });
  });

  test("whose function hangs does not keep a caller who aborts", async () => {
    const rig = rigOf().replies(down);
    const controller = new AbortController();
    rig.clock.setTimer(() => controller.abort(), 100);
    const value = () => new Promise(() => {});
    const end = await rig.end(withFallback({ stale: false, value }), {}, { signal: controller.signal });
    expect(end).toMatchObject({ error: { code: "aborted", sent: "yes", elapsedMs: 100 } });
  });

  test("may be of a mutation", async () => {
    const post = postWith({ fallback: { stale: false, value: { queued: true } } }, { extensions: fallback });
    expect(await rigOf().replies(down).end(post)).toMatchObject({ ok: true, data: { queued: true }, source: "value" });
  });
});

describe("a message", () => {
  test("is the error's, where nothing else is given", async () => {
    const operation = withFallback({ stale: false, message: "The shop is closed for a moment." });
    expect(await rigOf().replies(down).error(operation)).toMatchObject({
      code: "http",
      userMessage: "The shop is closed for a moment.",
    });
    expect(await rigOf().replies({ status: 404, body: {} }).error(operation)).not.toHaveProperty("userMessage");
  });
});
