import type { Policies } from "../../runtime/src/policies/types.js";

/** A stretch of a call's time. `to: null`: nothing ends it. Times are ms from the call's start. */
export interface Segment {
  readonly kind: "queue" | "attempt" | "wait";
  readonly from: number;
  readonly to: number | null;
  /** Number of the attempt that runs, or that is waited for. */
  readonly attempt: number;
  /** Ended by the deadline before its own time. */
  readonly isCut: boolean;
}

/** The longest that one call can take. */
export interface Timeline {
  readonly segments: readonly Segment[];
  /** `null`: nothing ends the call. */
  readonly endsAt: number | null;
  /** The deadline; `null`: none. */
  readonly deadline: number | null;
  /** Attempts that begin before the end. */
  readonly attempts: number;
  /** Attempts that the retries allow when the server does not answer. */
  readonly allowed: number;
  /** Each attempt may also wait for its turn, as long as that fits before the deadline; that is not among the segments. */
  readonly isRateLimited?: true;
  /** Longest silence of a stream after its headers, where all times above end; absent where they hold to the end. */
  readonly idle?: number | false;
}

/**
 * The worst case: the server never answers, each attempt waits for a place as long as it may, and every pause is as long
 * as its jitter lets it be.
 */
export function slowestCall(policies: Policies): Timeline {
  const { timeout, bulkhead, streaming, rateLimit } = policies;
  const deadline = timeout.total === false ? Number.POSITIVE_INFINITY : timeout.total;
  const allowed = attemptsWithoutAnswer(policies);
  const segments: Segment[] = [];
  let now = 0;
  let attempts = 0;
  const add = (kind: Segment["kind"], attempt: number, ms: number): boolean => {
    const to = Math.min(now + ms, deadline);
    const isCut = to < now + ms;
    if (to > now) segments.push({ kind, from: now, to: finite(to), attempt, isCut });
    now = to;
    return now < deadline && Number.isFinite(now);
  };
  for (let attempt = 1; attempt <= allowed; attempt++) {
    if (bulkhead && bulkhead.queue > 0 && !add("queue", attempt, longest(bulkhead.queueTimeout))) break;
    attempts = attempt;
    if (!add("attempt", attempt, longest(timeout.attempt))) break;
    const pause = attempt === allowed ? undefined : pauseBefore(policies, attempt, deadline - now);
    if (pause === undefined || !add("wait", attempt + 1, pause)) break;
  }
  return {
    segments,
    endsAt: finite(rateLimit ? deadline : now),
    deadline: finite(deadline),
    attempts,
    allowed,
    ...(rateLimit ? { isRateLimited: true } : {}),
    ...(streaming ? { idle: timeout.idle } : {}),
  };
}

/** How often a call is sent, and how long it takes, when the server fails every attempt at once. */
export function quickestFailure(policies: Policies): { readonly attempts: number; readonly endsAt: number } {
  const { retry, timeout } = policies;
  const deadline = timeout.total === false ? Number.POSITIVE_INFINITY : timeout.total;
  let endsAt = 0;
  let attempts = 1;
  for (; retry && attempts <= retry.maxRetries; attempts++) {
    const pause = longestPause(policies, attempts);
    if (endsAt + pause >= deadline) break;
    endsAt += pause;
  }
  return { attempts, endsAt };
}

/** A request that was sent and not answered is sent again only where that is harmless. */
function attemptsWithoutAnswer({ retry, repeat, timeout }: Policies): number {
  const isRepeated = retry && repeat !== "unprocessed" && timeout.attempt !== false && retry.on.includes("timeout");
  return isRepeated ? 1 + retry.maxRetries : 1;
}

/** The longest pause; where that does not fit before the deadline, the shortest; none where that does not fit either. */
function pauseBefore(policies: Policies, retry: number, leftMs: number): number | undefined {
  const pause = longestPause(policies, retry);
  if (pause < leftMs || !policies.retry) return pause;
  const { jitter } = policies.retry.backoff;
  const shortest = jitter === "none" ? pause : jitter === "equal" ? pause / 2 : 0;
  return shortest < leftMs ? shortest : undefined;
}

function longestPause({ retry }: Policies, number: number): number {
  if (!retry) return 0;
  const { initial, factor, max } = retry.backoff;
  return initial && Math.min(max, initial * factor ** (number - 1));
}

function longest(limit: number | false): number {
  return limit === false ? Number.POSITIVE_INFINITY : limit;
}

function finite(ms: number): number | null {
  return Number.isFinite(ms) ? ms : null;
}
