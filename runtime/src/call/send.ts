import type { Authorization } from "../auth/auth.js";
import { InvalidInput } from "../base/invalid-input.js";
import type { Failure, Outcome } from "../base/outcome.js";
import { Fault } from "../http/fault.js";
import { networkFailure } from "../http/network-failure.js";
import { requestOf, sendFollowing, type WireRequest } from "../http/redirect.js";
import { failedOnReuse } from "../http/reused-connection.js";
import type { Attempt } from "../pipeline/attempt.js";
import { formStyle } from "../serialize/styles.js";
import { readResponse } from "./answer.js";
import type { HttpCall } from "./http-call.js";

/**
 * One attempt over HTTP: asks for credentials, runs the middleware, sends, and reads the answer. Where the server refuses
 * a token that can be had anew, it is sent once more with another. Never rejects.
 */
export async function sendAttempt(call: HttpCall, attempt: Attempt, isRenewed = false): Promise<Outcome<unknown>> {
  const { authorize } = call.core.api;
  let authorization: Authorization | undefined;
  try {
    const asked = authorize?.(call);
    // Who aborts in the tick in which the call began has sent nothing.
    authorization = await (asked !== undefined && "then" in asked ? untilCut(attempt, asked) : asked);
  } catch (cause) {
    return cause instanceof InvalidInput ? cause.failure : { ok: false, code: "auth", sent: attempt.sent, cause };
  }
  attempt.authorization = authorization;
  if (attempt.isOver) return { ok: false, code: "aborted", sent: attempt.sent };
  let response: Response;
  try {
    response = await exchange(call, attempt, wireRequest(call, attempt, authorization));
  } catch (cause) {
    const { sent } = attempt;
    const reason = "was refused by a middleware";
    const refusal: Failure = { ok: false, code: "invalid-request", sent, reason, cause };
    const failure = cause instanceof Fault ? cause.failure : refusal;
    if (call.emit !== undefined && failedOnReuse(failure.cause)) call.emit("warning", { message: keepAliveRace });
    return redirectedTo(failure, attempt);
  }
  attempt.sent = "yes";
  // Told in any case: the next call must not send the same token.
  const canRenew = response.status === 401 && !isRenewed && authorization?.refused() === true;
  if (canRenew && isRepeatable(call, attempt)) {
    call.emit?.("warning", { message: "answered 401: sent again with a new token" });
    response.body?.cancel().catch(() => {});
    return sendAttempt(call, attempt, true);
  }
  try {
    return redirectedTo(await readResponse(call, attempt, response), attempt);
  } catch (cause) {
    return redirectedTo({ ...networkFailure(cause), sent: "yes" }, attempt);
  }
}

const keepAliveRace =
  "The server ended a reused connection. Close idle connections before the server or its proxy does (docs/connections.md).";

/** Whether the same request may be sent again: not where a retry would do harm, or is switched off. */
function isRepeatable({ policies, request }: HttpCall, attempt: Attempt): boolean {
  const { repeat, retry } = policies;
  return repeat !== "unprocessed" && retry !== false && request.isReplayable && !attempt.wasRedirected;
}

/** A failure behind a redirect is none of the request that a retry would send again. */
function redirectedTo(outcome: Outcome<unknown>, { wasRedirected }: Attempt): Outcome<unknown> {
  return outcome.ok || !wasRedirected ? outcome : { ...outcome, sent: "yes", wasRedirected };
}

/** What a promise comes to, while the attempt is under way. Nothing is sent yet: its place is not held for a token. */
function untilCut<T>(attempt: Attempt, promise: Promise<T>): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    attempt.signal.addEventListener("abort", () => resolve(undefined), { once: true });
    promise.then(resolve, reject);
  });
}

/** The request with what is of this attempt alone: the credentials of this moment, and what extensions tell. */
function wireRequest(call: HttpCall, attempt: Attempt, by: Authorization | undefined): WireRequest {
  const { operation, request, uses } = call;
  const { url, content: body } = request;
  const { method } = operation;
  if (uses.length === 0 && by === undefined) return { url, method, headers: request.headers, body };
  const query = (by?.query ?? []).map(([name, value]) => formStyle(name, value)).join("&");
  const cookies = (by?.cookies ?? []).map(([name, value]) => formStyle(name, value));
  const told = uses.map(({ headers }) => headers?.(call, attempt));
  const headers: Record<string, string> = Object.assign({}, ...told, by?.headers, request.headers);
  if (cookies.length > 0) headers["cookie"] = [headers["cookie"] ?? [], cookies].flat().join("; ");
  return {
    url: query === "" ? request.url : `${request.url}${request.url.includes("?") ? "&" : "?"}${query}`,
    method: operation.method,
    headers,
    body: request.content && uses.reduce((content, { body }) => body?.(call, content) ?? content, request.content),
  };
}

function exchange({ core, operation, number }: HttpCall, attempt: Attempt, wire: WireRequest): Promise<Response> {
  const transmit = (request: WireRequest): Promise<Response> => {
    attempt.sent = "maybe";
    return sendFollowing(core.transport, request, attempt, operation.safe);
  };
  const { middleware } = core.watchers;
  if (middleware.length === 0) return transmit(wire);
  const { id, method, path } = operation;
  const context = { operation: { id, method, path }, call: number, attempt: attempt.number };
  const chain = middleware.reduceRight<(request: Request) => Promise<Response>>(
    (next, run) => async (request) => run(request, next, context),
    async (request) => transmit(await passedOn(request, wire)),
  );
  return chain(requestOf(wire, attempt.signal));
}

/** What middleware has made of a request. A body that is in memory anyway is read, for a redirect may need it again. */
async function passedOn(made: Request, { body }: WireRequest): Promise<WireRequest> {
  const { url, method, headers } = made;
  const isInMemory = typeof body === "string" || body instanceof Uint8Array;
  const content = isInMemory && made.body !== null ? new Uint8Array(await made.arrayBuffer()) : undefined;
  const request = content === undefined ? made : new Request(made, { body: content });
  return { url, method, headers, body: content, request };
}
