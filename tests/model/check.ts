import fc from "fast-check";
import { scenario } from "./arbitrary.js";
import { drive, type Leftovers } from "./drive.js";
import { World } from "./reference-world.js";
import type { CallTrace, Scenario, Trace } from "./scenario.js";

export interface ModelReport {
  readonly runs: number;
  readonly calls: number;
  readonly attempts: number;
  readonly seed: number;
  /** What is different, and the smallest scenario for it; `undefined` when nothing is. */
  readonly difference: string | undefined;
}

/** How long a smaller run with a difference is looked for. */
const shrinkingMs = 30_000;

/** Plays random scenarios with the reference and with the runtime, and compares all that can be seen. */
export async function checkModel(runs: number, seed: number): Promise<ModelReport> {
  let calls = 0;
  let attempts = 0;
  let failedAt = Number.POSITIVE_INFINITY;
  const property = fc.asyncProperty(scenario, async (plan) => {
    // The smallest run is looked for only so long: what is not looked at any more passes.
    if (performance.now() - failedAt > shrinkingMs) return;
    const { trace, leftovers } = await drive(plan);
    calls += trace.calls.length;
    attempts += trace.calls.reduce((sum, call) => sum + call.attempts, 0);
    const problems = [...differences(new World(plan).play(), trace), ...broken(plan, trace, leftovers)];
    if (problems.length === 0) return;
    failedAt = Math.min(failedAt, performance.now());
    throw new Error(problems.join("\n"));
  });
  const { failed, counterexample, errorInstance } = await fc.check(property, { numRuns: runs, seed });
  const difference = failed
    ? `${(errorInstance as Error).message}\n${JSON.stringify(counterexample?.[0], undefined, 1)}`
    : undefined;
  return { runs, calls, attempts, seed, difference };
}

/** What the two saw differently. */
function differences(expected: Trace, actual: Trace): string[] {
  const calls = expected.calls.flatMap((call, index) => {
    const other = actual.calls[index];
    return (Object.keys(call) as (keyof CallTrace)[]).flatMap((name) =>
      same(call[name], other?.[name])
        ? []
        : [`call ${index}: ${name} should be ${shown(call[name])}, is ${shown(other?.[name])}`],
    );
  });
  const breakers = same(expected.breakers, actual.breakers)
    ? []
    : [`breakers should go ${shown(expected.breakers)}, go ${shown(actual.breakers)}`];
  const states = same(expected.states, actual.states)
    ? []
    : [`states should be ${shown(expected.states)}, are ${shown(actual.states)}`];
  return [...calls, ...breakers, ...states];
}

/** Rules that hold whatever happens. */
function broken({ operations, calls }: Scenario, trace: Trace, leftovers: Leftovers): string[] {
  const ofCalls = trace.calls.flatMap(({ attempts, requests, endedAt }, index) => {
    const { operation, at, timeout, maxRetries } = calls[index] as Scenario["calls"][number];
    const { policies } = operations[operation] as Scenario["operations"][number];
    const most = 1 + (policies.retry ? (maxRetries ?? policies.retry.maxRetries) : 0);
    const total = timeout?.total ?? policies.timeout.total;
    return [
      ...(attempts > most ? [`call ${index}: ${attempts} attempts, ${most} are allowed`] : []),
      ...(attempts === requests.length ? [] : [`call ${index}: ${attempts} attempts, ${requests.length} requests`]),
      ...(total !== false && endedAt > at + total ? [`call ${index}: ended ${endedAt - at - total} ms late`] : []),
    ];
  });
  const crowded = operations.flatMap(({ policies: { bulkhead } }, index) => {
    const crowd = leftovers.crowds[index] ?? 0;
    return bulkhead && crowd > bulkhead.concurrency ? [`operation ${index}: ${crowd} requests at once`] : [];
  });
  const { timers, listeners, running, queued, unsettled } = leftovers;
  const left = Object.entries({ timers, listeners, running, queued, unsettled }).filter(([, count]) => count !== 0);
  return [...ofCalls, ...crowded, ...left.map(([name, count]) => `${count} ${name} left behind`)];
}

/** Equal, numbers to the millisecond: dates hold no more, and sums are not the same in every order. */
function same(expected: unknown, actual: unknown): boolean {
  if (typeof expected === "number" && typeof actual === "number") {
    return expected === actual || Math.abs(expected - actual) < 1;
  }
  if (typeof expected !== "object" || expected === null || typeof actual !== "object" || actual === null) {
    return expected === actual;
  }
  const keys = new Set([...Object.keys(expected), ...Object.keys(actual)]);
  return [...keys].every((key) => same(Reflect.get(expected, key), Reflect.get(actual, key)));
}

function shown(value: unknown): string {
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
