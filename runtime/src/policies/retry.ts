import type { Failure, GaveUp } from "../base/outcome.js";
import { backoffMs } from "./backoff.js";
import { isRetryable } from "./failures.js";
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
