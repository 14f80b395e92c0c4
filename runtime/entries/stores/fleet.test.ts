// Hundreds of outages in virtual time: fleets, windows, rates, slow stores, and losses of the store at any moment.
import { describe, expect, test } from "vitest";
import { type FleetPlan, type FleetRecord, type Loss, runFleet } from "../../../tests/rig/shared-fleet.js";
import { defaults } from "../../src/policies/defaults.js";
import { seededRandom } from "../testing/index.js";

const intervalMs = 250;
const seeds = 200;

const between = (random: () => number, least: number, most: number): number => least + random() * (most - least);
const whole = (random: () => number, least: number, most: number): number => Math.round(between(random, least, most));

function planOf(
  seed: number,
  lossesOf: (random: () => number, processes: number) => readonly Loss[] = () => [],
): FleetPlan {
  const random = seededRandom(seed);
  const processes = whole(random, 2, 12);
  const cooldown = whole(random, 500, 2_000);
  return {
    processes,
    policy: {
      ...defaults.breaker,
      shared: true,
      window: whole(random, 1_000, 60_000),
      minimumCalls: whole(random, 2, 20),
      failureRate: between(random, 0.3, 0.6),
      cooldown,
      cooldownMax: cooldown * whole(random, 1, 8),
    },
    rates: Array.from({ length: processes }, () => between(random, 2, 20)),
    attemptMs: between(random, 1, 200),
    storeMs: between(random, 0, 200),
    outage: { from: 5_000, to: 22_000, failureRate: seed % 3 === 0 ? between(random, 0.6, 1) : 1 },
    losses: lossesOf(random, processes),
    until: 36_000,
    random,
  };
}

/** The most probes within one cool-down, which is the shortest round. Moments in `except` do not count. */
function mostPerRound(
  { probes }: FleetRecord,
  { policy }: FleetPlan,
  except: (at: number) => boolean,
): string | undefined {
  const times = probes.map(({ at }) => at).filter((at) => !except(at));
  const worst = Math.max(
    0,
    ...times.map((at) => times.filter((other) => at <= other && other < at + policy.cooldown).length),
  );
  return worst <= 2 ? undefined : `${worst} probes within ${policy.cooldown} ms: ${times.join(", ")}`;
}

/** How far apart the processes closed after the outage, beyond what the store and their own calls took. */
function closingSpread(
  { changes, calls }: FleetRecord,
  plan: FleetPlan,
  isAlone: (at: number) => boolean,
): string | undefined {
  const opened = new Set<number>();
  const closings = new Map<number, number>();
  for (const { at, process, state } of changes) {
    if (state !== "closed") {
      opened.add(process);
      if (at >= plan.outage.to) closings.delete(process);
    } else if (at >= plan.outage.to - intervalMs) closings.set(process, at);
  }
  const first = Math.min(...closings.values());
  if (isAlone(first)) return undefined;
  for (const [process, at] of closings) {
    // The store hears of the first; a process does when it is used, an interval after it last asked.
    const known = first + plan.storeMs / 2 + intervalMs;
    const use = calls.find((call) => call.process === process && call.at >= known)?.at ?? known;
    if (at > use + plan.storeMs + 1) return `process ${process} closed ${at - first} ms after the first`;
  }
  return undefined;
}

/** What must hold, and does not. */
function problemsOf(seed: number, record: FleetRecord, plan: FleetPlan, isAlone: (at: number) => boolean): string[] {
  const longestWait = Math.max(0, ...record.waits);
  const problems = [
    mostPerRound(record, plan, isAlone),
    closingSpread(record, plan, isAlone),
    record.changes.length > 0 && record.probes.length === 0 ? "no probe at all" : undefined,
    longestWait > intervalMs + 0.001 ? `a call waited ${longestWait} ms for the store` : undefined,
  ];
  return problems.filter((problem) => problem !== undefined).map((problem) => `outage ${seed}: ${problem}`);
}

const all = Array.from({ length: seeds }, (_, seed) => seed + 1);

describe("a fleet that shares a breaker", () => {
  test(`makes at most two probes per round while the store is there (${seeds} outages)`, async () => {
    const problems: string[] = [];
    for (const seed of all) {
      const plan = planOf(seed);
      const record = await runFleet(plan);
      problems.push(...problemsOf(seed, record, plan, () => false));
    }
    expect(problems).toEqual([]);
  });

  test(`that loses its store shares again within two intervals of its return (${seeds} outages)`, async () => {
    const problems: string[] = [];
    for (const seed of all) {
      const plan = planOf(seed, (random, processes) =>
        Array.from({ length: whole(random, 1, 2) }, () => {
          const from = between(random, 1_000, 20_000);
          return {
            from,
            to: from + between(random, 100, 10_000),
            process: random() < 0.6 ? "all" : whole(random, 0, processes - 1),
            how: random() < 0.5 ? "silent" : "refuses",
            forgets: random() < 0.3,
          };
        }),
      );
      const record = await runFleet(plan);
      const isAlone = (at: number): boolean =>
        plan.losses.some(({ from, to }) => from <= at && at <= to + 2 * intervalMs + plan.storeMs);
      problems.push(...problemsOf(seed, record, plan, isAlone));
    }
    expect(problems).toEqual([]);
  });

  test("asks the store a bounded number of times, whatever fails", async () => {
    for (const seed of all.slice(0, 10)) {
      const plan = { ...planOf(seed), rates: new Array<number>(12).fill(100), storeMs: 2 };
      const { exchanges } = await runFleet({ ...plan, outage: { ...plan.outage, failureRate: 0.25 }, until: 15_000 });
      for (let process = 0; process < plan.processes; process++) {
        const times = exchanges.filter((exchange) => exchange.process === process).map(({ at }) => at);
        const worst = Math.max(...times.map((at) => times.filter((other) => at <= other && other < at + 1_000).length));
        expect([seed, worst <= 14]).toEqual([seed, true]);
      }
    }
  });
});
