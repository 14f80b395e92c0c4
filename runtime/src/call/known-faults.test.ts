// What other clients and resilience libraries were measured to get wrong, each through a whole call. What needs a real
// connection (busy sockets, closed keep-alive connections, redirects that carry keys) stands in the tests of whole clients.
import { getEventListeners } from "node:events";
import { describe, expect, test } from "vitest";
import { getWith, postWith, Rig, retriesAfter, retriesAtOnce } from "../../../tests/rig/rig.js";
import { authorize } from "../auth/auth.js";
import { eventStream } from "../extensions/event-stream.js";
import { keys } from "../extensions/idempotency-key.js";
import { defaults } from "../policies/defaults.js";
import type { BreakerPolicy, Policies } from "../policies/types.js";
import { plainBody } from "../serialize/body.js";

const breaker: BreakerPolicy = { ...defaults.breaker, minimumCalls: 3, window: 10_000, cooldown: 5_000 };
const attemptTimeout = (attempt: number) => ({ attempt, total: false, idle: false }) as const;
const bulkheadOf = (concurrency: number, queue = 10) => ({
  concurrency,
  queue,
  queueTimeout: false as const,
  scope: "operation",
});

/** A rig whose breaker has been opened by three failures. */
async function opened(policies: Partial<Policies> = {}): Promise<{ rig: Rig; operation: ReturnType<typeof getWith> }> {
  const rig = new Rig({ random: () => 0 });
  const operation = getWith({ breaker, ...policies });
  for (let call = 0; call < 3; call++) await rig.replies(500).end(operation);
  expect(rig.client.resilience.operation("getThing").state).toBe("open");
  return { rig, operation };
}

describe("a breaker", () => {
  test("forgets failures during an idle pause", async () => {
    const rig = new Rig();
    for (let call = 0; call < 2; call++) await rig.replies(500).end(getWith({ breaker }));
    await rig.clock.advance("1h");
    await rig.replies(500).end(getWith({ breaker }));
    expect(rig.heard("breaker")).toEqual([]);
  });

  test("is not locked for ever by a probe that hangs", async () => {
    const { rig, operation } = await opened({ timeout: attemptTimeout(1_000) });
    await rig.clock.advance("5s");
    expect(await rig.replies({ after: "never" }).error(operation)).toMatchObject({ code: "timeout" });
    await rig.clock.advance("10s");
    expect(await rig.end(operation)).toMatchObject({ ok: true });
    expect(rig.client.resilience.operation("getThing").state).toBe("closed");
  });

  test("is not opened by callers who give up", async () => {
    const rig = new Rig();
    rig.usually = { after: "never" };
    for (let call = 0; call < 10; call++) {
      const controller = new AbortController();
      rig.clock.setTimer(() => controller.abort(), 100);
      await rig.error(getWith({ breaker }), {}, { signal: controller.signal });
    }
    expect(rig.heard("breaker")).toEqual([]);
  });

  test("is not flooded when it is half-open: one of a hundred calls goes out", async () => {
    const { rig, operation } = await opened();
    await rig.clock.advance("5s");
    rig.usually = { after: 100 };
    const before = rig.requests;
    const calls = Array.from({ length: 100 }, () => rig.call(operation).result());
    await rig.clock.advance(50);
    expect(rig.requests - before).toBe(1);
    await rig.clock.run(Promise.all(calls));
  });

  test("is not closed by the late success of an old call", async () => {
    const rig = new Rig({ random: () => 0 });
    const operation = getWith({ breaker });
    const old = rig.replies({ after: 1_000 }).call(operation).result();
    await rig.clock.advance(1);
    for (let call = 0; call < 3; call++) await rig.replies(500).end(operation);
    expect(await rig.clock.run(old)).toMatchObject({ ok: true });
    expect(rig.client.resilience.operation("getThing").state).toBe("open");
  });

  test("is one for all calls of a client, and opens", async () => {
    const { rig, operation } = await opened();
    const other = rig.client.with({ headers: { "x-tenant": "other" } });
    expect(await rig.clock.run(rig.call(operation, {}, {}, other).result())).toMatchObject({
      error: { code: "breaker-open", attempts: 0 },
    });
  });
});

