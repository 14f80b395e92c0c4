import type { Authorization } from "../auth/auth.js";
import { InvalidInput } from "../base/invalid-input.js";
import type { Failure, Outcome } from "../base/outcome.js";
import type { CallScope } from "../contract/extension.js";
import type { WireRequest } from "../http/redirect.js";
import { failedOnReuse } from "../http/reused-connection.js";
import { ThrownFailure } from "../http/thrown-failure.js";
import { watchedSource } from "../http/upload-source.js";
import type { Attempt } from "../pipeline/attempt.js";
import { formStyle } from "../serialize/styles.js";
import { readResponse } from "./answer.js";
import { exchange, mayRepeat } from "./exchange.js";

/**
 * One attempt over HTTP: asks for credentials, runs the middleware, sends, and reads the answer. Never rejects, whatever
 * code of the user's own does.
 */
export async function sendAttempt(call: CallScope, attempt: Attempt): Promise<Outcome<unknown>> {
  try {
    const outcome = await authorizedAttempt(call, attempt, false);
    // A failure behind a redirect is none of the request that a retry would send again.
    return outcome.ok || !attempt.wasRedirected ? outcome : { ...outcome, sent: "yes", wasRedirected: true };
  } catch (cause) {
    return { ok: false, code: "invalid-request", sent: attempt.sent, reason: "could not be carried out", cause };
  }
}

/** Where the server refuses a token that can be had anew, the request is sent once more with another. */
async function authorizedAttempt(call: CallScope, attempt: Attempt, isRenewed: boolean): Promise<Outcome<unknown>> {
  const { authorize } = call.core.api;
  let authorization: Authorization | undefined;
  try {
    const asked = authorize?.(call);
    // Who aborts in the tick in which the call began has sent nothing.
    authorization = await (asked !== undefined && "then" in asked ? untilCut(attempt, asked) : asked);
  } catch (cause) {
    const { failure } = cause instanceof InvalidInput ? cause : new InvalidInput("auth", "failed", "auth", cause);
    return { ...failure, sent: attempt.sent };
  }
  attempt.authorization = authorization;
  if (attempt.isOver) return { ok: false, code: "aborted", sent: attempt.sent };
  let response: Response;
  try {
    response = await exchange(call, attempt, wireRequest(call, attempt, authorization));
  } catch (cause) {
    const failure = failureOf(cause, attempt);
    if (call.emit !== undefined && failedOnReuse(failure.cause)) call.emit("warning", { message: keepAliveRace });
    return failure;
  }
  attempt.sent = "yes";
  // Told in any case: the next call must not send the same token.
  const canRenew = response.status === 401 && !isRenewed && authorization?.refused() === true;
  if (canRenew && call.policies.retry !== false && mayRepeat(call) && !attempt.wasRedirected) {
    call.emit?.("warning", { message: "answered 401: sent again with a new token" });
    response.body?.cancel().catch(() => {});
    return authorizedAttempt(call, attempt, true);
  }
  return readResponse(call, attempt, response);
}

const keepAliveRace =
  "The server ended a reused connection. Close idle connections before the server or its proxy does (docs/connections.md).";

/** What an exchange that threw means: the caller's source broke, the network failed, or a middleware said no. */
function failureOf(cause: unknown, { sent, sourceFault }: Attempt): Failure {
  if (sourceFault !== undefined) {
    const reason = "broke off: the source that the caller passed failed";
    return { ok: false, code: "invalid-request", sent, parameter: "body", reason, cause: sourceFault.cause };
  }
  if (cause instanceof ThrownFailure || cause instanceof InvalidInput) return { ...cause.failure, sent };
  return { ok: false, code: "invalid-request", sent, reason: "was refused by a middleware", cause };
}

/** What a promise comes to, while the attempt is under way. Nothing is sent yet: its place is not held for a token. */
function untilCut<T>(attempt: Attempt, promise: Promise<T>): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    attempt.signal.addEventListener("abort", () => resolve(undefined), { once: true });
    promise.then(resolve, reject);
  });
}

/** The request with what is of this attempt alone: the credentials of this moment, and what extensions tell. */
function wireRequest(call: CallScope, attempt: Attempt, by: Authorization | undefined): WireRequest {
  const { core, operation, options, request, extensions } = call;
  const { url, content } = request;
  const { method } = operation;
  const own = core.options.fetchOptions;
  const fetchOptions =
    own && options.fetchOptions ? { ...own, ...options.fetchOptions } : (options.fetchOptions ?? own);
  const body = content instanceof ReadableStream ? watchedSource(content, attempt) : content;
  if (extensions.length === 0 && by === undefined) return { url, method, headers: request.headers, body, fetchOptions };
  const query = (by?.query ?? []).map(([name, value]) => formStyle(name, value)).join("&");
  const cookies = (by?.cookies ?? []).map(([name, value]) => formStyle(name, value));
  const told = extensions.map(({ headers }) => headers?.(call, attempt));
  const headers: Record<string, string> = Object.assign({}, ...told, by?.headers, request.headers);
  if (cookies.length > 0) headers["cookie"] = [headers["cookie"] ?? [], cookies].flat().join("; ");
  return {
    url: query === "" ? url : `${url}${url.includes("?") ? "&" : "?"}${query}`,
    method,
    headers,
    body: body && extensions.reduce((given, { body: change }) => change?.(call, given) ?? given, body),
    fetchOptions,
  };
}
