// What a failure means. Each question that a policy, a fallback or a caller asks about one is answered here, and only here.
//
// | failure | breaker | may pass (`retry.on`) | an outage | executed |
// | --- | --- | --- | --- | --- |
// | not sent: refused by the client, aborted before | neutral | see its code | see its code | no |
// | `network` | failure | yes | yes, unless permanent | unknown |
// | `timeout`, `deadline` | failure; neutral if cut short or not sent | yes | yes | unknown |
// | `breaker-open`, `bulkhead-full`, `rate-limited` | neutral | yes | yes | no |
// | 2xx that cannot be read | success | no | no | done |
// | 3xx but 303 that is not followed | success | no | no | no |
// | 400, 422, other 4xx | success | never, if listed | no | no |
// | 408 | success | yes | no | unknown |
// | 409 | success | keyed, with Retry-After | no | unknown |
// | 421, 425 | success | yes | no | no |
// | 429 | success | yes | no | no; for a retry only with Retry-After |
// | 501, 505 | success | no | no | no |
// | 503 with Retry-After | neutral: an orderly refusal | yes | yes | unknown |
// | 500, 502, 503, 504 | failure | yes | yes | unknown |
// | other 5xx | failure | if listed | yes | unknown |
import type { ErrorCode, Failure, Outcome, Sent } from "../base/outcome.js";
import type { Verdict } from "./circuit-breaker.js";
import type { Policies } from "./types.js";

/** Codes of failures that may pass: nothing answered, or the client itself held the attempt back. */
const passing: readonly ErrorCode[] = [
  "network",
  "timeout",
  "deadline",
  "breaker-open",
  "bulkhead-full",
  "rate-limited",
];

/** Statuses of failures that may pass: what is retried by default. */
const passingStatuses: readonly number[] = [408, 421, 425, 429, 500, 502, 503, 504];

/** Whether a status says that the server is not well; 501 and 505 come from one that is. */
function isServerFailure(status: number): boolean {
  return status >= 500 && status !== 501 && status !== 505;
}

/** What an outcome says about the server. A 503 with Retry-After is an orderly refusal and no sign of failure. */
export function verdictOf(outcome: Outcome<unknown>): Verdict {
  if (outcome.ok) return "success";
  const { code, status = 0, retryAfterMs, cutShort, sent } = outcome;
  if (code === "network") return "failure";
  // Time that went by before anything was sent (for a token) is not the server's.
  if (code === "timeout" || code === "deadline") return cutShort || sent === "no" ? "neutral" : "failure";
  if (status === 0 || (status === 503 && retryAfterMs !== undefined)) return "neutral";
  return isServerFailure(status) ? "failure" : "success";
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

/** Whether a call failed because its server, or the way to it, is out of order: then a fallback stands in. Never for a 4xx. */
export function isOutage({ code, status = 0, permanent }: Failure): boolean {
  if (code === "http" || code === "unexpected-response") return isServerFailure(status);
  return passing.includes(code) && !permanent;
}

/** Whether another call may end better, whatever its operation. */
export function mayPass(code: ErrorCode, status: number): boolean {
  return passing.includes(code) || passingStatuses.includes(status);
}

/** What is known of a call that failed. */
interface EndedCall {
  readonly code: ErrorCode;
  readonly sent: Sent;
  readonly status?: number;
  readonly maybeDone?: true;
}

/** Whether what a failed call should do was done. */
export function executionOf({ code, sent, status = 0, maybeDone }: EndedCall): "not-done" | "done" | "unknown" {
  if (sent === "no") return "not-done";
  if (maybeDone || code === "network" || code === "invalid-request") return "unknown";
  if (status >= 200 && status < 300) return "done";
  // RFC 9110 §15.4.4: the answer to what was done is found elsewhere.
  if (code === "redirect") return status > 300 && status !== 303 ? "not-done" : "unknown";
  // 408 may come in the middle of a request, and 409 while the first one with the same key is still under way.
  const isRefusal = status >= 400 && status < 500 && status !== 408 && status !== 409;
  return isRefusal || (status >= 500 && !isServerFailure(status)) ? "not-done" : "unknown";
}
