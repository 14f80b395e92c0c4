import { isBrowser } from "../base/platform.js";
import { urlOf } from "../base/url-of.js";
import type { EncodedBody } from "../serialize/types.js";
import { networkFailure } from "./network-failure.js";
import { ThrownFailure } from "./thrown-failure.js";
import type { Transport } from "./transport.js";

const maxRedirects = 5;

/** A request as it goes to the transport. */
export interface WireRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>> | Headers;
  readonly body: EncodedBody["content"] | undefined;
  /** Further options for `fetch`. */
  readonly fetchOptions?: object | undefined;
}

/** What it has to do with the attempt that sends it. */
interface Redirectable {
  readonly signal: AbortSignal;
  /** Set when a redirect was followed. */
  wasRedirected: boolean;
}

/**
 * Sends a request and follows redirects by rules that fetch does not have: to another origin without any header that we
 * put in, and never sending a mutation again, but once within the same origin on 307 and 308 (the same key goes along).
 * Browsers hide redirects: there fetch follows them for safe requests, and a mutation that is answered with one fails.
 *
 * @throws ThrownFailure
 */
export async function sendFollowing(
  transport: Transport,
  wire: WireRequest,
  attempt: Redirectable,
  isSafe: boolean,
  count = 0,
): Promise<Response> {
  // fetch's own "error" looks like a lost connection, after which a PUT would be repeated.
  const redirect = isBrowser() && isSafe ? "follow" : "manual";
  const { url } = wire;
  const response = await transmitted(transport, new URL(url), initOf(wire, attempt.signal, redirect));
  const { status } = response;
  if (response.type === "opaqueredirect") throw redirectFault(response, "is hidden by the browser");
  const location = [301, 302, 303, 307, 308].includes(status) ? response.headers.get("location") : null;
  if (location === null) return response;
  const next = redirected(wire, status, location, isSafe, count);
  if (typeof next === "string") throw redirectFault(response, next);
  attempt.wasRedirected = true;
  // It is not waited for: a body that was read or that hangs must not hold up what follows.
  response.body?.cancel().catch(() => {});
  const isForeign = new URL(next.url).origin !== new URL(url).origin;
  const { foreign = transport } = transport;
  return sendFollowing(isForeign ? foreign : transport, next, attempt, isSafe, count + 1);
}

/** @throws ThrownFailure where the transport fails, or comes back with something else than a response. */
async function transmitted(transport: Transport, url: URL, init: RequestInit): Promise<Response> {
  let response: unknown;
  try {
    response = await transport(url, init);
  } catch (cause) {
    throw new ThrownFailure(networkFailure(cause));
  }
  if (isResponse(response)) return response;
  throw new ThrownFailure({
    ok: false,
    code: "invalid-request",
    sent: "maybe",
    reason: "the transport returned no Response",
  });
}

/** Of whichever realm or library. */
export function isResponse(value: unknown): value is Response {
  const { status, headers } = (value ?? {}) as Partial<Response>;
  return typeof status === "number" && typeof headers?.get === "function";
}

function redirectFault(response: Response, reason: string): ThrownFailure {
  const { status } = response;
  const answer = status === 0 ? {} : { status, response };
  return new ThrownFailure({ ok: false, code: "redirect", sent: "yes", reason, ...answer });
}

/** The next request, or why there must be none. */
function redirected(
  { url, method, headers, body: content, fetchOptions }: WireRequest,
  status: number,
  location: string,
  isSafe: boolean,
  count: number,
): WireRequest | string {
  const target = urlOf(location, url);
  if (target === undefined || !/^https?:$/.test(target.protocol)) return "to no http URL was not followed";
  // A query may hold a secret.
  const refused = (why: string): string => `to ${target.origin}${target.pathname} was not followed: ${why}`;
  if (count >= maxRedirects) return refused(`there were more than ${maxRedirects}`);
  const isSameOrigin = target.origin === new URL(url).origin;
  const becomesGet = status === 303 && method !== "HEAD";
  const body = becomesGet ? undefined : content;
  const isMutation = !isSafe && !becomesGet && method !== "GET";
  if (isMutation && (!isSameOrigin || status < 307 || count > 0)) return refused("it would send a mutation again");
  if (body && (!isSameOrigin || body instanceof ReadableStream)) return refused("it would send the body again");
  const kept = new Headers(isSameOrigin ? headers : {});
  // RFC 9110 §15.4: what described the body goes with it.
  if (becomesGet) for (const name of ["content-type", "content-length"]) kept.delete(name);
  return { url: target.href, method: becomesGet ? "GET" : method, headers: kept, body, fetchOptions };
}

/** The request as middleware sees it. */
export function requestOf(wire: WireRequest, signal: AbortSignal): Request {
  return new Request(wire.url, initOf({ ...wire, fetchOptions: undefined }, signal, "follow"));
}

function initOf(
  { method, headers, body, fetchOptions }: WireRequest,
  signal: AbortSignal,
  redirect: "follow" | "manual",
): RequestInit {
  const init: RequestInit = { ...fetchOptions, method, headers, signal, redirect };
  if (body === undefined) return init;
  // A stream goes out while the response may already come in (Fetch: "duplex").
  return { ...init, body, ...(body instanceof ReadableStream ? { duplex: "half" } : {}) };
}
