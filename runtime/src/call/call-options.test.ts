import { describe, expect, test } from "vitest";
import { getWith, postWith, Rig, retriesAtOnce } from "../../../tests/rig/rig.js";
import { generatedKeys } from "../extensions/generated-keys.js";
import { keys } from "../extensions/idempotency-key.js";
import { defaults } from "../policies/defaults.js";

const retry = { ...retriesAtOnce(3), budget: false } as const;
const timeout = { attempt: 5_000, total: 15_000, idle: false } as const;

describe("the options of a call", () => {
  test("`timeout` is its total, whatever an attempt may take", async () => {
    const rig = new Rig().replies({ after: "never" });
    const error = await rig.error(getWith({ timeout, retry }), {}, { timeout: "800ms" });
    expect(error).toMatchObject({ code: "deadline", elapsedMs: 800, attempts: 1 });
  });

  test("`timeout: false` takes the deadline away", async () => {
    const rig = new Rig().replies({ after: 60_000 });
    const operation = getWith({ timeout: { attempt: false, total: 1_000, idle: false } });
    expect(await rig.end(operation, {}, { timeout: false })).toMatchObject({ ok: true, elapsedMs: 60_000 });
  });

  test("`maxRetries` is the number of its retries, and repeats nothing that must not be repeated", async () => {
    const rig = new Rig();
    rig.usually = 503;
    expect(await rig.error(getWith({ retry }), {}, { maxRetries: 1 })).toMatchObject({ attempts: 2 });
    expect(await rig.error(getWith({ retry }), {}, { maxRetries: 0 })).toMatchObject({ attempts: 1 });
    expect(await rig.error(getWith({ retry: false }), {}, { maxRetries: 2 })).toMatchObject({ attempts: 3 });
    const post = postWith({ retry, repeat: "unprocessed" });
    expect(await rig.error(post, {}, { maxRetries: 2 })).toMatchObject({ attempts: 1 });
  });

  test("they go over what `resilience` of the call says", async () => {
    const rig = new Rig();
    rig.usually = 503;
    const error = await rig.error(getWith({ retry }), {}, { maxRetries: 1, resilience: { retry: 3 } });
    expect(error).toMatchObject({ attempts: 2 });
  });

  test.each<[object, string]>([
    [{ timeout: "soon" }, "timeout"],
    [{ timeout: 0 }, "timeout"],
    [{ timeout: -1 }, "timeout"],
    [{ maxRetries: 21 }, "maxRetries"],
    [{ maxRetries: 0.5 }, "maxRetries"],
    [{ fetchOptions: { method: "PUT" } }, "fetchOptions.method"],
    [{ fetchOptions: { redirect: "manual" } }, "fetchOptions.redirect"],
    [{ resilience: { timeout: "2s" } }, "resilience.timeout"],
    [{ resilience: { bulkhead: 5 } }, "resilience.bulkhead"],
  ])("%j is refused before anything is sent", async (options, parameter) => {
    const rig = new Rig();
    expect(await rig.error(getWith({}), {}, options)).toMatchObject({ code: "invalid-request", parameter, sent: "no" });
    expect(rig.requests).toBe(0);
  });
});

describe("an operation whose key the client makes", () => {
  const idempotencyKey = { in: "header", name: "Idempotency-Key", optional: true, generated: true } as const;
  const post = postWith({ retry, repeat: "keyed" }, { idempotencyKey, extensions: [generatedKeys, keys] });
  const sentKeys = (rig: Rig): unknown[] => rig.received.map(({ headers }) => headers["idempotency-key"]);

  test("sends one new key on every attempt of a call, and another one for the next call", async () => {
    const rig = new Rig().replies(503, 503, 200);
    expect(await rig.end(post)).toMatchObject({ ok: true, attempts: 3 });
    const [key] = sentKeys(rig);
    expect(key).toMatch(/^[0-9a-f-]{36}$/);
    expect(sentKeys(rig)).toEqual([key, key, key]);
    await rig.end(post);
    expect(sentKeys(rig)[3]).not.toBe(key);
  });

  test("sends the caller's key where there is one", async () => {
    const rig = new Rig();
    await rig.end(post, { idempotencyKey: "cart-17" });
    expect(sentKeys(rig)).toEqual(["cart-17"]);
  });
});

test("without its optional key, an operation is repeated if its method or its document says that this is harmless", async () => {
  const idempotencyKey = { in: "header", name: "Idempotency-Key", optional: true } as const;
  const attempts = async (more: object): Promise<unknown> => {
    const rig = new Rig();
    rig.usually = 503;
    return (await rig.error(postWith({ retry, repeat: "keyed" }, { idempotencyKey, extensions: [keys], ...more })))
      .attempts;
  };
  expect(await attempts({})).toBe(1);
  expect(await attempts({ idempotent: true })).toBe(4);
  expect(await attempts({ method: "PUT" })).toBe(4);
  expect(await attempts({ method: "PUT", idempotent: false })).toBe(1);
});

test("in a browser only the deadline ends a wait for a slot, unless somebody has set `queueTimeout`", async () => {
  const bulkhead = { ...defaults.bulkhead, concurrency: 1 };
  const waited = async (explicit: readonly string[]): Promise<object> => {
    const rig = new Rig().replies({ after: 60_000 });
    const operation = getWith({ bulkhead, explicit, timeout: { attempt: false, total: 10_000, idle: false } });
    void rig.call(operation).result();
    return rig.error(operation);
  };
  expect(await waited([])).toMatchObject({ code: "bulkhead-full", elapsedMs: 2_000 });
  const { process } = globalThis;
  try {
    Object.assign(globalThis, { process: undefined, document: {} });
    expect(await waited([])).toMatchObject({ code: "deadline", elapsedMs: 10_000 });
    expect(await waited(["bulkhead.queueTimeout"])).toMatchObject({ code: "bulkhead-full", elapsedMs: 2_000 });
  } finally {
    Object.assign(globalThis, { process });
    Reflect.deleteProperty(globalThis, "document");
  }
});
