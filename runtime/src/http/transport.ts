import ky, { type KyInstance, type Options } from "ky";
import { pairsOf } from "../base/pairs.js";

/** Sends one request and comes back with the response: the shape of `fetch`. */
export interface Transport {
  (input: URL | Request, init?: RequestInit): Promise<Response>;
  /** `false`: it adds no credentials of its own, so that the client knows whose a response is. */
  readonly addsCredentials?: false | undefined;
  /** Sends what a redirect leads to in another origin, with nothing of the user's own in it. @default the same */
  readonly foreign?: Transport | undefined;
}

/** Attempts must not multiply (RFC 9110 §9.2.2), nor end by another time than the policies'. The last is new in ky 2. */
const off = { retry: 0, timeout: false, throwHttpErrors: false, totalTimeout: false } as const;

/**
 * Sends by ky. Its own retry, timeouts and throwing are off.
 *
 * @param instance an instance of your own, for its hooks and its `fetch`. @default ky itself
 */
export function kyTransport(instance: KyInstance = ky): Transport {
  const send: Transport = (input, init) => instance(input, { ...init, ...off });
  const foreign: Transport = (input, init) => bare(instance)(input, { ...init, ...off });
  // A ky instance of the user's own may have headers and hooks.
  return Object.assign(send, { foreign, ...(instance === ky ? { addsCredentials: false as const } : {}) });
}

/** An instance without headers, query and hooks that its requests are given: of it stays how it sends. */
function bare(instance: KyInstance): KyInstance {
  const hooks = { beforeRequest: undefined };
  const empty = { hooks, searchParams: undefined } as object as Options;
  const strip = ({ headers }: Request): void => {
    for (const [name] of pairsOf(headers)) headers.delete(name);
  };
  // ky 2 hands its hooks an object that holds the request.
  const last = (given: Request | { readonly request: Request }): void =>
    strip("request" in given ? given.request : given);
  return instance.extend(empty).extend({ hooks: { beforeRequest: [last] } } as object as Options);
}
