import type { Attempt } from "../attempt.js";
import { never } from "../clock.js";
import type { HttpCall } from "../http-call.js";
import type { Answer } from "../outcome.js";
import { pairsOf } from "../pairs.js";
import { readResponse } from "../response.js";
import { identityOf } from "./identity.js";

/** An answer as it came: bytes, so that every use decodes data of its own. */
interface StoredAnswer {
  readonly status: number;
  readonly headers: readonly [string, string][];
  readonly body: Blob;
  /** When it came, on the monotonic clock, less the age that it had then (RFC 9111 §4.2.3). */
  readonly bornAt: number;
  /** The greatest age that the server allows after a failure, in ms. */
  readonly limitMs: number;
}

/** The answers of a client, those longest unused in front. */
type Cache = Map<string, StoredAnswer>;

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

/** Earlier answers to the request of one call, by the same identity (RFC 9111 §4, RFC 5861 §4). */
export class StaleAnswers {
  readonly #call: HttpCall;
  readonly #maxAgeMs: number;
  readonly #cache: Cache;
  /** Asked once, when the call begins. */
  readonly #identity: Promise<string | undefined>;

  constructor(call: HttpCall, maxAgeMs: number) {
    const { shared } = call.core;
    this.#call = call;
    this.#maxAgeMs = maxAgeMs;
    this.#cache = (shared.get("stale") as Cache | undefined) ?? new Map();
    this.#identity = identityOf(call);
    shared.set("stale", this.#cache);
  }

  /** Keeps an answer, unless its server or the request forbids that. */
  async keep({ response, chunks, status }: Answer<unknown>): Promise<void> {
    const { core } = this.#call;
    if (response === undefined || chunks === undefined || !mayBeKept(this.#call, response)) return;
    // Finding out whose it is may take a while.
    const cameAt = core.clock.now();
    const key = await this.#key();
    if (key === undefined) return;
    const { entries = 200, bytes = 10_000_000 } = core.options.staleCache ?? {};
    const { headers } = response;
    const age = secondsOf(headers.get("age"), /^\s*(\d+)\s*$/) ?? 0;
    const control = headers.get("cache-control");
    const allowed = secondsOf(control, /stale-if-error="?(\d+)/i);
    const fresh = secondsOf(control, /max-age="?(\d+)/i) ?? 0;
    const answer: StoredAnswer = {
      status,
      headers: pairsOf(headers),
      body: new Blob([...chunks]),
      bornAt: cameAt - age * 1_000,
      limitMs: allowed === undefined ? never : (fresh + allowed) * 1_000,
    };
    put(this.#cache, key, answer, entries, bytes);
  }

  /** An earlier answer that is young enough. */
  async find(): Promise<Answer<unknown> | undefined> {
    const key = await this.#key();
    const stored = key === undefined ? undefined : this.#cache.get(key);
    if (key === undefined || stored === undefined) return undefined;
    // From now on it is the one last used.
    this.#cache.delete(key);
    this.#cache.set(key, stored);
    const ageMs = this.#call.core.clock.now() - stored.bornAt;
    if (ageMs > Math.min(this.#maxAgeMs, stored.limitMs)) return undefined;
    const { status, headers, body } = stored;
    const response = new Response(body.size === 0 ? null : body, { status, headers: headers as [string, string][] });
    const outcome = await readResponse(this.#call, { isOver: true } as Attempt, response);
    return outcome.ok ? { ...outcome, source: "stale", ageMs } : undefined;
  }

  /** Method, URL, every header that the caller set (and so every one that `Vary` can name), body and identity. */
  async #key(): Promise<string | undefined> {
    const { operation, request } = this.#call;
    const identity = await this.#identity;
    const { content } = request;
    if (identity === undefined || (content !== undefined && typeof content !== "string")) return undefined;
    return JSON.stringify([operation.method, request.url, request.headers, content, identity]);
  }
}

/** RFC 9111 §3, §4.1, §4.2.4, §5.2. */
function mayBeKept({ core, request }: HttpCall, { headers }: Response): boolean {
  const control = headers.get("cache-control") ?? "";
  const wanted = request.headers["cache-control"] ?? "";
  if (/no-store|no-cache|must-revalidate/i.test(control) || /no-store|no-cache/i.test(wanted)) return false;
  const varying = (headers.get("vary") ?? "").toLowerCase().split(/\s*,\s*/);
  // What a middleware puts into a request is not in the key.
  const isHidden = core.options.middleware?.length && varying.some((name) => !/^(accept-encoding|origin|)$/.test(name));
  return !varying.includes("*") && !isHidden;
}

function secondsOf(text: string | null, pattern: RegExp): number | undefined {
  const [, seconds] = pattern.exec(text ?? "") ?? [];
  return seconds === undefined ? undefined : Number(seconds);
}
