import type { Transport } from "./transport.js";

/**
 * Sends by fetch alone: about a third less work per request than by ky.
 *
 * @param options.fetch another implementation. @default the platform's, looked up at each request
 */
export function fetchTransport(options: { readonly fetch?: typeof fetch } = {}): Transport {
  const send: Transport = (input, init) => (options.fetch ?? fetch)(input, init);
  return options.fetch === undefined ? Object.assign(send, { addsCredentials: false as const }) : send;
}
