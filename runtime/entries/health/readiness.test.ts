// Critical breakers with a probe, and checks of the process's own dependencies.
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { getWith, Rig } from "../../../tests/rig/rig.js";
import { defaults } from "../../src/policies/defaults.js";
import { fetchHealth, type HealthOptions, health } from "../health.js";

const breaker = { ...defaults.breaker, minimumCalls: 1, cooldown: 1_000, cooldownMax: 4_000 };

/** Time as the health check sees it. */
let now = 0;
beforeEach(() => {
  now = 0;
  vi.spyOn(performance, "now").mockImplementation(() => now);
});
afterEach(() => vi.restoreAllMocks());

/** An api whose payments are critical; `scope` is that of both of its operations' breakers. */
function shop(scope: string) {
  const rig = new Rig({ random: () => 0 });
  const pay = getWith({ breaker: { ...breaker, critical: true, scope } }, { id: "pay" });
  const status = getWith({ breaker: { ...breaker, critical: scope !== "operation", scope } }, { id: "getStatus" });
  const api = {
    $client: rig.client,
    getStatus: () => rig.call(status),
    pay: (_input: { id: string }) => rig.call(pay),
  };
  const fail = async (): Promise<void> => {
    rig.replies(500);
    await rig.end(pay);
  };
  /** A report, and what it set going has its turn. */
  const ready = async (options: HealthOptions<{ shop: typeof api }>): Promise<boolean> => {
    const report = await health({ shop: api }, options);
    await rig.clock.advance(0);
    return report.ready;
  };
  const passes = async (ms: number): Promise<void> => {
    now += ms;
    await rig.clock.advance(ms);
  };
  return { rig, api, pay, fail, ready, passes };
}

const probe = { shop: "getStatus" } as const;

describe("a critical breaker with a probe", () => {
  test("keeps the process unready from its opening until it has closed", async () => {
    const { rig, fail, ready, passes } = shop("payments");
    await fail();
    expect(await ready({ probe })).toBe(false);
    rig.usually = 500;
    for (let round = 0; round < 5; round++) {
      await passes(4_400);
      expect(await ready({ probe })).toBe(false);
      expect(await ready({ probe })).toBe(false);
    }
    rig.usually = 200;
    await passes(4_400);
    expect([await ready({ probe }), await ready({ probe })]).toEqual([false, true]);
    expect(rig.heard("breaker").at(-1)?.state).toBe("closed");
  });

  test("gets one probe per cool-down, however often it is asked, and none while it is open", async () => {
    const { rig, fail, ready, passes } = shop("payments");
    rig.usually = 500;
    await fail();
    for (let round = 0; round < 4; round++) {
      const { requests } = rig;
      for (let ask = 0; ask < 5; ask++) await ready({ probe });
      expect(rig.requests).toBe(requests);
      await passes(4_400);
      for (let ask = 0; ask < 5; ask++) await ready({ probe });
      expect(rig.requests).toBe(requests + 1);
    }
  });

  test("does not wait for a probe that hangs, and starts no second one beside it", async () => {
    const { rig, fail, ready, passes } = shop("payments");
    await fail();
    rig.usually = { after: "never" };
    await passes(1_100);
    for (let ask = 0; ask < 10; ask++) {
      expect(await ready({ probe })).toBe(false);
      await passes(1_000);
    }
    expect(rig.requests).toBe(2);
  });

  test("of another scope is ready once the probe has passed: traffic closes it", async () => {
    const { rig, pay, fail, ready, passes } = shop("operation");
    await fail();
    await passes(1_100);
    expect([await ready({ probe }), await ready({ probe })]).toEqual([false, true]);
    expect(rig.client.resilience.operation("pay").state).toBe("half-open");
    rig.replies(500);
    await rig.end(pay);
    expect(await ready({ probe })).toBe(false);
    await passes(2_200);
    expect([await ready({ probe }), await ready({ probe })]).toEqual([false, true]);
    await rig.end(pay);
    expect(await ready({ probe })).toBe(true);
  });

  test("may be given a function, which may throw", async () => {
    const { rig, api, fail, ready, passes } = shop("payments");
    await fail();
    await passes(1_100);
    const broken = {
      shop: () => {
        throw new Error("no");
      },
    };
    expect([await ready({ probe: broken }), await ready({ probe: broken })]).toEqual([false, false]);
    await passes(1_100);
    const works = { shop: () => api.getStatus() };
    expect([await ready({ probe: works }), await ready({ probe: works })]).toEqual([false, true]);
    expect(rig.requests).toBe(2);
  });

  test("held open by hand is not probed", async () => {
    const { rig, ready, passes } = shop("payments");
    await rig.end(getWith({ breaker: { ...breaker, critical: true, scope: "payments" } }, { id: "pay" }));
    rig.client.resilience.scope("payments").open();
    await passes(60_000);
    expect(await ready({ probe })).toBe(false);
    expect(rig.requests).toBe(1);
  });

  test("and a probe that names no operation is refused at once", () => {
    const { rig, api } = shop("payments");
    const wrong = { shop: "getStatuss" } as unknown as typeof probe;
    expect(() => health({ shop: api }, { probe: wrong })).toThrow(/Unknown operation 'getStatuss' in 'probe.shop'/);
    expect(() => fetchHealth({ shop: rig.client }, { probe: { shop: "x" as never } })).toThrow(TypeError);
  });

  test("and a probe that needs input does not compile", () => {
    const { api } = shop("payments");
    // @ts-expect-error `pay` needs input
    expect(() => health({ shop: api }, { probe: { shop: "pay" } })).not.toThrow();
  });
});

