import type { Failure, GaveUp } from "../outcome.js";
import { backoffMs } from "./backoff.js";
import type { Policies, RetryCondition, RetryPolicy } from "./types.js";

/** Statuses that say that the server did not process the request (RFC 9110 §15.5.20, RFC 8470 §5.2). */
const unprocessed: readonly number[] = [421, 425];

/** What the retry decision looks at besides the failure. */
export interface RetryState {
  /** Attempts made so far. */
  readonly attempts: number;
  /** What is left until the deadline, in ms; may be infinite. */
  readonly remainingMs: number;
  readonly isReplayable: boolean;
}

/**
 * How long to wait before the next attempt, in ms, or why there is none.
 *
 * A wait that the server asked for is a minimum (RFC 9110 §10.2.3), with up to 10 % on top so that throttled clients do
 * not come back together. No wait begins that cannot end before the deadline.
 */
export function decideRetry(
  failure: Failure,
  policies: Policies,
  state: RetryState,
  random: () => number,
): number | GaveUp {
  const { retry } = policies;
  if (retry === false || !isRetryable(failure, retry, policies.repeat)) return "not-retryable";
  if (!state.isReplayable) return "body-not-replayable";
  if (state.attempts > retry.maxRetries) return "max-retries";
  const wait = backoffMs(state.attempts, retry.backoff, random);
  const asked = retry.retryAfter ? (failure.retryAfterMs ?? 0) : 0;
  if (asked >= state.remainingMs) return "retry-after";
  const spread = asked * (1 + random() / 10);
  const total = Math.max(wait, spread < state.remainingMs ? spread : asked);
  return total < state.remainingMs ? total : "deadline";
}

function isRetryable(failure: Failure, { on }: RetryPolicy, repeat: Policies["repeat"]): boolean {
  const { code, status } = failure;
  if (code === "network") {
    return !failure.permanent && on.includes("network") && (repeat !== "unprocessed" || failure.sent === "no");
  }
  if (code === "timeout") return on.includes("timeout") && repeat !== "unprocessed";
  if (status === undefined || (code !== "http" && code !== "unexpected-response")) return false;
  // A server that knows keys says by 409 with Retry-After that the first request is still in progress.
  if (status === 409 && repeat === "keyed" && failure.retryAfterMs !== undefined) return true;
  if (!matchesStatus(on, status)) return false;
  return repeat !== "unprocessed" || wasNotProcessed(failure);
}

/** Whether the answer proves that the request was not executed. A 503 proves nothing. */
export function wasNotProcessed({ sent, status, retryAfterMs }: Failure): boolean {
  if (sent === "no") return true;
  return status !== undefined && (unprocessed.includes(status) || (status === 429 && retryAfterMs !== undefined));
}

function matchesStatus(on: readonly RetryCondition[], status: number): boolean {
  return on.includes(status) || (status >= 500 && on.includes("5XX"));
}
