import type { EncodedBody } from "./operation.js";
import type { Failure } from "./outcome.js";
import type { Transport } from "./transport.js";

const maxRedirects = 5;
const redirects: readonly number[] = [301, 302, 303, 307, 308];

/** A request as it goes to the transport. */
export interface WireRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>> | Headers;
  readonly body: EncodedBody["content"] | undefined;
  /** The same as a whole, where a middleware made it; its body can be read only once. */
  readonly request?: Request;
}

/**
 * Sends a request and follows redirects by rules that fetch does not have: to another origin without any header that we
 * put in, and never sending a mutation again, but once within the same origin on 307 and 308 (the same key goes along).
 * Browsers hide redirects, so there fetch follows them for safe requests and fails for the others.
 */
export async function sendFollowing(
  transport: Transport,
  first: WireRequest,
  signal: AbortSignal,
  isSafe: boolean,
): Promise<Response | Failure> {
  if (isBrowser()) return send(transport, first, signal, isSafe ? "follow" : "error");
  let request = first;
  for (let count = 0; ; count++) {
    const response = await send(transport, request, signal, "manual");
    const location = redirects.includes(response.status) ? response.headers.get("location") : null;
    if (location === null) return response;
    const next = redirected(request, response.status, location, isSafe, count);
    if (typeof next === "string") {
      return { ok: false, code: "redirect", sent: "yes", status: response.status, response, reason: next };
    }
    await response.body?.cancel();
    request = next;
  }
}

/** The next request, or why there must be none. */
function redirected(
  request: WireRequest,
  status: number,
  location: string,
  isSafe: boolean,
  count: number,
): WireRequest | string {
  if (count >= maxRedirects) return `there were more than ${maxRedirects}`;
  if (!URL.canParse(location, request.url)) return "its target is no URL";
  const target = new URL(location, request.url);
  if (!/^https?:$/.test(target.protocol)) return "its target is not http";
  const sameOrigin = target.origin === new URL(request.url).origin;
  const becomesGet = status === 303 ? request.method !== "HEAD" : status < 303 && request.method === "POST";
  const body = request.request?.body ?? request.body;
  const keepsBody = !becomesGet && body !== undefined;
  if (!becomesGet && !isSafe && (!sameOrigin || status < 307 || count > 0)) return "it would send a mutation again";
  if (keepsBody && (!sameOrigin || body instanceof ReadableStream)) return "it would send the body again";
  const { headers } = request;
  return {
    url: target.href,
    method: becomesGet ? "GET" : request.method,
    headers: sameOrigin ? (becomesGet ? withoutBodyHeaders(headers) : headers) : {},
    body: keepsBody ? request.body : undefined,
  };
}

/** RFC 9110 §15.4: what described the body goes with it; so does the key, for nothing is changed any more. */
function withoutBodyHeaders(headers: WireRequest["headers"]): Headers {
  const rest = new Headers(headers);
  for (const name of ["content-type", "content-length", "content-encoding", "content-language", "content-location"]) {
    rest.delete(name);
  }
  return rest;
}

function send(
  transport: Transport,
  wire: WireRequest,
  signal: AbortSignal,
  redirect: "follow" | "error" | "manual",
): Promise<Response> {
  const { url, request } = wire;
  if (request !== undefined) return transport(request, { signal, redirect });
  return transport(new URL(url), { ...initOf(wire), signal, redirect });
}

/** The request as middleware sees it. */
export function requestOf(wire: WireRequest, signal: AbortSignal): Request {
  return new Request(wire.url, { ...initOf(wire), signal });
}

function initOf({ method, headers, body }: WireRequest): RequestInit {
  if (body === undefined) return { method, headers };
  // Streams go out while the response may already come in (Fetch: "duplex").
  return body instanceof ReadableStream
    ? ({ method, headers, body, duplex: "half" } as RequestInit)
    : { method, headers, body };
}

/** Whether this is an environment whose fetch hides redirects. */
export function isBrowser(): boolean {
  const host = globalThis as {
    document?: unknown;
    WorkerGlobalScope?: unknown;
    process?: { versions?: { node?: string } };
    navigator?: { userAgent?: string };
  };
  if (host.process?.versions?.node !== undefined || "Deno" in host) return false;
  if (host.document !== undefined) return true;
  return host.WorkerGlobalScope !== undefined && host.navigator?.userAgent !== "Cloudflare-Workers";
}