describe("a bulkhead", () => {
  test("keeps the slot of work that outlives its timeout: never more than two at once under a limit of two", async () => {
    const rig = new Rig();
    rig.usually = { after: "never", lingers: 900 };
    const operation = getWith({ bulkhead: bulkheadOf(2), timeout: attemptTimeout(1_000) });
    const calls = Array.from({ length: 6 }, () => rig.call(operation).result());
    await rig.clock.run(Promise.all(calls));
    expect(rig.times).toEqual([0, 0, 1_900, 1_900, 3_800, 3_800]);
    expect(rig.events.filter(({ type }) => type === "warning")).toEqual([]);
  });

  test("takes back the slot of work that never stops, one attempt timeout after its end, and says so", async () => {
    const rig = new Rig();
    rig.usually = { after: "never", lingers: "never" };
    const operation = getWith({ bulkhead: bulkheadOf(1), timeout: attemptTimeout(1_000) });
    const controller = new AbortController();
    const calls = [
      rig.call(operation, {}, { signal: controller.signal }).result(),
      rig.call(operation).result(),
      rig.call(operation).result(),
    ];
    await rig.clock.advance(300);
    controller.abort();
    await rig.clock.run(Promise.all(calls));
    expect(rig.times).toEqual([0, 1_300, 3_300]);
    const warnings = rig.events.filter(({ type }) => type === "warning");
    expect(warnings).toMatchObject([{ call: 2 }, { call: 3 }]);
    expect(rig.clock.pending).toBe(0);
  });

  test("lets nobody overtake who waits, and lets who waits give up at once", async () => {
    const rig = new Rig();
    rig.usually = { after: 100 };
    const operation = getWith({ bulkhead: bulkheadOf(1) });
    const controller = new AbortController();
    const label = (name: string) => ({ headers: { "x-name": name } });
    const calls = [
      rig.call(operation, {}, label("first")).result(),
      rig.call(operation, {}, { ...label("gives up"), signal: controller.signal }).result(),
      rig.call(operation, {}, label("second")).result(),
    ];
    await rig.clock.advance(50);
    controller.abort();
    expect(await calls[1]).toMatchObject({ error: { code: "aborted", elapsedMs: 50, attempts: 0 } });
    await rig.clock.advance(50);
    calls.push(rig.call(operation, {}, label("late")).result());
    await rig.clock.run(Promise.all(calls));
    expect(rig.received.map(({ headers }) => headers["x-name"])).toEqual(["first", "second", "late"]);
  });
});

