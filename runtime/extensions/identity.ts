import type { Authorization } from "../auth.js";
import type { HttpCall } from "../http-call.js";
import { isBrowser } from "../redirect.js";

/** How long a source of identity may take before the call goes on without one, in ms. */
const patienceMs = 1_000;

/**
 * Who makes the call, as far as answers may be shared: what the client's `identity` says, else a digest of the
 * credentials. `undefined` where that cannot be found out, or not soon: then nothing is shared.
 */
export function identityOf(call: HttpCall): Promise<string | undefined> {
  const { clock, aborts } = call.core;
  return new Promise((resolve) => {
    const end = (identity?: string): void => {
      clock.clearTimer(timer);
      deafen();
      resolve(identity);
    };
    const nobody = (): void => end();
    const timer = clock.setTimer(nobody, patienceMs);
    const deafen = aborts.add(call.signal, nobody);
    ask(call).then(end, nobody);
  });
}

async function ask(call: HttpCall): Promise<string | undefined> {
  const { core, request, identity } = call;
  if (identity !== undefined) return identity();
  const authorization = await core.api.authorize?.(call);
  const { authorization: header, cookie } = request.headers;
  if (!hasCredentials(call, authorization) && mayHaveHidden(call)) return undefined;
  const credentials = JSON.stringify([authorization, header, cookie]);
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(credentials));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function hasCredentials({ core, request }: HttpCall, by: Authorization | undefined): boolean {
  const schemes = Object.values(core.api.securitySchemes ?? {});
  const keys = schemes.flatMap((scheme) => (scheme.type === "apiKey" ? [scheme.name.toLowerCase()] : []));
  if (["authorization", "cookie", ...keys].some((name) => name in request.headers)) return true;
  return by !== undefined && Object.keys({ ...by.headers, ...by.query, ...by.cookies }).length > 0;
}

/** Whether credentials may go along that cannot be seen here: a browser's cookies, or what a middleware adds. */
function mayHaveHidden({ operation: { security = [] } }: HttpCall): boolean {
  return isBrowser() || (security.length > 0 && security.every((names) => names.length > 0));
}
