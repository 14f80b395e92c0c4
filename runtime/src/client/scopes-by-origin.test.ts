import { describe, expect, test } from "vitest";
import { getWith, Rig } from "../../../tests/rig/rig.js";
import type { Duration } from "../base/duration.js";
import { rateLimit } from "../extensions/rate-limit.js";
import { defaults } from "../policies/defaults.js";
import type { Policies } from "../policies/types.js";

/** A client whose address is another for each tenant. */
function tenants() {
  let tenant = "a";
  const asked: string[] = [];
  const rig: Rig = new Rig({
    extensions: [rateLimit],
    baseUrl: () => {
      asked.push(tenant);
      return `https://${tenant}.example/v1`;
    },
    transport: async (input) =>
      new Response("{}", {
        status: String(input).includes("//sick.") ? 500 : 200,
        headers: { "content-type": "application/json" },
      }),
  });
  const call = (policies: Partial<Policies>, of: string, id = "getThing") => {
    tenant = of;
    return rig.end(getWith(policies, { id }));
  };
  return { rig, call, asked };
}

const breaker = { ...defaults.breaker, minimumCalls: 2, scope: "service" };

describe("what is of the service is of the origin of each call", () => {
  test("a breaker that one tenant's host has opened lets calls to the others through", async () => {
    const { rig, call } = tenants();
    for (let count = 0; count < 3; count++) await call({ breaker }, "sick");
    expect(await call({ breaker }, "sick")).toMatchObject({ ok: false, error: { code: "breaker-open" } });
    expect(await call({ breaker }, "well")).toMatchObject({ ok: true });
    expect(rig.heard("breaker")).toMatchObject([{ scope: "service:https://sick.example", state: "open" }]);
    const states = rig.client.resilience
      .snapshot()
      .flatMap(({ scope, breaker: own }) => (own ? [[scope, own.state]] : []));
    expect(states).toEqual([
      ["service:https://sick.example", "open"],
      ["service:https://well.example", "closed"],
    ]);
  });

  test("operations of one origin share it", async () => {
    const { call } = tenants();
    for (let count = 0; count < 3; count++) await call({ breaker }, "sick", "getThing");
    expect(await call({ breaker }, "sick", "getOther")).toMatchObject({ ok: false, error: { code: "breaker-open" } });
  });

  test("a rate limit counts each host by itself", async () => {
    const { rig, call } = tenants();
    const limited = {
      rateLimit: { calls: 1, per: 60_000, scope: "service" },
      timeout: { attempt: false, total: 1_000, idle: false },
    } as const;
    expect(await call(limited, "a")).toMatchObject({ ok: true });
    expect(await call(limited, "a")).toMatchObject({ ok: false, error: { code: "rate-limited" } });
    expect(await call(limited, "b")).toMatchObject({ ok: true });
    expect(rig.clock.now()).toBeLessThan(60_000);
  });

  test("what is of an operation is the same for all of them", async () => {
    const { call } = tenants();
    const own = { ...breaker, scope: "operation" };
    for (let count = 0; count < 3; count++) await call({ breaker: own }, "sick");
    expect(await call({ breaker: own }, "well")).toMatchObject({ ok: false, error: { code: "breaker-open" } });
  });
});

test("the function is asked once for each call, by that call", async () => {
  const { call, asked } = tenants();
  for (const of of ["a", "b", "a"]) await call({ breaker }, of);
  expect(asked).toEqual(["a", "b", "a"]);
});

test("the state of origins is bounded: the one that was not used for longest is forgotten", async () => {
  const { rig, call } = tenants();
  for (let count = 0; count < 1_100; count++) {
    await call({ breaker }, `t${count}`);
    await call({ breaker }, "kept");
  }
  const scopes = rig.client.resilience.snapshot().map(({ scope }) => scope);
  expect(scopes.filter((scope) => scope.startsWith("service:")).length).toBeLessThanOrEqual(1_000);
  expect(scopes).toContain("service:https://kept.example");
  expect(scopes).not.toContain("service:https://t1.example");
}, 60_000);

test.each(["xx", -1, Number.NaN, "5 parsecs"] as Duration[])(
  "close refuses a drain of %s, and the client stays open",
  async (drain) => {
    const rig = new Rig();
    await expect(rig.client.close({ drain })).rejects.toThrow(/drain/);
    expect(await rig.end(getWith({}))).toMatchObject({ ok: true });
  },
);

test.each(["https://me:pw@api.example", "https://me@api.example/v1"])(
  "a base URL with a user in it is refused, and not told: %s",
  async (baseUrl) => {
    const error = await new Rig({ baseUrl }).error(getWith({}));
    expect(error).toMatchObject({ code: "invalid-request", parameter: "baseUrl", sent: "no" });
    expect(error.message).toContain("must not have a user name or password in it");
    expect(error.message).not.toMatch(/me[:@]|pw/);
  },
);