describe("a retry", () => {
  test("that is waited for ends at once with an abort, and is not made any more", async () => {
    const rig = new Rig();
    rig.usually = 503;
    const controller = new AbortController();
    rig.clock.setTimer(() => controller.abort(), 1_000);
    const end = await rig.error(getWith({ retry: retriesAfter(60_000, 3) }), {}, { signal: controller.signal });
    expect(end).toMatchObject({ code: "aborted", attempts: 1, elapsedMs: 1_000 });
    await rig.clock.advance("5m");
    expect([rig.requests, rig.clock.pending]).toEqual([1, 0]);
  });

  test("takes of one budget, whichever call it is of; and the budget fills again", async () => {
    const rig = new Rig();
    rig.usually = 503;
    const operation = getWith({ retry: retriesAtOnce(1, { budget: { ratio: 0, minPerSecond: 0.2, burst: 10_000 } }) });
    for (let call = 0; call < 5; call++) await rig.end(operation);
    expect(rig.requests).toBe(5 + 2);
    expect(await rig.error(operation)).toMatchObject({ gaveUp: "budget", attempts: 1 });
    await rig.clock.advance("10s");
    expect(await rig.error(operation)).toMatchObject({ gaveUp: "max-retries", attempts: 2 });
  });

  test("does not multiply the time that a call may take", async () => {
    const rig = new Rig();
    rig.usually = { after: "never" };
    const timeout = { attempt: 2_000, total: 5_000, idle: false } as const;
    const error = await rig.error(getWith({ timeout, retry: retriesAtOnce(10) }));
    expect(error).toMatchObject({ code: "deadline", attempts: 3, elapsedMs: 5_000 });
  });

  test("of a body that can be sent only once does not hide what went wrong", async () => {
    const rig = new Rig().replies({ status: 503, body: { title: "down" } });
    const operation = postWith({ repeat: "always", retry: retriesAtOnce(3) }, { body: { "text/plain": plainBody } });
    const error = await rig.error(operation, { body: new ReadableStream() });
    expect(error).toMatchObject({ code: "http", status: 503, gaveUp: "body-not-replayable", attempts: 1 });
    expect(error).toHaveProperty("body", { title: "down" });
  });

  test("of a POST without a supported key is not made, whatever fails after it was sent", async () => {
    const rig = new Rig();
    const operation = postWith({ retry: retriesAtOnce(3), timeout: attemptTimeout(1_000) });
    for (const reply of [500, 502, 503, 504, 408, { fails: "ECONNRESET" }, { after: "never" as const }]) {
      expect(await rig.replies(reply).error(operation)).toMatchObject({ attempts: 1, gaveUp: "not-retryable" });
    }
  });

  test.each([0, 1])("of that POST is made after a 429 with Retry-After: %i, for 0 is not absent", async (seconds) => {
    const rig = new Rig({ random: () => 0 }).replies({ status: 429, headers: { "retry-after": String(seconds) } });
    expect(await rig.end(postWith({ retry: retriesAtOnce(3) }))).toMatchObject({ ok: true, attempts: 2 });
    expect(rig.times).toEqual([0, seconds * 1_000]);
  });

  test("of a 409 needs a supported key and Retry-After", async () => {
    const conflict = { status: 409, headers: { "retry-after": "1" } };
    const keyed = postWith({ repeat: "keyed", retry: retriesAtOnce(3) });
    const input = { idempotencyKey: "k" };
    expect(await new Rig().replies(conflict).end(keyed, input)).toMatchObject({ ok: true, attempts: 2 });
    expect(await new Rig().replies(409).error(keyed, input)).toMatchObject({ attempts: 1 });
    expect(await new Rig().replies(conflict).error(keyed)).toMatchObject({ attempts: 1 });
    expect(await new Rig().replies(conflict).error(getWith({ retry: retriesAtOnce(3) }))).toMatchObject({
      attempts: 1,
    });
  });

  test("is signed anew, and each call asks for its own caller", async () => {
    const tokens: string[] = [];
    const api = { authorize, securitySchemes: { bearer: { type: "bearer" } } } as const;
    const bearer = async (): Promise<string> => `token-${tokens.push("asked")}`;
    const rig = new Rig({ api, auth: { bearer } }).replies(503);
    const operation = getWith({ retry: retriesAfter(100, 1) }, { security: [["bearer"]] });
    await rig.clock.run(Promise.all([rig.call(operation), rig.call(operation)]));
    expect(rig.received.map(({ headers }) => headers["authorization"])).toEqual([
      "Bearer token-1",
      "Bearer token-2",
      "Bearer token-3",
    ]);
  });
});

describe("Retry-After", () => {
  const patient = getWith({ retry: { ...retriesAfter(100, 3) } });
  const asking = (value: string) => ({ status: 503, headers: { "retry-after": value } });

  test("above the longest backoff is waited for in full", async () => {
    const rig = new Rig({ random: () => 0 }).replies(asking("30"));
    await rig.end(patient);
    expect(rig.times).toEqual([0, 30_000]);
  });

  test("beyond the deadline is not waited for", async () => {
    const timeout = { attempt: false, total: 30_000, idle: false } as const;
    const rig = new Rig().replies(asking("3600"));
    const error = await rig.error(getWith({ ...patient.policies, timeout }));
    expect(error).toMatchObject({ gaveUp: "retry-after", attempts: 1, elapsedMs: 0 });
  });

  test("as a date is no number of seconds", async () => {
    const rig = new Rig({ random: () => 0 }).replies(
      asking("Thu, 01 Jan 2026 00:00:07 GMT"),
      asking("2026-01-01T00:00:09Z"),
    );
    await rig.end(patient);
    expect(rig.times).toEqual([0, 7_000, 7_100]);
  });

  test("of 0 seconds is not taken for absent: it says that the request was not processed", async () => {
    const busy = { status: 429, headers: { "retry-after": "0" } };
    const post = postWith({ retry: retriesAfter(100, 3) });
    expect(await new Rig().replies(busy).end(post)).toMatchObject({ ok: true, attempts: 2 });
    expect(await new Rig().replies(429).end(post)).toMatchObject({ ok: false, attempts: 1 });
  });

  test("of 9999999 seconds brings no burst of requests", async () => {
    const rig = new Rig();
    rig.usually = asking("9999999");
    void rig.call(patient).result();
    await rig.clock.advance("24h");
    expect(rig.requests).toBe(1);
    await rig.client.close();
  });
});

