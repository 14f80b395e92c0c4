import { describe, expect, test } from "vitest";
import { getWith, offPolicies, postWith, Rig } from "../../../tests/rig/rig.js";
import { InvalidInput } from "../base/invalid-input.js";
import { fallback } from "../extensions/fallback.js";
import { staleFallback } from "../extensions/stale-fallback.js";
import { valueFallback } from "../extensions/value-fallback.js";
import { defaults } from "./defaults.js";
import { type CallResilience, type ClientResilience, checkedForCall, withResilience } from "./overrides.js";
import type { Policies } from "./types.js";

/** As the preset `standard` has them. */
const standard: Policies = {
  ...offPolicies,
  timeout: { attempt: 5_000, total: 15_000, idle: 60_000 },
  retry: defaults.retry,
  breaker: defaults.breaker,
  bulkhead: defaults.bulkhead,
  maxResponse: 50_000_000,
};

/** What comes of a patch, but for which numbers it wrote. */
function over(patch: ClientResilience, base: Partial<Policies> = {}): Policies {
  const { explicit: _written, ...policies } = withResilience({ ...standard, ...base }, patch);
  return policies;
}

describe("short forms", () => {
  test.each<[ClientResilience, Partial<Policies>]>([
    [{ timeout: { attempt: "2s" } }, { timeout: { attempt: 2_000, total: 15_000, idle: 60_000 } }],
    [{ timeout: { attempt: 250 } }, { timeout: { attempt: 250, total: 15_000, idle: 60_000 } }],
    [{ timeout: false }, { timeout: { attempt: false, total: false, idle: false } }],
    [{ retry: 5 }, { retry: { ...defaults.retry, maxRetries: 5 } }],
    [{ retry: false }, { retry: false }],
    [{ retry: true }, { retry: defaults.retry }],
    [
      { retry: { backoff: "300ms" } },
      { retry: { ...defaults.retry, backoff: { ...defaults.retry.backoff, initial: 300 } } },
    ],
    [{ retry: { budget: false } }, { retry: { ...defaults.retry, budget: false } }],
    [{ bulkhead: 3 }, { bulkhead: { ...defaults.bulkhead, concurrency: 3 } }],
    [{ breaker: false }, { breaker: false }],
    [{ hedge: "50ms" }, { hedge: { after: 50, max: 1 } }],
    [{ hedge: true }, { hedge: defaults.hedge }],
    [{ coalesce: true }, { coalesce: true }],
    [{ fallback: true }, { fallback: defaults.fallback }],
    [{ rateLimit: true }, { rateLimit: defaults.rateLimit }],
    [{ maxResponse: false }, { maxResponse: false }],
    [{ breaker: { slowCall: true } }, { breaker: { ...defaults.breaker, slowCall: defaults.slowCall } }],
  ])("%j", (patch, expected) => {
    expect(over(patch)).toEqual({ ...standard, ...expected });
  });

  test.each<[ClientResilience, Partial<Policies>]>([
    [{ retry: true }, { retry: defaults.retry }],
    [{ retry: 1 }, { retry: { ...defaults.retry, maxRetries: 1 } }],
    [{ breaker: true }, { breaker: defaults.breaker }],
    [{ breaker: { scope: "payments" } }, { breaker: { ...defaults.breaker, scope: "payments" } }],
    [{ bulkhead: { queue: 0 } }, { bulkhead: { ...defaults.bulkhead, queue: 0 } }],
    [{ fallback: { message: "Later" } }, { fallback: { stale: false, message: "Later" } }],
    [{ timeout: { total: "1m" } }, { timeout: { attempt: false, total: 60_000, idle: false } }],
  ])("%j, over what is off", (patch, expected) => {
    expect(over(patch, offPolicies)).toEqual({ ...offPolicies, ...expected });
  });
});

describe("objects merge key by key", () => {
  test("and lists and values are replaced", () => {
    const { retry } = over({ retry: { on: [503], backoff: { max: "10s", jitter: "none" } } });
    const backoff = { ...defaults.retry.backoff, max: 10_000, jitter: "none" };
    expect(retry).toEqual({ ...defaults.retry, on: [503], backoff });
  });

  test("what is `undefined` is as if it were not there", () => {
    expect(over({ timeout: undefined, retry: { maxRetries: undefined } })).toEqual(standard);
  });

  test("a window may become one of attempts, and back", () => {
    const counted = over({ breaker: { window: { calls: 20 } } });
    expect(counted.breaker).toMatchObject({ window: { calls: 20 } });
    expect(withResilience(counted, { breaker: { window: "20s" } }).breaker).toMatchObject({ window: 20_000 });
  });

  test("a fallback's value is taken as it is, objects, lists and functions too", () => {
    const value = { after: "1s", deep: { retry: true } };
    expect(over({ fallback: { value } }).fallback).toEqual({ stale: false, value });
    expect(over({ fallback: { value: false } }).fallback).toEqual({ stale: false, value: false });
    expect(over({ fallback: { value: true } }).fallback).toEqual({ stale: false, value: true });
    const make = () => 1;
    expect(over({ fallback: { value: make } }).fallback).toEqual({ stale: false, value: make });
    expect(over({ fallback: { value: "2s" } }).fallback).toEqual({ stale: false, value: "2s" });
    expect(over({ fallback: { value: 7 } }).fallback).toEqual({ stale: false, value: 7 });
    expect(over({ fallback: { value: true } }, { fallback: { stale: false, value } }).fallback).toMatchObject({
      value: true,
    });
    expect(over({ fallback: { value: null } }).fallback).toEqual({ stale: false, value: null });
  });

  test("the policies themselves stay as they are", () => {
    const before = structuredClone(standard);
    over({ retry: { maxRetries: 9, backoff: { initial: 1 } }, breaker: { window: 1 } });
    expect(standard).toEqual(before);
  });
});

