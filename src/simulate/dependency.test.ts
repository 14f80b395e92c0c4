import { describe, expect, test } from "vitest";
import { seededRandom } from "../../runtime/entries/testing/index.js";
import { EventClock } from "./clock.js";
import { actualCapacity, Dependency } from "./dependency.js";
import { type Scenario, scenarioOf } from "./scenario.js";

interface Done {
  readonly at: number;
  readonly call: string;
  readonly isWasted: boolean;
}

function rig(more: Partial<Scenario> = {}) {
  const scenario = { ...scenarioOf({ fail: [] }), faults: [], latency: 100, capacity: 100, backlog: 1_000, ...more };
  const clock = new EventClock();
  const done: Done[] = [];
  const log = {
    arrived: () => {},
    done: (at: number, call: string, isWasted: boolean) => done.push({ at, call, isWasted }),
  };
  const dependency = new Dependency(clock, seededRandom(1), scenario, log);
  /** Sends requests at an even rate and returns the duration of each. */
  const load = async (perSecond: number, seconds: number): Promise<number[]> => {
    const times: number[] = [];
    for (let index = 0; index < perSecond * seconds; index++) {
      clock.setTimer(
        () => {
          const from = clock.now();
          dependency.request(String(index), undefined).then(
            () => times.push(clock.now() - from),
            () => {},
          );
        },
        (index * 1_000) / perSecond,
      );
    }
    await clock.runUntil(clock.now() + seconds * 1_000);
    return times;
  };
  return { clock, dependency, done, load };
}

const mean = (numbers: readonly number[]): number => numbers.reduce((sum, one) => sum + one, 0) / numbers.length;

describe("the latency of the server", () => {
  test("is the configured one under low load, and grows with the load", async () => {
    const idle = mean(await rig().load(10, 30));
    const busy = mean(await rig().load(99, 60));
    const overloaded = mean(await rig().load(150, 30));
    expect(Math.abs(idle - 100)).toBeLessThan(10);
    expect(busy).toBeGreaterThan(idle * 1.1);
    expect(overloaded).toBeGreaterThan(busy * 10);
  });

  test("follows from a throughput that never exceeds the capacity", async () => {
    const { load, done } = rig();
    await load(200, 30);
    expect(Math.abs(done.length / 30 - 100)).toBeLessThan(6);
    expect(actualCapacity({ capacity: 75, latency: 100 })).toBe(80);
    expect(actualCapacity({ capacity: 1, latency: 100 })).toBe(10);
  });
});

test("the server finishes an abandoned request and counts it as wasted", async () => {
  const { clock, dependency, done } = rig();
  const controller = new AbortController();
  const answer = dependency.request("a", controller.signal).catch((reason: unknown) => reason);
  controller.abort("enough");
  expect(await answer).toBe("enough");
  await clock.runUntil(5_000);
  expect(done).toEqual([{ at: expect.any(Number), call: "a", isWasted: true }]);
});

test("a full queue returns 503 immediately", async () => {
  const { dependency } = rig({ capacity: 10, backlog: 2 });
  const answers = Array.from({ length: 4 }, (_, index) => dependency.request(String(index), undefined));
  expect((await answers[3])?.status).toBe(503);
  expect(dependency.waiting).toBe(2);
});

describe("faults", () => {
  const statusAt = async (fault: Scenario["faults"][number], at: number): Promise<number | string> => {
    const { clock, dependency } = rig({ faults: [fault] });
    await clock.runUntil(at);
    const answer = dependency.request("a", undefined).then(
      ({ status }) => status,
      (error: TypeError & { cause: { code: string } }) => error.cause.code,
    );
    await clock.runUntil(at + 60_000);
    return answer;
  };

  test("an outage refuses connections from its start until just before its end", async () => {
    const fault = { kind: "outage", from: 1_000, to: 2_000, amount: 1 } as const;
    expect([
      await statusAt(fault, 999),
      await statusAt(fault, 1_000),
      await statusAt(fault, 1_999),
      await statusAt(fault, 2_000),
    ]).toEqual([204, "ECONNREFUSED", "ECONNREFUSED", 204]);
  });

  test("flapping alternates between down and up, starting with down", async () => {
    const fault = { kind: "flapping", from: 1_000, to: 9_000, amount: 500 } as const;
    expect([await statusAt(fault, 1_400), await statusAt(fault, 1_600), await statusAt(fault, 2_100)]).toEqual([
      "ECONNREFUSED",
      204,
      "ECONNREFUSED",
    ]);
  });

  test("errors affect their share of requests", async () => {
    expect(await statusAt({ kind: "errors", from: 0, to: 9_000, amount: 1 }, 10)).toBe(503);
    expect(await statusAt({ kind: "errors", from: 0, to: 9_000, amount: 0 }, 10)).toBe(204);
  });

  test("a slow server takes longer by its factor, and a hanging one until the end of the fault", async () => {
    const timeWith = async (fault: Scenario["faults"][number]): Promise<number> => {
      const { clock, dependency, done } = rig({ faults: [fault] });
      void dependency.request("a", undefined);
      await clock.runUntil(60_000);
      return done[0]?.at ?? 0;
    };
    const normal = await timeWith({ kind: "slow", from: 0, to: 1_000, amount: 1 });
    expect(await timeWith({ kind: "slow", from: 0, to: 1_000, amount: 10 })).toBeCloseTo(10 * normal, 6);
    expect(await timeWith({ kind: "hang", from: 0, to: 7_000, amount: 1 })).toBeCloseTo(7_000 + normal, 6);
  });
});
