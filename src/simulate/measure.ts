/** Policies that reject calls before anything is sent. */
export const rejectingPolicies = ["breaker", "bulkhead", "rateLimit"] as const;
export type RejectingPolicy = (typeof rejectingPolicies)[number];

/** What happened in one interval of the run. Calls are counted in the interval in which they start. */
export interface Bucket {
  calls: number;
  /** Calls that succeeded in time. */
  ok: number;
  /** Calls that the client rejected, by policy. */
  readonly rejected: Record<RejectingPolicy, number>;
  /** Requests that reached the server. */
  attempts: number;
  /** Requests that the server finished, and those whose client had given up. */
  done: number;
  wasted: number;
  /** Time until the caller had a result, in ms. */
  readonly times: number[];
  /** Requests in the server's queue at the end of the interval. */
  waiting: number;
  /** Share of clients whose breaker is not closed at the end of the interval. */
  open: number;
}

/** How one call ended. */
export interface CallEnd {
  readonly startedAt: number;
  readonly tookMs: number;
  readonly isOk: boolean;
  readonly rejectedBy: RejectingPolicy | undefined;
}

/** Collects what happens during a run. */
export class Measure {
  readonly buckets: Bucket[];
  readonly bucketMs: number;
  readonly patienceMs: number;
  /** How often the server executed each call. */
  readonly #executions = new Map<string, number>();

  constructor(durationMs: number, bucketMs: number, patienceMs: number) {
    this.bucketMs = bucketMs;
    this.patienceMs = patienceMs;
    this.buckets = Array.from({ length: Math.ceil(durationMs / bucketMs) }, () => ({
      calls: 0,
      ok: 0,
      rejected: { breaker: 0, bulkhead: 0, rateLimit: 0 },
      attempts: 0,
      done: 0,
      wasted: 0,
      times: [],
      waiting: 0,
      open: 0,
    }));
  }

  /** Calls that the server executed more than once. */
  get executedTwice(): number {
    return [...this.#executions.values()].filter((times) => times > 1).length;
  }

  ended({ startedAt, tookMs, isOk, rejectedBy }: CallEnd): void {
    const bucket = this.#at(startedAt);
    if (bucket === undefined) return;
    bucket.calls++;
    bucket.times.push(tookMs);
    if (isOk && tookMs <= this.patienceMs) bucket.ok++;
    if (rejectedBy !== undefined) bucket.rejected[rejectedBy]++;
  }

  arrived(at: number): void {
    const bucket = this.#at(at);
    if (bucket !== undefined) bucket.attempts++;
  }

  done(at: number, call: string, isWasted: boolean): void {
    this.#executions.set(call, (this.#executions.get(call) ?? 0) + 1);
    const bucket = this.#at(at);
    if (bucket === undefined) return;
    bucket.done++;
    if (isWasted) bucket.wasted++;
  }

  #at(ms: number): Bucket | undefined {
    return this.buckets[Math.floor(ms / this.bucketMs)];
  }
}