describe("an outage", () => {
  test("is not made worse: 200 calls send fewer than 300 requests, also where no breaker stands", async () => {
    const rig = new Rig();
    rig.usually = 503;
    const operation = getWith({ retry: defaults.retry });
    await rig.clock.run(Promise.all(Array.from({ length: 200 }, () => rig.call(operation).result())));
    expect(rig.requests).toBeLessThan(300);
    expect(rig.heard("call").filter(({ gaveUp }) => gaveUp === "budget").length).toBeGreaterThan(100);
  });

  test("with the standard policies is felt by few: the breaker refuses the rest", async () => {
    const rig = new Rig();
    rig.usually = 503;
    const operation = getWith({ retry: defaults.retry, breaker: defaults.breaker });
    for (let call = 0; call < 200; call++) await rig.end(operation);
    expect(rig.requests).toBeLessThan(60);
  });
});

describe("a stream", () => {
  const events = { responses: { "200": "text/event-stream" }, extensions: [eventStream] };
  const cut = (text: string) => {
    const body = new ReadableStream({
      pull(controller) {
        if (text === "") return controller.error(new TypeError("terminated"));
        controller.enqueue(new TextEncoder().encode(text));
        text = "";
      },
    });
    return { headers: { "content-type": "text/event-stream" }, body };
  };

  test("of a POST that breaks is not sent again", async () => {
    const rig = new Rig().replies(cut('data: "one"\n\n'));
    const operation = postWith({ retry: retriesAtOnce(3), streaming: true }, events);
    const stream = (await rig.clock.run(rig.call(operation))) as AsyncIterable<{ data: unknown }>;
    const read: unknown[] = [];
    const reading = (async () => {
      for await (const { data } of stream) read.push(data);
    })();
    await expect(reading).rejects.toMatchObject({ code: "network", sent: "yes" });
    await rig.clock.advance("1m");
    expect([read, rig.requests]).toEqual([["one"], 1]);
  });
});

describe("a key", () => {
  test.each(["header", "query"] as const)("that goes into the %s reaches the wire", async (place) => {
    const rig = new Rig();
    const operation = postWith({}, { extensions: [keys], idempotencyKey: { in: place, name: "Idempotency-Key" } });
    await rig.end(operation, { idempotencyKey: "cart-17" });
    const [request] = rig.received;
    const sent = place === "header" ? request?.headers["idempotency-key"] : new URL(request?.url ?? "").searchParams;
    expect(String(sent)).toContain("cart-17");
  });
});

test("the path of a base URL stays before that of the operation", async () => {
  for (const baseUrl of ["https://api.example/v1", "https://api.example/v1/"]) {
    const rig = new Rig({ baseUrl });
    await rig.end(getWith({}));
    expect(rig.received[0]?.url).toBe("https://api.example/v1/thing");
  }
});

test("a signal that lives long is not kept by the calls that it could have ended", async () => {
  const rig = new Rig();
  const { signal } = new AbortController();
  const operation = getWith({ retry: retriesAtOnce(1), bulkhead: bulkheadOf(5), timeout: attemptTimeout(1_000) });
  for (const reply of [200, 503, 404, { fails: "ECONNRESET" }, { after: "never" as const }]) {
    await rig.replies(reply).end(operation, {}, { signal });
  }
  expect([getEventListeners(signal, "abort").length, rig.clock.pending]).toEqual([0, 0]);
});
