import { AsyncLocalStorage } from "node:async_hooks";
import { describe, expect, test, vi } from "vitest";
import { getWith, Rig } from "../../../tests/rig/rig.js";
import { defaults } from "../../src/policies/defaults.js";
import type { BreakerPolicy } from "../../src/policies/types.js";
import { VirtualClock } from "../testing/index.js";
import { type BreakerStore, type ExchangeReply, memoryStore, sharedStore } from "./index.js";

/** Opens after four failed calls, for 5 s. */
const shared: BreakerPolicy = {
  ...defaults.breaker,
  minimumCalls: 4,
  cooldown: 5_000,
  cooldownMax: 30_000,
  shared: true,
};
const thing = getWith({ breaker: shared });

interface Fleet {
  readonly clock: VirtualClock;
  /** Processes: clients that share nothing but the store. */
  readonly rigs: readonly Rig[];
  requests(): number;
  /** Every process makes a call; how they ended. */
  round(calls?: number): Promise<string[]>;
}

function fleet(size: number, store?: BreakerStore, policy: BreakerPolicy = shared): Fleet {
  const clock = new VirtualClock();
  const common = store ?? memoryStore({ now: () => clock.date() });
  const rigs = Array.from({ length: size }, () => new Rig({ clock, random: () => 0, store: sharedStore(common) }));
  const operation = getWith({ breaker: policy });
  return {
    clock,
    rigs,
    requests: () => rigs.reduce((sum, rig) => sum + rig.requests, 0),
    round: async (calls = 1) => {
      const all = rigs.flatMap((rig) => Array.from({ length: calls }, () => rig.call(operation).result()));
      const ends = await clock.run(Promise.all(all));
      return ends.map((end) => (end.ok ? "ok" : end.error.code));
    },
  };
}

const each = (size: number, end: string): string[] => new Array<string>(size).fill(end);

/** A store that does what the test says, for as long as it says. */
function troubled(inner: BreakerStore) {
  const trouble: { how: "none" | "silent" | "refuses" | "garbage" } = { how: "none" };
  const exchange = vi.fn<BreakerStore["exchange"]>((scope, request) => {
    if (trouble.how === "silent") return new Promise(() => {});
    if (trouble.how === "refuses") return Promise.reject(new Error("away"));
    if (trouble.how === "garbage") return Promise.resolve({ era: "x" } as unknown as ExchangeReply);
    return inner.exchange(scope, request);
  });
  return { trouble, store: { exchange } };
}

