import type { Policies } from "../../runtime/src/policies/types.js";

/** A phase of a call, in ms from its start. `to` is `null` if nothing ends the phase. */
export interface Segment {
  readonly kind: "queue" | "attempt" | "wait";
  readonly from: number;
  readonly to: number | null;
  /** Number of the attempt that is running or is waited for. */
  readonly attempt: number;
  /** Whether the deadline cuts it short. */
  readonly isCut: boolean;
}

/** The worst-case duration of one call. */
export interface Timeline {
  readonly segments: readonly Segment[];
  /** `null` if nothing ends the call. */
  readonly endsAt: number | null;
  /** `null` if there is no deadline. */
  readonly deadline: number | null;
  /** Attempts that start before the end. */
  readonly attempts: number;
  /** Attempts that the retry policy allows if the server doesn't respond. */
  readonly allowed: number;
  /** Whether each attempt may also wait for the rate limit, up to the deadline. The segments don't include this wait. */
  readonly isRateLimited?: true;
  /** Idle timeout of a transfer. If present, all times above end with the response headers. */
  readonly idle?: number | false;
}

/**
 * The worst case: the server never responds, each attempt waits for a bulkhead slot as long as allowed, and every backoff
 * is as long as its jitter allows.
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
    const backoff = attempt === allowed ? undefined : backoffBefore(policies, attempt, deadline - now);
    if (backoff === undefined || !add("wait", attempt + 1, backoff)) break;
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

/** How many attempts a call makes, and the total backoff, if the server fails every attempt immediately. */
export function quickestFailure(policies: Policies): { readonly attempts: number; readonly endsAt: number } {
  const { retry, timeout } = policies;
  const deadline = timeout.total === false ? Number.POSITIVE_INFINITY : timeout.total;
  let endsAt = 0;
  let attempts = 1;
  for (; retry && attempts <= retry.maxRetries; attempts++) {
    const backoff = longestBackoff(policies, attempts);
    if (endsAt + backoff >= deadline) break;
    endsAt += backoff;
  }
  return { attempts, endsAt };
}

/** A request without a response is retried only if the operation may run twice. */
function attemptsWithoutAnswer({ retry, repeat, timeout }: Policies): number {
  const isRepeated = retry && repeat !== "unprocessed" && timeout.attempt !== false && retry.on.includes("timeout");
  return isRepeated ? 1 + retry.maxRetries : 1;
}

/** The longest backoff, or the shortest if only that fits before the deadline; `undefined` if neither fits. */
function backoffBefore(policies: Policies, retry: number, leftMs: number): number | undefined {
  const backoff = longestBackoff(policies, retry);
  if (backoff < leftMs || !policies.retry) return backoff;
  const { jitter } = policies.retry.backoff;
  const shortest = jitter === "none" ? backoff : jitter === "equal" ? backoff / 2 : 0;
  return shortest < leftMs ? shortest : undefined;
}

function longestBackoff({ retry }: Policies, number: number): number {
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
