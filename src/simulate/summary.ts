import type { Bucket, Measure } from "./measure.js";
import type { Scenario } from "./scenario.js";

/** Curves over the run, one number per stretch; `null`: no call began in it. */
export interface Series {
  readonly bucketMs: number;
  /** Share of the calls that were answered well and in time. */
  readonly success: readonly (number | null)[];
  /** 95 % of the callers knew how their call ended within this time, in ms. */
  readonly latency: readonly (number | null)[];
  /** Requests per second that came to the dependency. */
  readonly load: readonly number[];
  /** Requests waiting in it. */
  readonly waiting: readonly number[];
  /** Share of the clients whose breaker is not closed. */
  readonly open: readonly number[];
}

export interface Summary {
  readonly calls: number;
  /** Shares of the calls that were answered well and in time: of all, of those before, during and after the faults. */
  readonly ok: number;
  readonly okBefore: number | null;
  readonly okDuring: number | null;
  readonly okAfter: number | null;
  /** Calls that the client's own policies refused at once. */
  readonly refused: number;
  readonly attempts: number;
  /** Most requests per second, over about a second. */
  readonly peakLoad: number;
  /** Share of the dependency's work that nobody waited for any more. */
  readonly wasted: number;
  readonly latencyP95: number;
  readonly executedTwice: number;
  /** From the end of the last fault until calls go well again for good, in ms; `null`: not within the run. */
  readonly recoveryMs: number | null;
}

/** Calls go well when so many of them do. */
const wellShare = 0.9;

export function seriesOf({ buckets, bucketMs }: Measure): Series {
  const perSecond = 1_000 / bucketMs;
  return {
    bucketMs,
    success: buckets.map(({ ok, calls }) => (calls === 0 ? null : round(ok / calls))),
    latency: buckets.map(({ times }) => (times.length === 0 ? null : round(percentile(times, 0.95)))),
    load: buckets.map(({ attempts }) => round(attempts * perSecond)),
    waiting: buckets.map(({ waiting }) => waiting),
    open: buckets.map(({ open }) => open),
  };
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
  return {
    calls: sum((bucket) => bucket.calls),
    ok: okShare(buckets) ?? 1,
    okBefore: okShare(between(0, from)),
    okDuring: okShare(between(from, to)),
    okAfter: okShare(between(to, Number.POSITIVE_INFINITY)),
    refused: sum((bucket) => bucket.refused),
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

/** Most requests per second, over stretches of a second at least: shorter ones show chance. */
function peak({ buckets, bucketMs }: Measure): number {
  const width = Math.max(1, Math.round(1_000 / bucketMs));
  const sums = buckets.map((_, index) =>
    buckets.slice(index, index + width).reduce((total, { attempts }) => total + attempts, 0),
  );
  return (Math.max(0, ...sums) * 1_000) / (width * bucketMs);
}

function recovery({ buckets, bucketMs }: Measure, faultEnd: number): number | null {
  const isBad = ({ ok, calls }: Bucket): boolean => calls > 0 && ok < wellShare * calls;
  const lastBad = buckets.findLastIndex(isBad);
  if (lastBad === buckets.length - 1) return null;
  return Math.max(0, Math.round((lastBad + 1) * bucketMs - faultEnd));
}

function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}

/** Three decimals: more are noise, and would make pages differ by rounding. */
function round(number: number): number {
  return Math.round(number * 1_000) / 1_000;
}
