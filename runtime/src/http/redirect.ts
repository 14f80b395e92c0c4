import { isBrowser } from "../base/platform.js";
import type { EncodedBody } from "../serialize/types.js";
import { Fault } from "./fault.js";
import { networkFailure } from "./network-failure.js";
import type { Transport } from "./transport.js";

const maxRedirects = 5;

/** A request as it goes to the transport. */
export interface WireRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>> | Headers;
  readonly body: EncodedBody["content"] | undefined;
  /** The same as a whole, where a middleware made it; its body can be read only once. */
  readonly request?: Request;
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
 * Browsers hide redirects, so there fetch follows them for safe requests and fails for the others.
 *
 * @throws Fault
 */
export async function sendFollowing(
  transport: Transport,
  wire: WireRequest,
  attempt: Redirectable,
  isSafe: boolean,
  count = 0,
): Promise<Response> {
  const redirect = isBrowser() ? (isSafe ? "follow" : "error") : "manual";
  const { url, request } = wire;
  const { signal } = attempt;
  let response: Response;
  try {
    response = await (request
      ? transport(request, { signal, redirect })
      : transport(new URL(url), initOf(wire, signal, redirect)));
  } catch (cause) {
    throw new Fault(networkFailure(cause));
  }
  const { status } = response;
  const location = [301, 302, 303, 307, 308].includes(status) ? response.headers.get("location") : null;
  if (location === null || response.type === "opaqueredirect") return response;
  const next = redirected(wire, status, location, isSafe, count);
  if (typeof next === "string") {
    throw new Fault({ ok: false, code: "redirect", sent: "yes", status, response, reason: next });
  }
  attempt.wasRedirected = true;
  await response.body?.cancel();
  const isForeign = new URL(next.url).origin !== new URL(url).origin;
  const { foreign = transport } = transport;
  return sendFollowing(isForeign ? foreign : transport, next, attempt, isSafe, count + 1);
}

/** The next request, or why there must be none. */
function redirected(
  { url, method, headers, body: content, request }: WireRequest,
  status: number,
  location: string,
  isSafe: boolean,
  count: number,
): WireRequest | string {
  const target = URL.canParse(location, url) ? new URL(location, url) : undefined;
  if (count >= maxRedirects || !/^https?:$/.test(target?.protocol ?? ""))
    return "there were too many, or to no http URL";
  const isSameOrigin = target?.origin === new URL(url).origin;
  const becomesGet = status === 303 ? method !== "HEAD" : status < 303 && method === "POST";
  const body = becomesGet ? undefined : (content ?? request?.body ?? undefined);
  const isMutation = !isSafe && !becomesGet && method !== "GET";
  if (isMutation && (!isSameOrigin || status < 307 || count > 0)) return "it would send a mutation again";
  if (body && (!isSameOrigin || body instanceof ReadableStream)) return "it would send the body again";
  const kept = new Headers(isSameOrigin ? headers : {});
  // RFC 9110 §15.4: what described the body goes with it.
  if (becomesGet) for (const name of ["content-type", "content-length"]) kept.delete(name);
  return {
    url: target?.href ?? url,
    method: becomesGet ? "GET" : method,
    headers: kept,
    body: body as WireRequest["body"],
  };
}

/** The request as middleware sees it. */
export function requestOf(wire: WireRequest, signal: AbortSignal): Request {
  return new Request(wire.url, initOf(wire, signal, "follow"));
}

function initOf(
  { method, headers, body }: WireRequest,
  signal: AbortSignal,
  redirect: "follow" | "error" | "manual",
): RequestInit {
  const init: RequestInit = { method, headers, signal, redirect };
  if (body === undefined) return init;
  // A stream goes out while the response may already come in (Fetch: "duplex").
  return { ...init, body, ...(body instanceof ReadableStream ? { duplex: "half" } : {}) };
}
