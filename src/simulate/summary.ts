import { type Bucket, type Measure, type RejectingPolicy, rejectingPolicies } from "./measure.js";
import type { Scenario } from "./scenario.js";

/** Curves over the run, one number per interval; `null` if no call started in it. */
export interface Series {
  readonly bucketMs: number;
  /** Share of calls that succeeded in time. */
  readonly success: readonly (number | null)[];
  /** 95th percentile of the time until the caller had a result, in ms. */
  readonly latency: readonly (number | null)[];
  /** Calls per second that the client rejected, by policy. */
  readonly rejected: Readonly<Record<RejectingPolicy, readonly number[]>>;
  /** Requests per second that reached the server. */
  readonly load: readonly number[];
  /** Requests in its queue. */
  readonly waiting: readonly number[];
  /** Share of clients whose breaker is not closed. */
  readonly open: readonly number[];
}

export interface Summary {
  readonly calls: number;
  /** Shares of calls that succeeded in time: of all, and of those before, during, and after the faults. */
  readonly ok: number;
  readonly okBefore: number | null;
  readonly okDuring: number | null;
  readonly okAfter: number | null;
  /** Calls that the client rejected, in total and by policy. */
  readonly rejected: number;
  readonly rejectedBy: Readonly<Record<RejectingPolicy, number>>;
  readonly attempts: number;
  /** Peak requests per second, averaged over about a second. */
  readonly peakLoad: number;
  /** Share of the server's work whose client had given up. */
  readonly wasted: number;
  readonly latencyP95: number;
  readonly executedTwice: number;
  /** Time from the end of the last fault until calls succeed again, in ms; `null` if they don't within the run. */
  readonly recoveryMs: number | null;
}

/** A service has recovered once this share of calls succeeds. */
const recoveredShare = 0.9;

export function seriesOf({ buckets, bucketMs }: Measure): Series {
  const perSecond = 1_000 / bucketMs;
  return {
    bucketMs,
    success: buckets.map(({ ok, calls }) => (calls === 0 ? null : round(ok / calls))),
    latency: buckets.map(({ times }) => (times.length === 0 ? null : round(percentile(times, 0.95)))),
    rejected: byPolicy((policy) => buckets.map(({ rejected }) => round(rejected[policy] * perSecond))),
    load: buckets.map(({ attempts }) => round(attempts * perSecond)),
    waiting: buckets.map(({ waiting }) => waiting),
    open: buckets.map(({ open }) => open),
  };
}

function byPolicy<T>(of: (policy: RejectingPolicy) => T): Record<RejectingPolicy, T> {
  const [breaker, bulkhead, rateLimit] = rejectingPolicies;
  return { breaker: of(breaker), bulkhead: of(bulkhead), rateLimit: of(rateLimit) };
}

export function summaryOf(measure: Measure, { faults }: Scenario): Summary {
  const { buckets, bucketMs } = measure;
  const from = Math.min(...faults.map((fault) => fault.from));
  const to = Math.max(...faults.map((fault) => fault.to));
  const between = (start: number, end: number): Bucket[] =>
    buckets.filter((_, index) => index * bucketMs >= start && index * bucketMs < end);
  const sum = (of: (bucket: Bucket) => number, among: readonly Bucket[] = buckets): number =>
    among.reduce((total, bucket) => total + of(bucket), 0);
  const okShare = (among: readonly Bucket[]): number | null => {
    const calls = sum((bucket) => bucket.calls, among);
    return calls === 0 ? null : round(sum((bucket) => bucket.ok, among) / calls);
  };
  const done = sum((bucket) => bucket.done);
  const rejectedBy = byPolicy((policy) => sum(({ rejected }) => rejected[policy]));
  return {
    calls: sum((bucket) => bucket.calls),
    ok: okShare(buckets) ?? 1,
    okBefore: okShare(between(0, from)),
    okDuring: okShare(between(from, to)),
    okAfter: okShare(between(to, Number.POSITIVE_INFINITY)),
    rejected: rejectedBy.breaker + rejectedBy.bulkhead + rejectedBy.rateLimit,
    rejectedBy,
    attempts: sum((bucket) => bucket.attempts),
    peakLoad: round(peak(measure)),
    wasted: done === 0 ? 0 : round(sum((bucket) => bucket.wasted) / done),
    latencyP95: round(
      percentile(
        buckets.flatMap(({ times }) => times),
        0.95,
      ),
    ),
    executedTwice: measure.executedTwice,
    recoveryMs: recovery(measure, to),
  };
}

/** Peak requests per second, over at least a second: shorter intervals mostly show chance. */
function peak({ buckets, bucketMs }: Measure): number {
  const width = Math.max(1, Math.round(1_000 / bucketMs));
  const sums = buckets.map((_, index) =>
    buckets.slice(index, index + width).reduce((total, { attempts }) => total + attempts, 0),
  );
  return (Math.max(0, ...sums) * 1_000) / (width * bucketMs);
}

function recovery({ buckets, bucketMs }: Measure, faultEnd: number): number | null {
  const isBad = ({ ok, calls }: Bucket): boolean => calls > 0 && ok < recoveredShare * calls;
  const lastBad = buckets.findLastIndex(isBad);
  if (lastBad === buckets.length - 1) return null;
  return Math.max(0, Math.round((lastBad + 1) * bucketMs - faultEnd));
}

function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}

/** Three decimals: more are noise, and rounding would make pages differ. */
function round(number: number): number {
  return Math.round(number * 1_000) / 1_000;
}