describe("processes that share a store", () => {
  test("open together, when what they counted together is enough", async () => {
    const { clock, rigs, round, requests } = fleet(4);
    for (const rig of rigs) rig.usually = 500;
    expect(await round()).toEqual(each(4, "unexpected-response"));
    await clock.advance(0);
    expect(rigs.map((rig) => rig.client.resilience.operation("getThing").state)).toContain("open");
    await clock.advance(250);
    await round();
    const sent = requests();
    expect(await round()).toEqual(each(4, "breaker-open"));
    expect(requests()).toBe(sent);
  });

  test("do not open for one of them that alone sees failures", async () => {
    const { clock, rigs, round } = fleet(10);
    const [sick] = rigs;
    if (sick) sick.usually = 500;
    for (let count = 0; count < 6; count++) {
      await round();
      await clock.advance(300);
    }
    const states = rigs.map((rig) => rig.client.resilience.operation("getThing").state);
    expect(states).toEqual(["open", ...each(9, "closed")]);
  });

  test("make one probe between them, and close together", async () => {
    const { clock, rigs, round, requests } = fleet(8);
    for (const rig of rigs) rig.usually = 500;
    for (let count = 0; count < 3; count++) {
      await round();
      await clock.advance(250);
    }
    expect(rigs.every((rig) => rig.client.resilience.operation("getThing").state === "open")).toBe(true);
    for (const rig of rigs) rig.usually = { status: 200, after: 100 };
    await clock.advance("5s");
    const sent = requests();
    const ends = await round(3);
    expect(requests() - sent).toBe(1);
    expect(ends.filter((end) => end === "ok")).toHaveLength(1);
    expect(ends.filter((end) => end === "breaker-open")).toHaveLength(23);
    await clock.advance(250);
    expect(await round()).toEqual(each(8, "ok"));
    expect(rigs.every((rig) => rig.heard("breaker").at(-1)?.state === "closed")).toBe(true);
  });

  test("stay open for longer, all of them, when the probe fails", async () => {
    const { clock, rigs, round, requests } = fleet(5);
    for (const rig of rigs) rig.usually = 500;
    for (let count = 0; count < 3; count++) {
      await round();
      await clock.advance(250);
    }
    await clock.advance("5s");
    await round();
    const sent = requests();
    await clock.advance("9s");
    expect(await round(2)).toEqual(each(10, "breaker-open"));
    expect(requests()).toBe(sent);
    await clock.advance("2s");
    await round(2);
    expect(requests()).toBe(sent + 1);
  });

  test("forget a process that died with its probe", async () => {
    const { clock, rigs, round, requests } = fleet(3);
    for (const rig of rigs) rig.usually = 500;
    for (let count = 0; count < 3; count++) {
      await round();
      await clock.advance(250);
    }
    await clock.advance("5s");
    const [dead, ...others] = rigs;
    if (dead) dead.usually = { after: "never" };
    void dead?.call(thing).result();
    await clock.advance(10);
    const sent = requests();
    for (const rig of others) {
      rig.usually = 200;
      expect(await rig.end(thing)).toMatchObject({ ok: false });
    }
    expect(requests()).toBe(sent);
    await clock.advance("31s");
    const ends = await clock.run(Promise.all(others.map((rig) => rig.call(thing).result())));
    expect(ends.filter(({ ok }) => ok)).toHaveLength(1);
  });

  test("are told of the probe that counts, also by a process whose earlier one was lost", async () => {
    const { clock, rigs, round } = fleet(2, undefined, { ...shared, cooldownMax: 5_000 });
    const operation = getWith({ breaker: { ...shared, cooldownMax: 5_000 } });
    const [one, other] = rigs;
    if (one === undefined || other === undefined) throw new Error("no process");
    for (const rig of rigs) rig.usually = 500;
    for (let count = 0; count < 4; count++) {
      await round();
      await clock.advance(250);
    }
    await clock.advance("5s");
    one.usually = { after: 20_000 };
    const lost = one.call(operation).result();
    await clock.advance("6s");
    expect(await clock.run(other.call(operation).result())).toMatchObject({ ok: false, attempts: 1 });
    await clock.advance(300);
    expect(await one.error(operation)).toMatchObject({ code: "breaker-open" });
    await clock.run(lost);
    await clock.advance("6s");
    one.usually = 200;
    other.usually = 200;
    expect(await clock.run(one.call(operation).result())).toMatchObject({ ok: true });
    await clock.advance(300);
    expect(await clock.run(other.call(operation).result())).toMatchObject({ ok: true });
  });

  test("of two APIs, each has breakers of its own, although the operations have one name", async () => {
    const clock = new VirtualClock();
    const exchange = vi.fn(memoryStore({ now: () => clock.date() }).exchange);
    for (const server of ["https://one.example/v1", "https://two.example/v1"])
      await new Rig({ clock, api: { servers: [server] }, store: sharedStore({ exchange }) }).end(thing);
    const scopes = exchange.mock.calls.map(([scope]) => scope);
    expect(scopes).toEqual([
      "service:https://one.example:operation:getThing",
      "service:https://two.example:operation:getThing",
    ]);
  });
});