describe("what was not set gives way", () => {
  test("the deadline to a longer attempt, and the breaker's window too", () => {
    const { timeout, breaker } = over({ timeout: { attempt: "20s" } });
    expect(timeout).toEqual({ attempt: 20_000, total: 60_000, idle: 60_000 });
    expect(breaker).toMatchObject({ window: 40_000 });
  });

  test("as the generator does it: three attempts fit", () => {
    expect(over({ timeout: { attempt: "6s" } }).timeout).toMatchObject({ attempt: 6_000, total: 18_000 });
    expect(over({ timeout: { attempt: "2s" } }).timeout).toMatchObject({ attempt: 2_000, total: 15_000 });
  });

  test("the longest cool-down to a longer first one, and the longest wait to a longer first one", () => {
    expect(over({ breaker: { cooldown: "30s" } }).breaker).toMatchObject({ cooldown: 30_000, cooldownMax: 30_000 });
    expect(over({ retry: { backoff: "8s" } }).retry).toMatchObject({ backoff: { initial: 8_000, max: 8_000 } });
  });

  test("but not a deadline that was set with it, nor the one that is the usual", () => {
    for (const total of [25_000, 15_000]) {
      expect(over({ timeout: { attempt: "20s", total } }).timeout).toMatchObject({ attempt: 20_000, total });
    }
  });

  test("nor what the document, or the client's options before, have set", () => {
    const written = { ...standard, explicit: ["timeout.total", "breaker.window"] };
    expect(withResilience(written, { timeout: { attempt: "20s" } })).toMatchObject({
      timeout: { attempt: 20_000, total: 15_000 },
      breaker: { window: 10_000 },
    });
    const before = withResilience(standard, { timeout: { total: "8s" }, breaker: { window: "12s" } });
    expect(withResilience(before, { timeout: { attempt: "7s" } })).toMatchObject({
      timeout: { attempt: 7_000, total: 8_000 },
      breaker: { window: 12_000 },
    });
  });

  test("the attempt to the client's deadline, or none would time out and the breaker see nothing", () => {
    const rig = new Rig({ resilience: { timeout: { total: "3s" } } });
    const { timeout } = rig.client["~core"].policies(getWith(standard));
    expect(timeout).toEqual({ attempt: 1_000, total: 3_000, idle: 60_000 });
  });
});

