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
