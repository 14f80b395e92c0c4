import type { HttpCall } from "../http-call.js";

/** How long a source of identity may take before the call goes on without one, in ms. */
const patienceMs = 1_000;

/**
 * Who makes the call, as far as answers may be shared: a digest of what the client's `identity` says, else of the
 * credentials. `undefined` where that cannot be found out, or not soon: then nothing is shared.
 */
export async function identityOf(call: HttpCall): Promise<string | undefined> {
  const asked = await askInTime(call);
  // The digest takes no time that could be waited for: it has no part in the patience.
  return asked === undefined ? undefined : digest(asked).catch(() => undefined);
}

function askInTime(call: HttpCall): Promise<string | undefined> {
  const { clock } = call.core;
  const { signal } = call;
  return new Promise((resolve) => {
    const end = (asked?: string): void => {
      clock.clearTimer(timer);
      signal?.removeEventListener("abort", abort);
      resolve(asked);
    };
    const abort = (): void => end();
    const timer = clock.setTimer(end, patienceMs);
    signal?.addEventListener("abort", abort);
    ask(call).then(end, abort);
  });
}

async function ask(call: HttpCall): Promise<string> {
  const { core, request, identity } = call;
  if (identity !== undefined) return JSON.stringify(await identity());
  const authorization = await core.api.authorize?.(call);
  const { authorization: header, cookie } = request.headers;
  return JSON.stringify([authorization, header, cookie]);
}

async function digest(text: string): Promise<string> {
  const bytes = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