describe("a setting of a call that is unknown, out of range or shared is refused by its name", () => {
  test.each<[unknown, string]>([
    [{ timeout: "2s" }, "resilience.timeout"],
    [{ timeout: { attempt: "soon" } }, "resilience.timeout.attempt"],
    [{ timeout: { total: -1 } }, "resilience.timeout.total"],
    [{ retry: { maxRetries: Number.NaN } }, "resilience.retry.maxRetries"],
    [{ retry: { on: "network" } }, "resilience.retry.on"],
    [{ retry: { maxRetries: 21 } }, "resilience.retry.maxRetries"],
    [{ retry: { maxRetries: 1.5 } }, "resilience.retry.maxRetries"],
    [{ retry: { backoff: { factor: 0.5 } } }, "resilience.retry.backoff.factor"],
    [{ hedge: { max: 0 } }, "resilience.hedge.max"],
    [{ coalesce: "no" }, "resilience.coalesce"],
    // What calls share is not of one call.
    [{ breaker: { window: "20s" } }, "resilience.breaker"],
    [{ bulkhead: false }, "resilience.bulkhead"],
    [{ rateLimit: true }, "resilience.rateLimit"],
    [{ maxResponse: 5 }, "resilience.maxResponse"],
    [{ retry: { budget: false } }, "resilience.retry.budget"],
    [{ retries: 3 }, "resilience.retries"],
  ])("%j", (patch, parameter) => {
    let thrown: unknown;
    try {
      checkedForCall(patch as CallResilience, "resilience.");
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(InvalidInput);
    expect((thrown as InvalidInput).failure).toMatchObject({ code: "invalid-request", parameter });
  });
});

describe("what is written for an operation", () => {
  const pinned = (patch: ClientResilience, ...names: string[]) => withResilience(standard, patch, names);

  test("stays, whatever is set for all operations", () => {
    expect(pinned({ retry: { maxRetries: 9 }, timeout: { attempt: "9s" } }, "retry.maxRetries")).toMatchObject({
      retry: { maxRetries: 3 },
      timeout: { attempt: 9_000 },
    });
    expect(pinned({ retry: 9 }, "retry.maxRetries")).toMatchObject({ retry: { maxRetries: 3 } });
    expect(withResilience({ ...standard, retry: false }, { retry: 9 }, ["retry"]).retry).toBe(false);
  });

  test("stays on, where all of it is switched off for all operations", () => {
    expect(pinned({ retry: false }, "retry.maxRetries").retry).toEqual(defaults.retry);
    expect(pinned({ breaker: false }, "breaker.slowCall.duration").breaker).toEqual(defaults.breaker);
    expect(pinned({ timeout: false }, "timeout.total").timeout).toEqual({ attempt: false, total: 15_000, idle: false });
  });

  test("leaves what it does not name to what is set for all operations", () => {
    // `retry: { maxRetries: 3 }` of a document says that it is on, and how often.
    const { retry, breaker } = pinned(
      { retry: { maxRetries: 9, backoff: "300ms" }, breaker: { window: "20s", cooldown: "1s" } },
      ...["retry", "retry.maxRetries", "breaker", "breaker.window"],
    );
    expect(retry).toEqual({ ...defaults.retry, backoff: { ...defaults.retry.backoff, initial: 300 } });
    expect(breaker).toEqual({ ...defaults.breaker, cooldown: 1_000 });
    expect(pinned({ retry: false }, "retry").retry).toEqual(defaults.retry);
    expect(pinned({ retry: 9 }, "retry").retry).toEqual({ ...defaults.retry, maxRetries: 9 });
  });

  test("comes before the client's options, after those for that operation, and after those of a call", async () => {
    const rig = new Rig({ resilience: { retry: 2 }, operations: { getThing: { retry: 1 } } });
    rig.usually = 503;
    const policies = { retry: { ...defaults.retry, budget: false } } as const;
    const thing = getWith({ ...policies, ownKeys: ["retry.maxRetries"] });
    const other = getWith({ ...policies, ownKeys: ["retry.maxRetries"] }, { id: "getOther" });
    const free = getWith(policies, { id: "getFree" });
    expect(await rig.error(thing)).toMatchObject({ attempts: 2 });
    expect(await rig.error(other)).toMatchObject({ attempts: 4 });
    expect(await rig.error(free)).toMatchObject({ attempts: 3 });
    expect(await rig.error(thing, {}, { resilience: { retry: 0 } })).toMatchObject({ attempts: 1 });
  });
});

describe("a value set for all operations", () => {
  test("answers no mutation: only who writes it for that one says that it may be taken for done", async () => {
    const resilience: ClientResilience = { fallback: { value: { done: true }, message: "Later" } };
    const rig = new Rig({ resilience, extensions: [fallback] });
    rig.usually = 503;
    expect(await rig.end(getWith({}))).toMatchObject({ ok: true, source: "value" });
    expect(await rig.error(postWith({}))).toMatchObject({ status: 503, userMessage: "Later" });
  });

  test("answers a mutation where it is set for that one", async () => {
    const value = { queued: true };
    const rig = new Rig({ operations: { createThing: { fallback: { value } } }, extensions: [fallback] });
    rig.usually = 503;
    expect(await rig.end(postWith({}))).toMatchObject({ ok: true, source: "value", data: value });
  });
});

describe("a call", () => {
  test("whose settings are none fails before anything is sent", async () => {
    const rig = new Rig();
    const error = await rig.error(getWith({}), {}, { resilience: { timeout: { attempt: "soon" as never } } });
    expect(error).toMatchObject({ code: "invalid-request", parameter: "resilience.timeout.attempt", sent: "no" });
    expect(rig.requests).toBe(0);
  });

  test("may bring its fallback, where the bundle has that part", async () => {
    const rig = new Rig({ extensions: [fallback] });
    const value = () => ({ items: [] });
    const end = await rig.replies(503).end(getWith({}), {}, { resilience: { fallback: { value } } });
    expect(end).toMatchObject({ ok: true, data: { items: [] }, source: "value" });
  });

  test.each([
    { has: staleFallback, set: { value: [] } },
    { has: staleFallback, set: { message: "Later" } },
    { has: valueFallback, set: { stale: "5m" } },
  ] as const)("may not ask for a part of a fallback that the bundle has not: $set", async ({ has, set }) => {
    const rig = new Rig();
    const error = await rig.error(getWith({}, { extensions: [has] }), {}, { resilience: { fallback: set } });
    expect(error).toMatchObject({ code: "invalid-request", parameter: "resilience.fallback", sent: "no" });
    expect(error.message).toContain("extensions: [fallback]");
  });

  test("gets an earlier answer before a value, whichever of them the client brings", async () => {
    const rig = new Rig({ extensions: [fallback], identity: () => "somebody" });
    const operation = getWith({ fallback: { stale: 300_000, value: [] } }, { extensions: [staleFallback] });
    await rig.replies({ body: { count: 1 } }).end(operation);
    expect(await rig.replies(503).end(operation)).toMatchObject({ source: "stale", data: { count: 1 } });
    expect(rig.heard("fallback")).toHaveLength(1);
  });
});
