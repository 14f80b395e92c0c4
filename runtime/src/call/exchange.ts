import type { CallScope } from "../contract/extension.js";
import { isResponse, requestOf, sendFollowing, type WireRequest } from "../http/redirect.js";
import { ThrownFailure } from "../http/thrown-failure.js";
import type { Middleware } from "../observe/middleware.js";
import type { Attempt } from "../pipeline/attempt.js";

/**
 * Sends a request through the middleware, and comes back with a response whose body nobody has read.
 *
 * @throws ThrownFailure, and whatever a middleware throws
 */
export async function exchange(call: CallScope, attempt: Attempt, wire: WireRequest): Promise<Response> {
  const { core, operation, number } = call;
  const transmit = async (request: WireRequest): Promise<Response> => {
    if (attempt.sent !== "no" && !mayRepeat(call)) throw misuse("sent a request again that must not be repeated");
    const before = attempt.sent;
    attempt.sent = "maybe";
    try {
      const response = await sendFollowing(core.transport, request, attempt, operation.safe);
      attempt.sent = "yes";
      return response;
    } catch (cause) {
      // What an earlier send of a middleware came to still holds.
      if (cause instanceof ThrownFailure) attempt.sent = before === "no" ? cause.failure.sent : before;
      throw cause;
    }
  };
  const { middleware } = core.watchers;
  if (middleware.length === 0) return transmit(wire);
  const { id, method, path } = operation;
  const context = { operation: { id, method, path }, call: number, attempt: attempt.number };
  const first = requestOf(wire, attempt.signal);
  const chain = middleware.reduceRight<(request: Request) => Promise<Response>>(
    (next, run) => quiet(async (request) => checked(await run(request, next, context))),
    quiet(async (request) => transmit(await passedOn(first, request, wire))),
  );
  return chain(first);
}

/** Whether the request may be sent again within an attempt: not where that could do a thing twice. */
export function mayRepeat({ policies, request }: CallScope): boolean {
  return policies.repeat !== "unprocessed" && request.isReplayable;
}

/** A middleware that does not wait for what it has begun leaves no unhandled rejection behind. */
function quiet(send: (request: Request) => Promise<Response>): Parameters<Middleware>[1] {
  return (request) => {
    const response = send(request);
    response.catch(() => {});
    return response;
  };
}

function checked(response: unknown): Response {
  if (!isResponse(response)) throw misuse("returned no Response");
  return response;
}

function misuse(reason: string): ThrownFailure {
  return new ThrownFailure({ ok: false, code: "invalid-request", sent: "maybe", reason: `a middleware ${reason}` });
}

/** What a middleware may set on a request beside what every request has. */
const settable = ["cache", "credentials", "integrity", "keepalive", "mode", "referrer", "referrerPolicy"] as const;

/** What middleware has made of a request. */
async function passedOn(given: Request, made: Request, wire: WireRequest): Promise<WireRequest> {
  const { url, method, headers } = made;
  const changed = made === given ? [] : settable.filter((name) => made[name] !== given[name]);
  const fetchOptions = { ...wire.fetchOptions, ...Object.fromEntries(changed.map((name) => [name, made[name]])) };
  return { url, method, headers, body: await bodyOf(given, made, wire.body), fetchOptions };
}

/** A body that is in memory anyway is read from a new request, for a redirect may need it again. */
async function bodyOf(given: Request, made: Request, held: WireRequest["body"]): Promise<WireRequest["body"]> {
  const isStream = held instanceof ReadableStream;
  // Where a middleware has read it, to sign it or to log it, it is still held here.
  if (made === given && !(isStream && made.bodyUsed)) return held;
  if (made.bodyUsed) throw misuse("passed on a request whose body it has read");
  if (made.body === null) return undefined;
  return isStream ? made.body : new Uint8Array(await made.arrayBuffer());
}