describe("the hot path", () => {
  test("does not wait for a store that is silent", async () => {
    const { trouble, store } = troubled(memoryStore());
    trouble.how = "silent";
    const { clock, rigs, round } = fleet(1, store);
    expect(await round(5)).toEqual(each(5, "ok"));
    expect(clock.now()).toBe(0);
    expect(rigs[0]?.requests).toBe(5);
  });

  test("asks the store seldom: not for each call", async () => {
    const { store } = troubled(memoryStore());
    const { clock, round } = fleet(1, store);
    for (let count = 0; count < 100; count++) {
      await round(5);
      await clock.advance(10);
    }
    expect(store.exchange.mock.calls.length).toBeLessThanOrEqual(6);
  });

  test("of a breaker that is not shared knows no store", async () => {
    const { store } = troubled(memoryStore());
    await fleet(1, store, { ...shared, shared: false }).round();
    expect(store.exchange).not.toHaveBeenCalled();
  });

  test("makes no request to the store before the first call", () => {
    const { store } = troubled(memoryStore());
    fleet(1, store);
    expect(store.exchange).not.toHaveBeenCalled();
  });
});

describe.each(["silent", "refuses", "garbage"] as const)("a store that is away (%s)", (how) => {
  const because = { silent: "timeout", refuses: "error", garbage: "garbage" }[how];

  test("from the start: each process goes on by itself, and says so once", async () => {
    const { trouble, store } = troubled(memoryStore());
    trouble.how = how;
    const { clock, rigs, round, requests } = fleet(2, store);
    for (const rig of rigs) rig.usually = 500;
    for (let count = 0; count < 4; count++) {
      expect(await round()).toEqual(each(2, "unexpected-response"));
      await clock.advance(300);
    }
    expect(await round()).toEqual(each(2, "breaker-open"));
    for (const rig of rigs) rig.usually = 200;
    await clock.advance("6s");
    const sent = requests();
    expect(await round()).toEqual(each(2, "ok"));
    expect(requests() - sent).toBe(2);
    for (const rig of rigs) expect(rig.heard("store")).toEqual([{ type: "store", available: false, because }]);
  });

  test("is tried once per interval, not at each call, and found within two intervals of its return", async () => {
    const { trouble, store } = troubled(memoryStore());
    trouble.how = how;
    const { clock, rigs, round } = fleet(1, store);
    for (let count = 0; count < 200; count++) {
      await round();
      await clock.advance(50);
    }
    expect(store.exchange.mock.calls.length).toBeLessThanOrEqual(10_000 / 250 + 1);
    trouble.how = "none";
    for (let count = 0; count < 10; count++) {
      await round();
      await clock.advance(50);
    }
    expect(rigs[0]?.heard("store").map(({ available }) => available)).toEqual([false, true]);
  });

  test("in the middle of an outage: what was open stays open, and is probed locally", async () => {
    const clockOf: { clock?: VirtualClock } = {};
    const { trouble, store } = troubled(memoryStore({ now: () => clockOf.clock?.date() ?? 0 }));
    const { clock, rigs, round, requests } = fleet(2, store);
    clockOf.clock = clock;
    for (const rig of rigs) rig.usually = 500;
    for (let count = 0; count < 4; count++) {
      await round();
      await clock.advance(250);
    }
    trouble.how = how;
    expect(await round()).toEqual(each(2, "breaker-open"));
    for (const rig of rigs) rig.usually = 200;
    await clock.advance("6s");
    const sent = requests();
    await round();
    await round();
    expect(requests() - sent).toBeGreaterThanOrEqual(2);
    expect(rigs.every((rig) => rig.client.resilience.operation("getThing").state === "closed")).toBe(true);
    trouble.how = "none";
    await clock.advance("31s");
    for (let count = 0; count < 3; count++) {
      await round();
      await clock.advance(300);
    }
    expect(await round()).toEqual(each(2, "ok"));
  });
});

