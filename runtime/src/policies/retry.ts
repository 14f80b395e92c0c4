import type { Failure, GaveUp } from "../base/outcome.js";
import { backoffMs } from "./backoff.js";
import type { Policies } from "./types.js";

/**
 * How long to wait before the next attempt, in ms, or why there is none.
 *
 * A wait that the server asked for is a minimum (RFC 9110 §10.2.3), with up to 10 % on top so that throttled clients do
 * not come back together. No wait begins that cannot end before the deadline.
 *
 * @param attempts made so far
 * @param remainingMs until the deadline; may be infinite
 */
export function decideRetry(
  failure: Failure,
  policies: Policies,
  attempts: number,
  remainingMs: number,
  isReplayable: boolean,
  random: () => number,
): number | GaveUp {
  const { retry } = policies;
  if (failure.code === "deadline") return "deadline";
  if (retry === false || !isRetryable(failure, policies)) return "not-retryable";
  if (!isReplayable) return "body-not-replayable";
  if (attempts > retry.maxRetries) return "max-retries";
  const wait = backoffMs(attempts, retry.backoff, random);
  const asked = retry.retryAfter ? (failure.retryAfterMs ?? 0) : 0;
  if (asked > 0 && asked >= remainingMs) return "retry-after";
  const spread = asked * (1 + random() / 10);
  const longest = Math.max(wait, spread < remainingMs ? spread : asked);
  return longest < remainingMs ? longest : "deadline";
}

/** Whether a failure is one that the same request may not meet again, and repeating it does no harm (RFC 9110 §9.2.2). */
export function isRetryable(failure: Failure, { retry, repeat }: Policies): boolean {
  if (retry === false || failure.permanent) return false;
  const { code, status = 0, retryAfterMs } = failure;
  const { on } = retry;
  const isHarmless = repeat !== "unprocessed" || wasNotProcessed(failure);
  if (code === "network" || code === "timeout") return on.includes(code) && isHarmless;
  if (code !== "http" && code !== "unexpected-response") return false;
  // The request is wrong, or its key belongs to another: the same one stays wrong, whatever the list says.
  if (status === 400 || status === 422) return false;
  // A server that knows keys says by 409 with Retry-After that the first request is still in progress; else a 409 is
  // repeated only where it was written for the operation, which knows what it means by it.
  if (status === 409) return on.includes(status) || (repeat === "keyed" && retryAfterMs !== undefined);
  return isHarmless && (on.includes(status) || (status >= 500 && on.includes("5XX")));
}

/**
 * Whether it is certain that the request was not executed: it was not sent, or the answer says so (RFC 9110 §15.5.20,
 * RFC 8470 §5.2). A 503 proves nothing; neither does what a redirect has led to.
 */
export function wasNotProcessed({ sent, status, retryAfterMs, wasRedirected }: Failure): boolean {
  if (wasRedirected) return false;
  return sent === "no" || status === 421 || status === 425 || (status === 429 && retryAfterMs !== undefined);
}
