import { describe, expect, test } from "vitest";
import { getWith, Rig } from "../../../tests/rig/rig.js";
import { defaults } from "../policies/defaults.js";
import type { ClientResilience } from "../policies/overrides.js";
import type { BreakerPolicy, BulkheadPolicy } from "../policies/types.js";
import type { ResilienceControl } from "./control.js";

const breakerOf = (scope: string): BreakerPolicy => ({ ...defaults.breaker, minimumCalls: 2, scope });
const bulkheadOf = (scope: string): BulkheadPolicy => ({ concurrency: 1, queue: 5, queueTimeout: false, scope });

const nothing = { calls: 0, attempts: 0, failures: 0, slow: 0, running: 0, queued: 0 };

describe("client.resilience", () => {
  test("reads closed before the first call, and makes nothing by being asked", () => {
    const rig = new Rig();
    for (const control of [rig.client.resilience.operation("getThing"), rig.client.resilience.scope("payments")]) {
      expect([control.state, control.counters]).toEqual(["closed", nothing]);
      control.open();
      expect(control.state).toBe("open");
      control.auto();
      expect(control.state).toBe("closed");
    }
    expect(rig.client["~core"].shared.size).toBe(0);
  });

  test("sees what an operation's breaker and bulkhead are doing, and what has left the window", async () => {
    const rig = new Rig().replies(500, 200, { after: 100 }, { after: 100 });
    const operation = getWith({ breaker: breakerOf("operation"), bulkhead: bulkheadOf("operation") });
    const control = rig.client.resilience.operation("getThing");
    await rig.end(operation);
    await rig.end(operation);
    const calls = [rig.call(operation), rig.call(operation)];
    await rig.clock.advance(50);
    expect(control.state).toBe("closed");
    expect(control.counters).toEqual({ calls: 2, attempts: 2, failures: 1, slow: 0, running: 1, queued: 1 });
    await rig.clock.run(Promise.all(calls));
    await rig.clock.advance("10s");
    expect(control.counters).toEqual(nothing);
  });

  test("finds breaker and bulkhead of an operation wherever each is shared", async () => {
    const rig = new Rig();
    rig.usually = { after: 100 };
    const mixed = getWith({ breaker: breakerOf("payments"), bulkhead: bulkheadOf("service") });
    const alone = getWith({ bulkhead: bulkheadOf("pool") }, { id: "getOther" });
    const calls = [mixed, mixed, alone, alone].map((operation) => rig.call(operation));
    await rig.clock.advance(50);
    const { resilience } = rig.client;
    expect(resilience.operation("getThing").counters).toMatchObject({ running: 1, queued: 1 });
    expect(resilience.operation("getThing").state).toBe("closed");
    expect(resilience.operation("getOther").counters).toMatchObject({ running: 1, queued: 1 });
    expect(resilience.operation("getOther").state).toBe(undefined);
    expect(resilience.scope("service").counters).toMatchObject({ running: 1, queued: 1 });
    expect(resilience.scope("payments").state).toBe("closed");
    expect(resilience.scope("pool").counters).toMatchObject({ running: 1, queued: 1 });
    await rig.clock.run(Promise.all(calls));
  });

  test("says half-open when the cool-down is over, whether or not a probe has come", async () => {
    const rig = new Rig({ random: () => 0 }).replies(500, 500);
    const operation = getWith({ breaker: breakerOf("operation") });
    const control = rig.client.resilience.operation("getThing");
    await rig.end(operation);
    await rig.end(operation);
    expect(control.state).toBe("open");
    await rig.clock.advance(999);
    expect(control.state).toBe("open");
    await rig.clock.advance(1);
    expect(control.state).toBe("half-open");
  });
});

