import fc from "fast-check";
import { Redis } from "ioredis";
import { createClient } from "redis";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hasRedis, type RedisServer, startRedis } from "../../../tests/support/redis-server.js";
import { breakerStoreContract } from "../stores/contract.js";
import { type ExchangeRequest, memoryStore } from "../stores/index.js";
import { redisBreakerStore } from "./index.js";

const request: ExchangeRequest = {
  policy: {
    spanMs: 10_000,
    maxCalls: 0,
    minimumCalls: 4,
    failureRate: 0.5,
    slowRate: 0,
    probes: 1,
    leaseMs: 30_000,
    ttlMs: 140_000,
  },
  era: 0,
  calls: 4,
  attempts: 4,
  failures: 4,
  slow: 0,
  by: "p-1",
  openForMs: 5_000,
  failedProbes: 0,
};

let tests = 0;
/** Nobody used it before, on whatever server. */
const newPrefix = (): string => `resil-gen-test:${process.pid}:${Date.now()}:${++tests}:`;

/** What a key holds, as far as it is given. */
function stateText(given: object): string {
  const numbers = { era: 0, closedAt: 0, openUntil: 0, failedProbes: 0, passedProbes: 0, successes: 0 };
  const usual = { ...numbers, isOpen: false, isForAll: false, leases: {}, openers: [], window: [] };
  return JSON.stringify({ ...usual, ...given });
}

