import type { Authorization } from "../auth/auth.js";
import { inTime } from "../base/in-time.js";
import { isBrowser } from "../base/platform.js";
import type { HttpCall } from "../call/http-call.js";

/** How long a source of identity may take before the call goes on without one, in ms. */
const patienceMs = 1_000;

/**
 * Who makes the call, as far as answers may be shared: a digest of what the client's `identity` says, else of the
 * credentials. `undefined` where that cannot be found out, or not soon: then nothing is shared.
 */
export async function identityOf(call: HttpCall): Promise<string | undefined> {
  try {
    const asked = await inTime(call, ask(call), patienceMs);
    // The digest takes no time that could be waited for: it has no part in the patience.
    return asked === undefined ? undefined : await digest(asked);
  } catch {
    return undefined;
  }
}

async function ask(call: HttpCall): Promise<string | undefined> {
  const { core, request, identity } = call;
  if (identity !== undefined) return JSON.stringify(await identity());
  const authorization = await core.api.authorize?.(call);
  const { authorization: header, cookie } = request.headers;
  if (!hasCredentials(call, authorization) && mayHaveHidden(call)) return undefined;
  return JSON.stringify([authorization, header, cookie]);
}

async function digest(text: string): Promise<string> {
  const bytes = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return String.fromCharCode(...new Uint8Array(bytes));
}

function hasCredentials({ core, request }: HttpCall, by: Authorization | undefined): boolean {
  const schemes = Object.values(core.api.securitySchemes ?? {});
  const keys = schemes.flatMap((scheme) => (scheme.type === "apiKey" ? [scheme.name.toLowerCase()] : []));
  if (["authorization", "cookie", ...keys].some((name) => name in request.headers)) return true;
  return by !== undefined && Object.keys({ ...by.headers, ...by.query, ...by.cookies }).length > 0;
}

/**
 * Whether credentials may go along that cannot be seen here: what a middleware or a transport of the user's own adds, or
 * the cookies that a browser sends to the page's own origin (Fetch: credentials mode "same-origin").
 */
function mayHaveHidden({ core, operation: { security = [] }, request }: HttpCall): boolean {
  const { ky, transport, middleware } = core.options;
  const canAdd = ky !== undefined || transport !== undefined || (middleware?.length ?? 0) > 0;
  if (isBrowser()) return canAdd || new URL(request.url).origin === page.location?.origin;
  return canAdd && security.length > 0 && security.every((names) => names.length > 0);
}

const page = globalThis as { readonly location?: { readonly origin: string } };