describe("a breaker held by hand", () => {
  const operation = getWith({ breaker: breakerOf("service") });
  const other = getWith({ breaker: breakerOf("service") }, { id: "getOther" });

  test("open, refuses until it may decide again, and says no date", async () => {
    const rig = new Rig();
    await rig.end(operation);
    const control = rig.client.resilience.operation("getThing");
    control.open();
    await rig.clock.advance("1h");
    const error = await rig.error(operation);
    expect([error.code, error.retryAt, control.state]).toEqual(["breaker-open", undefined, "open"]);
    control.auto();
    expect(await rig.end(operation)).toMatchObject({ ok: true });
    expect(rig.requests).toBe(2);
  });

  test("closed, lets everything through, whatever fails", async () => {
    const rig = new Rig();
    rig.client.resilience.operation("getThing").close();
    rig.usually = 500;
    for (let call = 0; call < 5; call++) await rig.end(operation);
    expect(rig.requests).toBe(5);
  });

  test.each([
    ["by its operation", "operation", "getThing"],
    ["by its scope", "scope", "service"],
    ["by its scope's full name", "scope", "service:https://api.example"],
  ] as const)("before its first call, %s, is held from then on", async (_what, by, name) => {
    const rig = new Rig();
    rig.client.resilience[by](name).open();
    expect(await rig.error(operation)).toMatchObject({ code: "breaker-open", attempts: 0 });
    rig.client.resilience[by](name).auto();
    expect(await rig.end(operation)).toMatchObject({ ok: true });
  });

  test("is told once, however many operations share it", async () => {
    const rig = new Rig();
    rig.client.resilience.scope("service").open();
    await rig.error(operation);
    await rig.error(other);
    rig.client.resilience.scope("service").open();
    expect(rig.heard("breaker").map(({ scope, state }) => [scope, state])).toEqual([
      ["service:https://api.example", "open"],
    ]);
  });

  test.each([
    [
      "its scope",
      "one of its operations",
      (of: ResilienceControl) => of.scope("service"),
      (of: ResilienceControl) => of.operation("getThing"),
    ],
    [
      "one of its operations",
      "its scope",
      (of: ResilienceControl) => of.operation("getThing"),
      (of: ResilienceControl) => of.scope("service"),
    ],
    [
      "one of its operations",
      "another",
      (of: ResilienceControl) => of.operation("getThing"),
      (of: ResilienceControl) => of.operation("getOther"),
    ],
  ] as const)("by %s and let go by %s, is let go for all", async (_by, _from, by, from) => {
    const rig = new Rig();
    const third = getWith({ breaker: breakerOf("service") }, { id: "getThird" });
    await rig.end(operation);
    await rig.end(other);
    by(rig.client.resilience).open();
    expect(await rig.error(other)).toMatchObject({ code: "breaker-open" });
    from(rig.client.resilience).auto();
    expect(await rig.end(third)).toMatchObject({ ok: true });
    expect(await rig.end(operation)).toMatchObject({ ok: true });
  });

  test("and let go where nothing held it, is told nothing", async () => {
    const rig = new Rig();
    await rig.end(operation);
    rig.client.resilience.scope("service").auto();
    expect(rig.heard("breaker")).toEqual([]);
  });

  test("ends what waits for it at once", async () => {
    const rig = new Rig().replies({ after: "never" });
    const busy = getWith({ breaker: breakerOf("service"), bulkhead: bulkheadOf("operation") });
    void rig.call(busy).result();
    const waits = rig.call(busy).result();
    await rig.clock.advance(10);
    rig.client.resilience.scope("service").open();
    expect(await waits).toMatchObject({ error: { code: "breaker-open", elapsedMs: 10, attempts: 0 } });
    expect(rig.client.resilience.operation("getThing").counters).toMatchObject({ queued: 0 });
  });
});

test("an operation whose breaker the client switches off has none to see", async () => {
  const resilience: ClientResilience = { breaker: false };
  const rig = new Rig({ resilience });
  await rig.end(getWith({ breaker: breakerOf("operation") }));
  expect(rig.client.resilience.operation("getThing").state).toBe(undefined);
});
