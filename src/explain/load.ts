import type { Policies } from "../../runtime/src/policies/types.js";

/** What a failing server gets to see at some rate of calls of one process. */
export interface Amplification {
  /** Calls per second. */
  readonly calls: number;
  /** Attempts per second at most, over many seconds. */
  readonly attempts: number;
}

/** How many calls go through the places of a bulkhead (Little's law: rate = places ÷ time). */
export interface Throughput {
  /** Time that one attempt takes, in ms. */
  readonly attemptMs: number;
  readonly callsPerSecond: number;
}

const rates = [1, 10, 100, 1_000];
const usualTimes = [50, 200, 1_000];

/** The load that retries add in the worst case, before the breaker opens: each call fails, and is repeated as often as it may. */
export function amplification({ retry }: Policies): Amplification[] {
  return rates.map((calls) => {
    if (!retry) return { calls, attempts: calls };
    const { maxRetries, budget } = retry;
    const unbounded = calls * (1 + maxRetries);
    const attempts = budget ? Math.min(unbounded, calls * (1 + budget.ratio) + budget.minPerSecond) : unbounded;
    return { calls, attempts };
  });
}

/** Calls per second that the bulkhead lets through in one process, by how long an attempt takes; the last is the longest. */
export function throughput({ bulkhead, timeout }: Policies): Throughput[] {
  if (!bulkhead) return [];
  const limit = timeout.attempt || timeout.total;
  const times = limit === false ? usualTimes : [...usualTimes.filter((ms) => ms < limit), limit];
  return times.map((attemptMs) => ({ attemptMs, callsPerSecond: (bulkhead.concurrency * 1_000) / attemptMs }));
}
