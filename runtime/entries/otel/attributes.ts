import type { Attributes } from "@opentelemetry/api";
import type { OpenTelemetryOptions } from "./options.js";

/** Methods that the semantic conventions know; another one is `_OTHER`, so that attributes stay few. */
const knownMethods = ["CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "QUERY", "TRACE"];

/** Headers that are credentials, whatever the user asks for. */
const credentialHeaders = ["authorization", "proxy-authorization", "cookie", "set-cookie"];

export function isKnownMethod(method: string): boolean {
  return knownMethods.includes(method);
}

/** What spans and the duration metric both say of a request: few values each. */
export function commonAttributes(request: Request, template: string, options: OpenTelemetryOptions): Attributes {
  const { method } = request;
  const { hostname, port, protocol } = new URL(request.url);
  return {
    "http.request.method": isKnownMethod(method) ? method : "_OTHER",
    "server.address": hostname.replace(/^\[|\]$/g, ""),
    "server.port": Number(port) || (protocol === "https:" ? 443 : 80),
    ...(options.urlTemplate ? { "url.template": template } : {}),
  };
}

/** What only a span says of a request. */
export function requestAttributes(request: Request, attempt: number, options: OpenTelemetryOptions): Attributes {
  const { method, headers } = request;
  return {
    "url.full": fullUrl(request.url, options.queryParameters ?? []),
    ...(isKnownMethod(method) ? {} : { "http.request.method_original": method }),
    ...(attempt > 1 ? { "http.request.resend_count": attempt - 1 } : {}),
    ...headerAttributes("request", headers, options.requestHeaders ?? []),
  };
}

export function headerAttributes(of: "request" | "response", headers: Headers, names: readonly string[]): Attributes {
  const shown = names
    .map((name) => name.toLowerCase())
    .filter((name) => headers.has(name) && !credentialHeaders.includes(name));
  return Object.fromEntries(shown.map((name) => [`http.${of}.header.${name}`, [headers.get(name) ?? ""]]));
}

/** Status as text where it is an error, else the failure's name; nothing for what the caller canceled or left. */
export function errorType(outcome: string, status: number | undefined): string | undefined {
  if (outcome === "ok" || outcome === "left" || outcome === "aborted") return undefined;
  return status !== undefined && status >= 400 ? String(status) : outcome;
}

/** A URL without what may be secret: user, password, fragment, and values of the query that nobody named. */
function fullUrl(url: string, shown: readonly string[]): string {
  const { origin, pathname, search } = new URL(url);
  const query = search
    .slice(1)
    .split("&")
    .map((pair) => {
      const [name = ""] = pair.split("=");
      return shown.includes(decoded(name)) || !pair.includes("=") ? pair : `${name}=REDACTED`;
    });
  return origin + pathname + (search === "" ? "" : `?${query.join("&")}`);
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name.replaceAll("+", " "));
  } catch {
    return name;
  }
}
