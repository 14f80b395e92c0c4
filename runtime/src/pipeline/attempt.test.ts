import { describe, expect, test } from "vitest";
import { getWith, Rig, retriesAtOnce } from "../../../tests/rig/rig.js";
import type { Failure } from "../base/outcome.js";
import { defaults } from "../policies/defaults.js";
import { verdictOf } from "../policies/failures.js";

const failed = (code: Failure["code"], more: Partial<Failure> = {}): Failure => ({
  ok: false,
  code,
  sent: "maybe",
  ...more,
});

describe("what an attempt says about the server", () => {
  test.each<[string, Failure, string]>([
    ["a failed connection", failed("network"), "failure"],
    ["a refused connection", failed("network", { sent: "no" }), "failure"],
    ["its own timeout", failed("timeout"), "failure"],
    ["a deadline no shorter than its own timeout", failed("deadline"), "failure"],
    ["a limit shorter than the operation's own", failed("deadline", { cutShort: true }), "neutral"],
    ["time that went by before anything was sent", failed("timeout", { sent: "no" }), "neutral"],
    ["500", failed("http", { status: 500 }), "failure"],
    ["an undescribed 502", failed("unexpected-response", { status: 502 }), "failure"],
    ["503", failed("http", { status: 503 }), "failure"],
    ["503 with Retry-After", failed("http", { status: 503, retryAfterMs: 0 }), "neutral"],
    ["501", failed("http", { status: 501 }), "success"],
    ["505", failed("http", { status: 505 }), "success"],
    ["404", failed("http", { status: 404 }), "success"],
    ["429 with Retry-After", failed("http", { status: 429, retryAfterMs: 1_000 }), "success"],
    ["broken JSON of a 200", failed("decode", { status: 200 }), "success"],
    ["a body that is too large", failed("too-large", { status: 200 }), "success"],
    ["a redirect that is not followed", failed("redirect", { status: 307 }), "success"],
    ["the caller's abort", failed("aborted"), "neutral"],
    ["the end of the client", failed("closed"), "neutral"],
    ["credentials that cannot be got", failed("auth", { sent: "no" }), "neutral"],
    ["a middleware that threw", failed("invalid-request"), "neutral"],
  ])("%s", (_what, outcome, verdict) => {
    expect(verdictOf(outcome)).toBe(verdict);
  });
});

describe("the time of an attempt", () => {
  const standard = { attempt: 5_000, total: 15_000, idle: false } as const;
  const hangs = { after: "never" } as const;

  test("is its own timeout, the body included", async () => {
    const body = new ReadableStream();
    for (const reply of [hangs, { body }]) {
      const error = await new Rig().replies(reply).error(getWith({ timeout: standard }));
      expect(error).toMatchObject({ code: "timeout", elapsedMs: 5_000, sent: reply === hangs ? "maybe" : "yes" });
    }
  });

  test("of the last one is what is left until the deadline", async () => {
    const rig = new Rig();
    rig.usually = hangs;
    const error = await rig.error(getWith({ timeout: { ...standard, total: 12_000 }, retry: retriesAtOnce(5) }));
    expect(error).toMatchObject({ code: "deadline", gaveUp: "deadline", attempts: 3, elapsedMs: 12_000 });
    expect(rig.heard("attempt").map(({ elapsedMs }) => elapsedMs)).toEqual([5_000, 5_000, 2_000]);
  });

  test("ends the request itself", async () => {
    const rig = new Rig().replies(hangs);
    await rig.error(getWith({ timeout: standard }));
    expect(rig.received[0]?.init.signal?.aborted).toBe(true);
  });

  test("that ended well never aborts its request, for others may still read the response", async () => {
    const rig = new Rig();
    await rig.end(getWith({ timeout: standard }));
    await rig.clock.advance("1m");
    expect(rig.received[0]?.init.signal?.aborted).toBe(false);
  });

  test("that a call made shorter says nothing of the server", async () => {
    const rig = new Rig();
    rig.usually = hangs;
    const breaker = { ...defaults.breaker, minimumCalls: 2 };
    const operation = getWith({ timeout: standard, breaker });
    for (let call = 0; call < 5; call++)
      await rig.error(operation, {}, { resilience: { timeout: { attempt: "100ms" } } });
    for (let call = 0; call < 5; call++)
      await rig.error(operation, {}, { resilience: { timeout: { total: "100ms" } } });
    expect(rig.heard("breaker")).toEqual([]);
    for (let call = 0; call < 2; call++) await rig.error(operation);
    expect(rig.heard("breaker")).toMatchObject([{ state: "open" }]);
  });

  test("of an operation without a timeout of its own is held against half of its deadline", async () => {
    const breaker = { ...defaults.breaker, minimumCalls: 2 };
    const operation = getWith({ timeout: { attempt: false, total: 1_000, idle: false }, breaker });
    const rig = new Rig();
    rig.usually = hangs;
    for (let call = 0; call < 5; call++)
      await rig.error(operation, {}, { resilience: { timeout: { total: "400ms" } } });
    expect(rig.heard("breaker")).toEqual([]);
    for (let call = 0; call < 2; call++)
      await rig.error(operation, {}, { resilience: { timeout: { total: "600ms" } } });
    expect(rig.heard("breaker")).toMatchObject([{ state: "open" }]);
  });

  test("counts after a second, however short a call option is: it must not blind the breaker", async () => {
    const breaker = { ...defaults.breaker, minimumCalls: 2 };
    const operation = getWith({ timeout: { attempt: 30_000, total: 60_000, idle: false }, breaker });
    const rig = new Rig();
    rig.usually = hangs;
    for (let call = 0; call < 5; call++)
      await rig.error(operation, {}, { resilience: { timeout: { total: "999ms" } } });
    expect(rig.heard("breaker")).toEqual([]);
    for (let call = 0; call < 2; call++) await rig.error(operation, {}, { resilience: { timeout: { total: "1s" } } });
    expect(rig.heard("breaker")).toMatchObject([{ state: "open" }]);
  });
});
