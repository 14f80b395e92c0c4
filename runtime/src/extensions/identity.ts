import { inTime } from "../base/in-time.js";
import type { CallScope } from "../contract/extension.js";

/** How long a source of identity may take before the call goes on without one, in ms. */
const identityPatienceMs = 1_000;

/** The identity of all callers of an operation whose responses do not depend on the caller. */
const publicIdentity = "public";

/**
 * Who makes the call, as far as responses may be shared: a digest of what the client's `identity` says, else of the
 * credentials that this client adds. `undefined` where that cannot be found out, or not soon: then nothing is shared,
 * and observers hear of it once.
 */
export async function identityOf(call: CallScope): Promise<string | undefined> {
  if (isPublic(call)) return publicIdentity;
  const byFunction = call.hasHeadersFunction ? "a function that gives headers" : undefined;
  const hidden = call.identity === undefined ? (call.hiddenCredentials() ?? byFunction) : undefined;
  if (hidden !== undefined) return notTold(call, `${hidden} may add credentials`);
  try {
    const asked = await inTime(call, askIdentity(call), identityPatienceMs);
    if (asked === undefined)
      return call.signal?.aborted ? undefined : notTold(call, "the identity did not come in time");
    // The digest takes no time that could be waited for: it has no part in the patience.
    return await digest(asked);
  } catch {
    return notTold(call, "the identity could not be found out");
  }
}

/**
 * Whether a response belongs to the identity that its call had at the start: the credentials of the attempt that got it
 * may be others.
 *
 * @param authorization what the credentials added to that attempt
 */
export async function isStillOf(call: CallScope, identity: string, authorization: unknown): Promise<boolean> {
  if (call.identity !== undefined || isPublic(call)) return true;
  return identity === (await digest(credentialsText(call, authorization)));
}

function isPublic({ core, policies }: CallScope): boolean {
  return core.options.responses === "public" || policies.responses === "public";
}

function notTold(call: CallScope, reason: string): undefined {
  call.warnOnce(
    `responses are not shared (coalesce, fallback.stale) because callers cannot be told apart: ${reason}. Set identity, or responses: 'public' if responses do not depend on the caller`,
  );
}

async function askIdentity(call: CallScope): Promise<string> {
  const { core, identity } = call;
  if (identity !== undefined) return JSON.stringify(await identity());
  return credentialsText(call, await core.api.authorize?.(call));
}

function credentialsText({ request }: CallScope, authorization: unknown): string {
  const { authorization: header, cookie } = request.headers;
  return JSON.stringify([authorization, header, cookie]);
}

async function digest(text: string): Promise<string> {
  const bytes = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return String.fromCharCode(...new Uint8Array(bytes));
}
