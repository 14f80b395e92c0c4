import type { Clock } from "../base/clock.js";
import type { Failure, Sent } from "../base/outcome.js";
import { isBrowser } from "../base/platform.js";
import { type Repeatable, ResilienceError } from "../contract/errors.js";
import type { CallScope } from "../contract/extension.js";
import type { Operation } from "../contract/operation.js";
import type { Policies } from "../policies/types.js";

/**
 * The error that a call ends with. A refusal captures no stack: in an outage it is the hot path, and there is nothing to
 * see.
 */
export function callError(
  {
    core,
    operation,
    run,
    startedAt,
    policies,
  }: Pick<CallScope, "core" | "operation" | "run" | "startedAt" | "policies">,
  failure: Failure,
  sent: Sent,
  now: number = core.clock.now(),
): ResilienceError {
  const { code, gaveUp, status, parameter, reason, response, body, userMessage } = failure;
  const attempts = run?.attempts ?? 0;
  const elapsedMs = now - startedAt;
  const isRefused = status !== undefined && status >= 400 && status < 500;
  const maybeDone = (!operation.safe && isRefused && run?.maybeDone) || undefined;
  const cause = code === "aborted" ? failure.cause : harmless(failure.cause);
  const shown = {
    code,
    operation: operation.id,
    attempts,
    elapsedMs,
    sent,
    gaveUp,
    retryAt: retryAt(failure, core.clock, now),
    status,
    parameter,
    reason,
    userMessage,
    maybeDone,
  };
  const message = messageOf(operation, failure, attempts, elapsedMs);
  const repeatable = isRepeatable(operation, policies, failure);
  if (attempts > 0) return new ResilienceError(message, shown, { response, body, cause, repeatable });
  const limit = stacks.stackTraceLimit;
  limitStacks(undefined);
  const error = new ResilienceError(message, shown, { response, body, cause, repeatable });
  limitStacks(limit);
  // Logs that print the stack would print nothing.
  error.stack = `${error.name}: ${message}`;
  return error;
}

/** What {@link mayRetry} goes by: whether the same call could do a thing twice, or would fail the same way. */
function isRepeatable({ safe }: Operation, policies: Policies | undefined, failure: Failure): Repeatable {
  if (failure.permanent) return "never";
  return safe || (policies !== undefined && policies.repeat !== "unprocessed") ? "always" : "if-not-done";
}

const stacks = Error as { stackTraceLimit?: number | undefined };

/** How many calls an error's stack shows, where the platform lets one say that. `undefined` costs less than 0. */
function limitStacks(limit: number | undefined): void {
  try {
    stacks.stackTraceLimit = limit;
  } catch {
    // Some programs freeze what is built in.
  }
}

/** When trying again makes sense. A server may ask for more than any date can say. */
function retryAt({ retryAtMs }: Failure, clock: Clock, now: number): Date | undefined {
  if (retryAtMs === undefined) return undefined;
  const at = new Date(Math.ceil(clock.date() + Math.max(0, retryAtMs - now)));
  return Number.isNaN(at.getTime()) ? undefined : at;
}

function messageOf({ id, method, path }: Operation, failure: Failure, attempts: number, elapsedMs: number): string {
  const { code, gaveUp, status, parameter, reason, limit } = failure;
  const what = status !== undefined ? `answered ${status}` : attempts > 0 ? "failed" : "was not sent";
  const limited = limit === undefined ? "" : ` limit ${Math.round(limit)} ${code === "too-large" ? "bytes" : "ms"}`;
  const isSaidByStatus = code === "http" || (code === "unexpected-response" && (status ?? 0) >= 400);
  const details = isSaidByStatus ? "" : ` (${code}${explained(parameter, reason)}${limited})`;
  const more = isSaidByStatus && reason !== undefined ? ` (${reason})` : "";
  const tried = attempts > 0 ? `, ${attempts} attempt${attempts > 1 ? "s" : ""} in ${Math.round(elapsedMs)} ms` : "";
  const isMaybeCors = code === "network" && isBrowser();
  const note = isMaybeCors ? " (if the server is of another origin: does it allow this page, by CORS?)" : "";
  const why = gaveUp === undefined ? "" : `, gave up: ${gaveUp}`;
  return `${id}: ${method} ${path} ${what}${details}${tried}${why}${more}${note}`;
}

/** A reason that is a sentence stands behind a colon; a single word (`queue-full`) does not. */
function explained(parameter: string | undefined, reason: string | undefined): string {
  if (reason === undefined) return parameter === undefined ? "" : ` '${parameter}'`;
  if (parameter !== undefined && !reason.includes(parameter)) return ` '${parameter}' ${reason}`;
  return reason.includes(" ") ? `: ${reason}` : ` ${reason}`;
}

/** What may be told of an error of somebody else: its name, code and message without secrets, three causes deep. */
function harmless(cause: unknown, depth = 0): unknown {
  if (!(cause instanceof Error) || depth > 3) return typeof cause === "string" ? withoutSecrets(cause) : undefined;
  const { name, message, code } = cause as Error & { readonly code?: unknown };
  const inner = harmless(cause.cause, depth + 1);
  const copy = new Error(withoutSecrets(message), inner === undefined ? inner : { cause: inner });
  return Object.assign(copy, {
    name,
    stack: `${name}: ${copy.message}`,
    ...(typeof code === "string" ? { code } : {}),
  });
}

/**
 * Without user and password, query and fragment of URLs, without the headers that hold credentials, and without what
 * stands behind words like "token" (OpenTelemetry's list for `url.full`, and more).
 */
function withoutSecrets(text: string): string {
  return text
    .replace(/(\w+:\/\/)[^\s/?#@]*@/g, "$1")
    .replace(/(\w+:\/\/[^\s?#"']*)[?#][^\s"']*/g, "$1")
    .replace(/((?:cookie|authorization)["']?\s*[:=]\s*["']?)[^\r\n"']+/gi, "$1[redacted]")
    .replace(/(bearer|basic|token|key|secret|password)(["']?\s*[:= ]\s*["']?)[^\s"',;]+/gi, "$1$2[redacted]")
    .replace(
      /(key_?id|passwd|pwd|sig|signature|credential|session)(["']?\s*[:=]\s*["']?)[^\s"',;]+/gi,
      "$1$2[redacted]",
    );
}
