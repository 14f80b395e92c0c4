/** What happened in one stretch of the run; calls count where they began. */
export interface Bucket {
  calls: number;
  /** Answered well, in time. */
  ok: number;
  /** Refused by the client's own policies, at once: breaker, bulkhead, rate limit. */
  refused: number;
  /** Requests that came to the dependency. */
  attempts: number;
  /** Requests that it has worked on, and those of them that nobody waited for. */
  done: number;
  wasted: number;
  /** How long calls took until the caller knew, in ms. */
  readonly times: number[];
  /** Requests waiting in the dependency at the end of the stretch. */
  waiting: number;
  /** Share of the clients whose breaker is not closed, at the end of the stretch. */
  open: number;
}

/** How one call ended. */
export interface CallEnd {
  readonly startedAt: number;
  readonly tookMs: number;
  readonly isOk: boolean;
  readonly isRefused: boolean;
}

/** Collects what happens during a run. */
export class Measure {
  readonly buckets: Bucket[];
  readonly bucketMs: number;
  readonly patienceMs: number;
  /** How often each call was worked on. */
  readonly #executions = new Map<string, number>();

  constructor(durationMs: number, bucketMs: number, patienceMs: number) {
    this.bucketMs = bucketMs;
    this.patienceMs = patienceMs;
    this.buckets = Array.from({ length: Math.ceil(durationMs / bucketMs) }, () => ({
      calls: 0,
      ok: 0,
      refused: 0,
      attempts: 0,
      done: 0,
      wasted: 0,
      times: [],
      waiting: 0,
      open: 0,
    }));
  }

  /** Calls that were worked on more than once. */
  get executedTwice(): number {
    return [...this.#executions.values()].filter((times) => times > 1).length;
  }

  ended({ startedAt, tookMs, isOk, isRefused }: CallEnd): void {
    const bucket = this.#at(startedAt);
    if (bucket === undefined) return;
    bucket.calls++;
    bucket.times.push(tookMs);
    if (isOk && tookMs <= this.patienceMs) bucket.ok++;
    if (isRefused) bucket.refused++;
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
