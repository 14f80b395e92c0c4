import type { Policies } from "../../runtime/src/policies/types.js";

/** The load of one process on a failing server, at some call rate. */
export interface Amplification {
  /** Calls per second. */
  readonly calls: number;
  /** Maximum attempts per second, averaged over many seconds. */
  readonly attempts: number;
}

/** The call rate that a bulkhead sustains (Little's law: rate = slots ÷ duration). */
export interface Throughput {
  /** Duration of one attempt, in ms. */
  readonly attemptMs: number;
  readonly callsPerSecond: number;
}

const rates = [1, 10, 100, 1_000];
const usualTimes = [50, 200, 1_000];

/** The worst-case load from retries, before the breaker opens: every attempt fails and every allowed retry is made. */
export function amplification({ retry }: Policies): Amplification[] {
  return rates.map((calls) => {
    if (!retry) return { calls, attempts: calls };
    const { maxRetries, budget } = retry;
    const unbounded = calls * (1 + maxRetries);
    const attempts = budget ? Math.min(unbounded, calls * (1 + budget.ratio) + budget.minPerSecond) : unbounded;
    return { calls, attempts };
  });
}

/** Calls per second that the bulkhead of one process sustains, by attempt duration; the last is the attempt timeout. */
export function throughput({ bulkhead, timeout }: Policies): Throughput[] {
  if (!bulkhead) return [];
  const limit = timeout.attempt || timeout.total;
  const times = limit === false ? usualTimes : [...usualTimes.filter((ms) => ms < limit), limit];
  return times.map((attemptMs) => ({ attemptMs, callsPerSecond: (bulkhead.concurrency * 1_000) / attemptMs }));
}
