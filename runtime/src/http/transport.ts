/** Sends one request and comes back with the response: the shape of `fetch`. */
export interface Transport {
  (input: URL | Request, init?: RequestInit): Promise<Response>;
  /** `false`: it adds no credentials of its own, so that the client knows whose a response is. */
  readonly addsCredentials?: false | undefined;
  /** Sends what a redirect leads to in another origin, with nothing of the user's own in it. @default the same */
  readonly foreign?: Transport | undefined;
}

/** What a client sends by, and the option of `createClient` that goes with it. */
export interface Sender {
  readonly option: string;
  /** @param options those of `createClient` */
  transport(options: object): Transport;
}

/**
 * Sends by fetch alone: about a third less work per request than by ky.
 *
 * @param options.fetch another implementation. @default the platform's, looked up at each request
 */
export function fetchTransport(options: { readonly fetch?: typeof fetch } = {}): Transport {
  const send: Transport = (input, init) => (options.fetch ?? fetch)(input, init);
  return options.fetch === undefined ? Object.assign(send, { addsCredentials: false as const }) : send;
}