describe("leave for a probe", () => {
  test("is waited for by the one call that would make it, and not for long", async () => {
    const clockOf: { clock?: VirtualClock } = {};
    const { trouble, store } = troubled(memoryStore({ now: () => clockOf.clock?.date() ?? 0 }));
    const { clock, rigs, round } = fleet(1, store);
    clockOf.clock = clock;
    const [rig] = rigs;
    if (rig === undefined) throw new Error("no process");
    rig.usually = 500;
    await round(4);
    await clock.advance("6s");
    trouble.how = "silent";
    rig.usually = 200;
    const before = clock.now();
    expect(await round(3)).toEqual(["ok", "breaker-open", "breaker-open"]);
    expect(clock.now() - before).toBe(250);
  });

  test("that comes when nobody waits any more is given back", async () => {
    const clock = new VirtualClock();
    const inner = memoryStore({ now: () => clock.date() });
    let lateMs = 0;
    const slow: BreakerStore = {
      exchange: async (scope, request) => {
        const reply = await inner.exchange(scope, request);
        if (lateMs > 0) await new Promise<void>((resolve) => clock.setTimer(resolve, lateMs));
        return reply;
      },
    };
    const rig = new Rig({ clock, random: () => 0, store: sharedStore(slow) });
    const other = new Rig({ clock, random: () => 0, store: sharedStore(inner) });
    rig.usually = 500;
    for (let count = 0; count < 4; count++) await rig.end(thing);
    await other.end(thing);
    await clock.advance("6s");
    lateMs = 1_000;
    const controller = new AbortController();
    const call = rig.call(thing, {}, { signal: controller.signal }).result();
    await clock.advance(10);
    controller.abort();
    expect(await clock.run(call)).toMatchObject({ ok: false, error: { code: "aborted" } });
    await clock.advance("2s");
    expect(await other.end(thing)).toMatchObject({ ok: true });
  });

  test("for a call that was aborted meanwhile is given back too", async () => {
    const clock = new VirtualClock();
    const inner = memoryStore({ now: () => clock.date() });
    const slow: BreakerStore = {
      exchange: async (scope, request) => {
        const reply = await inner.exchange(scope, request);
        if (request.event === "claim") await new Promise<void>((resolve) => clock.setTimer(resolve, 100));
        return reply;
      },
    };
    const [rig, other] = [slow, inner].map((store) => new Rig({ clock, random: () => 0, store: sharedStore(store) }));
    if (rig === undefined || other === undefined) throw new Error("no process");
    rig.usually = 500;
    for (let count = 0; count < 4; count++) await rig.end(thing);
    await other.end(thing);
    await clock.advance("6s");
    const controller = new AbortController();
    const call = rig.call(thing, {}, { signal: controller.signal }).result();
    await clock.advance(10);
    controller.abort();
    await clock.run(call);
    await clock.advance("1s");
    expect(await other.end(thing)).toMatchObject({ ok: true });
  });

  test("an abort while it is asked for ends the call at once, and leaves nothing behind", async () => {
    const { trouble, store } = troubled(memoryStore({ now: () => 0 }));
    const { clock, rigs, round } = fleet(1, store);
    const [rig] = rigs;
    if (rig === undefined) throw new Error("no process");
    rig.usually = 500;
    await round(4);
    await clock.advance("1h");
    trouble.how = "silent";
    const controller = new AbortController();
    const call = rig.call(thing, {}, { signal: controller.signal }).result();
    await clock.advance(1);
    controller.abort();
    expect(await clock.run(call)).toMatchObject({ ok: false, error: { code: "aborted", sent: "no" } });
    await clock.advance("1s");
    expect(clock.pending).toBe(0);
  });
});

test("a call that waited for permission to probe goes on in its own async context", async () => {
  const clock = new VirtualClock();
  const users = new AsyncLocalStorage<string>();
  const inner = memoryStore({ now: () => clock.date() });
  const slow: BreakerStore = {
    exchange: async (scope, request) => {
      await new Promise<void>((resolve) => clock.setTimer(resolve, 50));
      return inner.exchange(scope, request);
    },
  };
  const senders: unknown[] = [];
  const rig: Rig = new Rig({
    clock,
    random: () => 0,
    store: sharedStore(slow),
    transport: (input, init) => {
      senders.push(users.getStore());
      return rig.send(input, init);
    },
  });
  rig.usually = 500;
  for (let count = 0; count < 4; count++) await rig.end(thing);
  await clock.advance("6s");
  rig.usually = 200;
  senders.length = 0;
  const calls = ["ann", "bob", "eve"].map((user) => users.run(user, () => rig.call(thing).result()));
  // The clock goes on in nobody's context.
  const ends = await clock.run(Promise.all(calls));
  expect(ends.map(({ ok }) => ok)).toEqual([true, false, false]);
  expect(senders).toEqual(["ann"]);
});