describe.skipIf(!hasRedis)("a real Redis", () => {
  let server: RedisServer;
  let nodeRedis: ReturnType<typeof createClient>;
  let ioRedis: Redis;

  beforeAll(async () => {
    server = await startRedis();
    nodeRedis = createClient({ url: server.url });
    await nodeRedis.connect();
    ioRedis = new Redis(server.url);
    await ioRedis.ping();
  });
  afterAll(async () => {
    const used = await nodeRedis.keys(`resil-gen-test:${process.pid}:*`);
    if (used.length > 0) await nodeRedis.del(used);
    nodeRedis.destroy();
    ioRedis.disconnect();
    await server.stop();
  });

  describe("keeps the contract, by node-redis", () => {
    for (const { name, run } of breakerStoreContract)
      test(name, () => run(({ now }) => redisBreakerStore(nodeRedis, { prefix: newPrefix(), now })));
  });

  describe("keeps the contract, by ioredis", () => {
    for (const { name, run } of breakerStoreContract)
      test(name, () => run(({ now }) => redisBreakerStore(ioRedis, { prefix: newPrefix(), now })));
  });

  test("reckons as the store in memory does, whatever comes", async () => {
    const counts = fc.record({ attempts: fc.nat(6), failed: fc.nat(6), slow: fc.nat(3), calls: fc.nat(3) });
    const steps = fc.record({
      counts,
      event: fc.constantFrom(undefined, "claim", "passed", "failed", "released", "restored", "opened", "recovered"),
      by: fc.constantFrom("a", "b", "a:1", "b:1"),
      knowsEra: fc.boolean(),
      passes: fc.constantFrom(0, 10, 900, 4_000, 11_000, 40_000),
    });
    const policies = fc.record({
      spanMs: fc.constantFrom(0, 10_000),
      probes: fc.constantFrom(1, 2),
      slowRate: fc.constantFrom(0, 0.5),
      maxCalls: fc.constantFrom(10, 25),
    });
    const property = fc.asyncProperty(policies, fc.array(steps, { maxLength: 25 }), async (policy, all) => {
      let time = 1_767_225_600_000;
      const now = (): number => time;
      const [memory, redis] = [memoryStore({ now }), redisBreakerStore(nodeRedis, { prefix: newPrefix(), now })];
      let era = 0;
      for (const { counts: told, event, by, knowsEra, passes } of all) {
        time += passes;
        const { attempts, failed, slow, calls } = told;
        const sent: ExchangeRequest = {
          ...request,
          policy: { ...request.policy, ...policy },
          era: knowsEra ? era : 0,
          calls: Math.min(calls, attempts),
          attempts,
          failures: Math.min(failed, attempts),
          slow: Math.min(slow, attempts),
          by,
          failedProbes: 1,
          ...(event === undefined ? {} : { event: event as "claim" }),
        };
        const [one, other] = [await memory.exchange("s", sent), await redis.exchange("s", sent)];
        expect(other).toEqual(one);
        era = one.era;
      }
    });
    await fc.assert(property, { numRuns: 150, seed: 5 });
  });

  test("goes by its own time where none is given", async () => {
    const store = redisBreakerStore(nodeRedis, { prefix: newPrefix() });
    const { era, openForMs } = await store.exchange("s", request);
    const [seconds = 0] = ((await nodeRedis.time()) as unknown as string[]).map(Number);
    expect(Math.abs(era / 1_000 - seconds)).toBeLessThan(60);
    expect(openForMs).toBe(5_000);
  });

  test("is sent the script once more when it has forgotten it", async () => {
    for (const client of [nodeRedis, ioRedis]) {
      const store = redisBreakerStore(client, { prefix: newPrefix() });
      await store.exchange("s", request);
      await ioRedis.script("FLUSH");
      expect((await store.exchange("s", { ...request, attempts: 0 })).isOpen).toBe(true);
    }
  });

  test("has one key per scope, under the prefix, that expires by itself", async () => {
    const prefix = newPrefix();
    await redisBreakerStore(nodeRedis, { prefix }).exchange("service:https://a.example:operation:x", request);
    expect(await nodeRedis.keys(`${prefix}*`)).toEqual([`${prefix}service:https://a.example:operation:x`]);
    const left = await nodeRedis.pTTL(`${prefix}service:https://a.example:operation:x`);
    expect(left).toBeGreaterThan(100_000);
    expect(left).toBeLessThanOrEqual(140_000);
  });

  test.each([
    ["a prefix and a scope are joined by a colon", "live", "s", "live:s"],
    ["a colon at the end of the prefix is not doubled", "live:", "s", "live:s"],
    ["a hash tag is kept", "{resil}", "s", "{resil}:s"],
    ["no prefix, no colon", "", "s", "s"],
    ["spaces and control characters are encoded", "my app", "card\tpayments\n", "my%20app:card%09payments%0A"],
  ])("%s", async (_, prefix, scope, key) => {
    const keys: string[] = [];
    const client = {
      evalSha: async (_digest: string, options: { keys: string[] }) => {
        keys.push(...options.keys);
        return [0, 0, 0, 0, 0, 0];
      },
      eval: async () => [],
    };
    await redisBreakerStore(client, { prefix }).exchange(scope, request);
    expect(keys).toEqual([key]);
  });

  test("needs no other permission than the documented ACL gives", async () => {
    const prefix = newPrefix();
    const rules = [
      "on",
      ">secret",
      "resetkeys",
      `~${prefix}*`,
      "-@all",
      "+eval",
      "+evalsha",
      "+get",
      "+set",
      "+time",
      "+info",
    ];
    await nodeRedis.sendCommand(["ACL", "SETUSER", `resil-${process.pid}`, ...rules]);
    const { hostname, port } = new URL(server.url);
    const url = `redis://resil-${process.pid}:secret@${hostname}:${port}`;
    const limited = [await createClient({ url }).connect(), new Redis(url)] as const;
    try {
      for (const client of limited) {
        await ioRedis.script("FLUSH");
        const store = redisBreakerStore(client, { prefix });
        await expect.poll(() => store.isStarting?.()).toBe(false);
        expect((await store.exchange("s", request)).isOpen).toBe(true);
        const other = redisBreakerStore(client, { prefix: "other" });
        await expect(other.exchange("s", request)).rejects.toThrow(/permission/);
      }
    } finally {
      limited[0].destroy();
      limited[1].disconnect();
      await nodeRedis.sendCommand(["ACL", "DELUSER", `resil-${process.pid}`]);
    }
  });

  test.each(["node-redis", "ioredis"])("a first connection in progress is no outage, by %s", async (name) => {
    const client = name === "ioredis" ? new Redis(server.url) : createClient({ url: server.url }).on("error", () => {});
    if ("connect" in client && name !== "ioredis") void client.connect();
    const store = redisBreakerStore(client as Redis, { prefix: newPrefix() });
    expect(store.isStarting?.()).toBe(true);
    await expect.poll(() => store.isStarting?.()).toBe(false);
    expect((await store.exchange("s", request)).isOpen).toBe(true);
    if (client instanceof Redis) client.disconnect();
    else client.destroy();
    expect(store.isStarting?.()).toBe(false);
  });

  test.each([
    ["text", "garbage"],
    ["other JSON", "[1,2]"],
    ["a number", "7"],
    ["a state with an era of the far future", stateText({ era: 9e14, isOpen: true, openUntil: 1 })],
    ["a state that is open for ever", stateText({ era: 1, isOpen: true, openUntil: 9e14 })],
    ["a window of nonsense", stateText({ era: 1, leases: { a: "b" }, window: [["x"], 7] })],
  ])("takes %s in its key for nothing", async (_, text) => {
    const prefix = newPrefix();
    await nodeRedis.set(`${prefix}s`, text);
    const store = redisBreakerStore(nodeRedis, { prefix });
    expect((await store.exchange("s", { ...request, attempts: 0 })).isOpen).toBe(false);
    expect((await store.exchange("s", request)).isOpen).toBe(true);
  });

  test("with something else than a text in its key rejects", async () => {
    const prefix = newPrefix();
    await nodeRedis.lPush(`${prefix}s`, "x");
    await expect(redisBreakerStore(nodeRedis, { prefix }).exchange("s", request)).rejects.toThrow(/WRONGTYPE/);
  });
});

test("a client that is not connected is not asked: it would ask later, when nobody waits any more", async () => {
  const clients = [createClient({ url: "redis://127.0.0.1:1" }), new Redis({ port: 1, lazyConnect: true })];
  const [nodeRedis, ioRedis] = clients as [ReturnType<typeof createClient>, Redis];
  await expect(redisBreakerStore(nodeRedis).exchange("s", request)).rejects.toThrow("not connected");
  ioRedis.disconnect();
  await expect(redisBreakerStore(ioRedis).exchange("s", request)).rejects.toThrow("not connected");
});
