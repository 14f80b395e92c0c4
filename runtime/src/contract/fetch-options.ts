/**
 * Options for `fetch` that the client does not set itself: `cache`, `credentials`, `keepalive`, … of the standard, Next's
 * `next`, undici's `dispatcher`.
 */
export interface FetchOptions {
  readonly [option: string]: unknown;
  /** Set by the operation. */
  readonly method?: never;
  /** Set by the option `headers`. */
  readonly headers?: never;
  /** Set by the input. */
  readonly body?: never;
  /** Set by the option `signal` and the timeouts. */
  readonly signal?: never;
  /** Set by the client, which decides which redirects are safe to follow. */
  readonly redirect?: never;
  /** Set by the client for streamed bodies. */
  readonly duplex?: never;
}
