/**
 * Options for `fetch` that the client does not set itself: `cache`, `credentials`, `keepalive`, … of the standard, Next's
 * `next`, undici's `dispatcher`.
 */
export interface FetchOptions {
  readonly [option: string]: unknown;
  readonly method?: never;
  readonly headers?: never;
  readonly body?: never;
  readonly signal?: never;
  readonly redirect?: never;
  readonly duplex?: never;
}