test("without a probe the process is ready again when the cool-down is over", async () => {
  const { fail, ready, passes } = shop("payments");
  await fail();
  expect(await ready({})).toBe(false);
  await passes(1_100);
  expect(await ready({})).toBe(true);
});

describe("checks of own dependencies", () => {
  const clients = {};

  test("a failing, throwing, or hanging one makes the process unready, and the report names it", async () => {
    const checks = {
      cache: async () => true,
      database: async () => Promise.reject(new Error("s3cret connection string")),
      queue: async () => false,
      search: { run: () => new Promise(() => {}), timeout: 10 },
      disk: () => {
        throw new Error("full");
      },
    };
    const report = await health(clients, { checks });
    expect(report).toEqual({
      status: "unavailable",
      ready: false,
      clients: {},
      checks: { cache: "ok", database: "failed", queue: "failed", search: "timeout", disk: "failed" },
    });
    expect(await health(clients, { checks: { cache: checks.cache } })).toMatchObject({ status: "ok", ready: true });
  });

  test("run at the same time, and a late one is told to end", async () => {
    let signal: AbortSignal | undefined;
    const slow = (given: AbortSignal) => {
      signal = given;
      return new Promise(() => {});
    };
    const report = await health(clients, { checks: { slow: { run: slow, timeout: "20ms" } } });
    expect([report.checks, signal?.aborted]).toEqual([{ slow: "timeout" }, true]);
  });

  test("are asked once per second, however many probes come", async () => {
    const database = vi.fn(async () => true);
    const handle = fetchHealth(clients, { checks: { database } });
    const ask = async (): Promise<number | undefined> => (await handle(new Request("http://a.example/readyz")))?.status;
    expect(await Promise.all([ask(), ask(), ask()])).toEqual([200, 200, 200]);
    now += 999;
    await ask();
    expect(database).toHaveBeenCalledTimes(1);
    database.mockResolvedValue(false);
    now += 1;
    expect(await ask()).toBe(503);
    expect(database).toHaveBeenCalledTimes(2);
  });

  test("do not touch liveness", async () => {
    const database = vi.fn(async () => false);
    const handle = fetchHealth(clients, { checks: { database } });
    expect((await handle(new Request("http://a.example/livez")))?.status).toBe(200);
    expect(database).not.toHaveBeenCalled();
  });

  test("with an invalid timeout are refused at once", () => {
    const checks = { database: { run: () => true, timeout: "soon" as never } };
    expect(() => fetchHealth(clients, { checks })).toThrow(/checks.database.timeout/);
  });
});
