import type { AuthValues } from "../auth/auth.js";
import type { Duration } from "../base/duration.js";
import type { HeaderValues } from "../http/request.js";
import type { CallResilience } from "../policies/overrides.js";

/** What may be set for one call. */
export interface CallOptions<Auth = AuthValues> {
  /** Ends the call at any stage, at once. */
  readonly signal?: AbortSignal | undefined;
  /** Further headers; `undefined` takes one away. */
  readonly headers?: HeaderValues | undefined;
  /** Credentials instead of the client's. */
  readonly auth?: Auth | undefined;
  /** Who makes the call, where answers are shared. */
  readonly identity?: (() => string | Promise<string>) | undefined;
  /** Hears how far an upload or a download has got. Of other operations, where the client has the extension for it. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  /** Limit on this call as a whole, everything included: `resilience.timeout.total`. `false`: none. */
  readonly timeout?: Duration | false | undefined;
  /** Attempts of this call after the first: `resilience.retry.maxRetries`. */
  readonly maxRetries?: number | undefined;
  /** Passed to `fetch`, over those of the client. */
  readonly fetchOptions?: FetchOptions | undefined;
  /** Timeout, retry, hedge, coalescing and fallback of this call. */
  readonly resilience?: CallResilience | undefined;
}

/** How far a body has got. Told by piece, and from the start again for another attempt. */
export interface Progress {
  /** Which body: the request's, or the answer's. */
  readonly direction: "upload" | "download";
  /** Bytes so far; of a compressed download, those that came out. */
  readonly transferred: number;
  /** Bytes in all, where that is known. */
  readonly total: number | undefined;
}

/**
 * Options for `fetch` that the client does not set itself: `cache`, `credentials`, `keepalive`, … of the standard, Next's
 * `next`, undici's `dispatcher`.
 */
export interface FetchOptions {
  /** Any other option, passed on as it is. */
  readonly [option: string]: unknown;
  /** Set by the client. */
  readonly method?: never;
  /** Set by the client. */
  readonly headers?: never;
  /** Set by the client. */
  readonly body?: never;
  /** Set by the client. */
  readonly signal?: never;
  /** Set by the client. */
  readonly redirect?: never;
  /** Set by the client. */
  readonly duplex?: never;
}