test("a store that lost its memory is told what was open", async () => {
  const clock = new VirtualClock();
  let inner = memoryStore({ now: () => clock.date() });
  const store: BreakerStore = { exchange: (scope, request) => inner.exchange(scope, request) };
  const { rigs, round } = fleet(1, store, { ...shared, cooldown: 20_000 });
  const [rig] = rigs;
  if (rig === undefined) throw new Error("no process");
  rig.usually = 500;
  await round(4);
  await rig.clock.advance(300);
  inner = memoryStore({ now: () => clock.date() });
  expect(await round()).toEqual(["breaker-open"]);
  await rig.clock.advance(0);
  const other = new Rig({ clock: rig.clock, store: sharedStore(store) });
  const operation = getWith({ breaker: { ...shared, cooldown: 20_000 } });
  await other.end(operation);
  expect(await other.error(operation)).toMatchObject({ code: "breaker-open" });
});

describe("a store whose first connection is being made", () => {
  /** One that is connecting for as long as the test says. */
  function connecting() {
    const state = { isStarting: true };
    const inner = memoryStore({ now: () => 0 });
    const exchange = vi.fn<BreakerStore["exchange"]>((scope, request) => inner.exchange(scope, request));
    return { state, store: { exchange, isStarting: () => state.isStarting } };
  }

  test("is not away, and is asked as soon as it is there", async () => {
    const { state, store } = connecting();
    const { clock, rigs, round } = fleet(1, store);
    for (let count = 0; count < 4; count++) {
      await round();
      await clock.advance("1s");
    }
    expect(store.exchange).not.toHaveBeenCalled();
    state.isStarting = false;
    await round();
    await clock.advance(0);
    expect(store.exchange).toHaveBeenCalledTimes(1);
    expect(rigs[0]?.heard("store")).toEqual([]);
  });

  test("is away when that has taken 5 s, and back when it is there", async () => {
    const { state, store } = connecting();
    const { clock, rigs, round } = fleet(1, store);
    for (let count = 0; count < 8; count++) {
      await round();
      await clock.advance("1s");
    }
    expect(rigs[0]?.heard("store")).toEqual([{ type: "store", available: false, because: "timeout" }]);
    state.isStarting = false;
    await round();
    await clock.advance(0);
    expect(rigs[0]?.heard("store").map(({ available }) => available)).toEqual([false, true]);
  });

  test("does not hold up a probe", async () => {
    const { clock, rigs, round } = fleet(1, connecting().store);
    const [rig] = rigs;
    if (rig === undefined) throw new Error("no process");
    rig.usually = 500;
    await round(4);
    await clock.advance("6s");
    rig.usually = 200;
    const before = clock.now();
    expect(await round()).toEqual(["ok"]);
    expect(clock.now()).toBe(before);
  });
});

test("a store whose `isStarting` throws fails no call", async () => {
  const isStarting = (): boolean => {
    throw new Error("broken");
  };
  const { round } = fleet(1, { ...memoryStore({ now: () => 0 }), isStarting });
  expect(await round()).toEqual(["ok"]);
});

test("a store that hangs is not asked without end", async () => {
  const exchange = vi.fn<BreakerStore["exchange"]>(() => new Promise(() => {}));
  const { clock, round } = fleet(1, { exchange });
  for (let count = 0; count < 600; count++) {
    await round();
    await clock.advance(200);
  }
  // 50 at about 3 per second, then one every 5 s.
  expect(exchange.mock.calls.length).toBeLessThan(50 + 120_000 / 5_000 + 1);
});

test("what is no length of time is refused", () => {
  expect(() => sharedStore(memoryStore(), { patience: "soon" as never })).toThrow(RangeError);
});
