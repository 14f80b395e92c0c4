import type { HttpCall } from "../http-call.js";

/** How long a source of identity may take before the call goes on without one, in ms. */
const patienceMs = 1_000;

/**
 * Who makes the call, as far as answers may be shared: what the client's `identity` says, else a digest of the
 * credentials. `undefined` where that cannot be found out, or not soon: then nothing is shared.
 */
export function identityOf(call: HttpCall): Promise<string | undefined> {
  const { clock } = call.core;
  const { signal } = call;
  return new Promise((resolve) => {
    const end = (identity?: string): void => {
      clock.clearTimer(timer);
      signal?.removeEventListener("abort", abort);
      resolve(identity);
    };
    const abort = (): void => end();
    const timer = clock.setTimer(end, patienceMs);
    signal?.addEventListener("abort", abort);
    ask(call).then(end, abort);
  });
}

async function ask(call: HttpCall): Promise<string> {
  const { core, request, identity } = call;
  if (identity !== undefined) return identity();
  const authorization = await core.api.authorize?.(call);
  const { authorization: header, cookie } = request.headers;
  const credentials = JSON.stringify([authorization, header, cookie]);
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(credentials));
  return String.fromCharCode(...new Uint8Array(digest));
}
