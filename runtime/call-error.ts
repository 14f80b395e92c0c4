import { never } from "./clock.js";
import { ResilienceError } from "./errors.js";
import type { HttpCall } from "./http-call.js";
import type { Failure, Sent } from "./outcome.js";
import { isBrowser } from "./redirect.js";

/**
 * The error that a call ends with. A refusal captures no stack: in an outage it is the hot path, and there is nothing to
 * see.
 */
export function callError(
  { core, operation, run, startedAt }: HttpCall,
  failure: Failure,
  sent: Sent,
): ResilienceError {
  const { clock } = core;
  const { code, gaveUp, status, parameter, reason, limit, response, body, userMessage, retryAtMs = never } = failure;
  const { id, method, path } = operation;
  const attempts = run?.attempts ?? 0;
  const elapsedMs = clock.now() - startedAt;
  // A server may ask for more than any date can say.
  const at = new Date(clock.date() + Math.max(0, retryAtMs - clock.now()));
  const retryAt = Number.isNaN(at.getTime()) ? undefined : at;
  const isRefused = status !== undefined && status >= 400 && status < 500;
  const maybeDone = (!operation.safe && isRefused && run?.maybeDone) || undefined;

  const what = status !== undefined ? `answered ${status}` : attempts > 0 ? "failed" : "was not sent";
  const details = [code, parameter && `'${parameter}'`, reason, limit && `limit ${limit}`].filter(Boolean).join(" ");
  const tried = attempts > 0 ? `, ${attempts} attempt${attempts > 1 ? "s" : ""} in ${Math.round(elapsedMs)} ms` : "";
  const note =
    code === "network" && isBrowser() ? " (if the server is of another origin: does it allow this page, by CORS?)" : "";
  const message = `${id}: ${method} ${path} ${what}${code === "http" ? "" : ` (${details})`}${tried}${gaveUp ? `, gave up: ${gaveUp}` : ""}${note}`;

  const cause = code === "aborted" ? failure.cause : harmless(failure.cause);
  const shown = {
    code,
    operation: id,
    attempts,
    elapsedMs,
    sent,
    gaveUp,
    retryAt,
    status,
    parameter,
    reason,
    userMessage,
    maybeDone,
  };
  const depth: unknown = Reflect.get(Error, "stackTraceLimit");
  if (attempts === 0) Reflect.set(Error, "stackTraceLimit", 0);
  try {
    return new ResilienceError(message, shown, { response, body, cause });
  } finally {
    Reflect.set(Error, "stackTraceLimit", depth);
  }
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

/** Without user and password, query and fragment of URLs, and without what stands behind words like "token". */
function withoutSecrets(text: string): string {
  return text
    .replace(/(\w+:\/\/)[^\s/?#@]*@/g, "$1")
    .replace(/(\w+:\/\/[^\s?#"']*)[?#][^\s"']*/g, "$1")
    .replace(/(bearer|basic|token|key|secret|password)(["']?\s*[:= ]\s*["']?)[^\s"',;]+/gi, "$1$2[redacted]");
}
