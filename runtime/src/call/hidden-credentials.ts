import { isBrowser } from "../base/platform.js";
import type { CallScope } from "../contract/extension.js";

/** What may add credentials to the requests of a call that the client cannot see; `undefined`: nothing. */
export function hiddenCredentials({
  core,
  options,
  request,
}: Pick<CallScope, "core" | "options" | "request">): string | undefined {
  const { credentials, dispatcher } = { ...core.options.fetchOptions, ...options.fetchOptions };
  if (core.watchers.mayAddCredentials) return "a middleware";
  const { sender } = core.api;
  if (sender !== undefined && sender.option in core.options) return `a ${sender.option} instance`;
  if (core.transport.addsCredentials !== false) return "a transport";
  if (dispatcher !== undefined) return "a dispatcher";
  if (credentials === "include") return "fetchOptions.credentials";
  // Fetch: credentials mode "same-origin", unless it is set otherwise.
  const sendsCookies = isBrowser() && credentials !== "omit";
  const isSameOrigin = sendsCookies && new URL(request.url).origin === page.location?.origin;
  return isSameOrigin ? "the browser's cookies" : undefined;
}

const page = globalThis as { readonly location?: { readonly origin: string } };
