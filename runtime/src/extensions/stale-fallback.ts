import { elapsedSince, type Moment, momentOf, never } from "../base/clock.js";
import type { Answer, Outcome } from "../base/outcome.js";
import { readResponse } from "../call/answer.js";
import type { CallScope, Extension } from "../contract/extension.js";
import type { Attempt } from "../pipeline/attempt.js";
import { identityOf, isStillOf } from "./identity.js";
import { orInstead } from "./transient-fallback.js";

/** An answer as it came: bytes, so that every use decodes data of its own. */
interface StoredAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Blob;
  readonly cameAt: Moment;
  /** The age that it had then, in ms (RFC 9111 §4.2.3). */
  readonly ageMs: number;
  /** The greatest age that the server allows after a failure, in ms. */
  readonly limitMs: number;
}

/** The answers of a client, those longest unused in front. */
type Cache = Map<string, StoredAnswer>;

/** Gives an earlier answer to the same request when a call failed for good (RFC 9111 §4, RFC 5861 §4). */
export const staleFallback: Extension = {
  policy: "fallback.stale",
  async around(call: CallScope, next: () => Promise<Outcome<unknown>>): Promise<Outcome<unknown>> {
    const { fallback } = call.policies;
    const maxAgeMs = fallback && call.operation.safe ? fallback.stale : false;
    if (maxAgeMs === false) return next();
    const { shared } = call.core;
    const cache = (shared.get("stale") as Cache | undefined) ?? new Map<string, StoredAnswer>();
    shared.set("stale", cache);
    // Asked once, when the call begins.
    const asked = identityOf(call);
    const outcome = await next();
    if (outcome.ok) void keep(outcome, cache, asked, call);
    return orInstead(call, outcome, async () => find(cache, keyOf(call, await asked), maxAgeMs, call));
  },
};

/** Method, URL, every header that the caller set (and so every one that `Vary` can name), body and identity. */
function keyOf(call: CallScope, identity: string | undefined): string | undefined {
  const { url, headers, content } = call.request;
  if (identity === undefined || (content !== undefined && typeof content !== "string")) return undefined;
  return JSON.stringify([call.operation.method, url, headers, content, identity]);
}

/** Keeps an answer, unless its server or the request forbids that. */
async function keep(
  { response, chunks, status, authorization }: Answer<unknown>,
  cache: Cache,
  asked: Promise<string | undefined>,
  call: CallScope,
): Promise<void> {
  if (response === undefined || chunks === undefined || !mayBeKept(call, response)) return;
  const { clock, options } = call.core;
  // Finding out whose it is may take a while.
  const cameAt = momentOf(clock);
  const identity = await asked;
  const key = keyOf(call, identity);
  if (identity === undefined || key === undefined || !(await isStillOf(call, identity, authorization))) return;
  const { headers } = response;
  const age = seconds(headers, "age", /^\s*(\d+)\s*$/) ?? 0;
  const allowed = seconds(headers, "cache-control", /stale-if-error="?(\d+)/i) ?? never;
  const fresh = seconds(headers, "cache-control", /max-age="?(\d+)/i) ?? 0;
  const { entries = 200, bytes = 10_000_000 } = options.staleCache ?? {};
  const answer: StoredAnswer = {
    status,
    headers: new Headers(headers),
    body: new Blob([...chunks]),
    cameAt,
    ageMs: age * 1_000,
    limitMs: (fresh + allowed) * 1_000,
  };
  put(cache, key, answer, entries, bytes);
}

/** RFC 9111 §3, §4.1, §4.2.4, §5.2. */
function mayBeKept({ core, request }: CallScope, { headers }: Response): boolean {
  const control = headers.get("cache-control") ?? "";
  const wanted = request.headers["cache-control"] ?? "";
  if (/no-store|no-cache|must-revalidate/i.test(control) || /no-store|no-cache/i.test(wanted)) return false;
  // What a middleware puts into a request is not in the key.
  const isSeen = core.options.middleware?.length ? /^(accept-encoding|origin|)$/i : /^[^*]*$/;
  return (headers.get("vary") ?? "").split(/\s*,\s*/).every((name) => isSeen.test(name));
}

function seconds(headers: Headers, name: string, pattern: RegExp): number | undefined {
  const [, found] = pattern.exec(headers.get(name) ?? "") ?? [];
  return found === undefined ? undefined : Number(found);
}

/** Keeps an answer; those longest unused leave where they become too many, or too large together. */
function put(cache: Cache, key: string, answer: StoredAnswer, maxEntries: number, maxBytes: number): void {
  cache.delete(key);
  // One that is larger than all may be together must not drive out the others.
  if (answer.body.size > maxBytes) return;
  cache.set(key, answer);
  let bytes = 0;
  for (const { body } of cache.values()) bytes += body.size;
  for (const [oldest, { body }] of cache) {
    if (cache.size <= maxEntries && bytes <= maxBytes) return;
    bytes -= body.size;
    cache.delete(oldest);
  }
}

/** An earlier answer that is young enough. */
async function find(
  cache: Cache,
  key: string | undefined,
  maxAgeMs: number,
  call: CallScope,
): Promise<Answer<unknown> | undefined> {
  const stored = key === undefined ? undefined : cache.get(key);
  if (key === undefined || stored === undefined) return undefined;
  // From now on it is the one last used.
  cache.delete(key);
  cache.set(key, stored);
  const { body, cameAt, limitMs } = stored;
  const ageMs = stored.ageMs + elapsedSince(call.core.clock, cameAt);
  if (ageMs > Math.min(maxAgeMs, limitMs)) return undefined;
  const response = new Response(body.size === 0 ? null : body, stored);
  const outcome = await readResponse(call, { isOver: true } as Attempt, response);
  return outcome.ok ? { ...outcome, source: "stale", ageMs } : undefined;
}
