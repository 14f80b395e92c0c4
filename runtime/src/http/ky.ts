import ky, { type KyInstance, type Options } from "ky";
import { pairsOf } from "../base/header-pairs.js";
import type { Sender, Transport } from "./transport.js";

/** What `createClient` takes where requests are sent by ky. */
export interface KyOptions {
  /** A ky instance of your own, for its hooks and its `fetch`. Its retry and timeout are switched off. */
  readonly ky?: KyInstance | undefined;
}

/** Attempts must not multiply (RFC 9110 §9.2.2), nor end by another time than the policies'. The last is new in ky 2. */
const off = { retry: 0, timeout: false, throwHttpErrors: false, totalTimeout: false } as const;

/**
 * Sends by ky. Its own retry, timeouts and throwing are off.
 *
 * @param instance an instance of your own, for its hooks and its `fetch`. @default ky itself
 */
export function kyTransport(instance: KyInstance = ky): Transport {
  const foreign = sendBy(bare(instance));
  // A ky instance of the user's own may have headers and hooks.
  return Object.assign(sendBy(instance), { foreign, ...(instance === ky ? { addsCredentials: false as const } : {}) });
}

/** Lets a client send by ky, and take an instance of the user's own. */
export const byKy: Sender = { option: "ky", transport: ({ ky }: KyOptions) => kyTransport(ky) };

type Fetch = (input: URL, init: RequestInit) => Promise<Response>;

/** What of an instance's settings says how its requests are sent. */
interface Defaults {
  readonly fetch?: Fetch | undefined;
  readonly hooks?: { readonly beforeRequest?: readonly unknown[] | undefined } | undefined;
  readonly onUploadProgress?: unknown;
}

/**
 * ky makes a `Request` and hands it to `fetch`. Frameworks take that for another thing than a URL with its options: Next
 * gives every attempt of a GET the first one's response, unless it finds the signal among the options. So what ky and its
 * hooks have made of a request is taken apart again.
 */
function sendBy(instance: KyInstance): Transport {
  const { fetch: own, hooks, onUploadProgress } = defaultsOf(instance);
  const mayChangeBody = (hooks?.beforeRequest?.length ?? 0) > 0 || onUploadProgress !== undefined;
  return (input, init = {}) => {
    const send = async (made: Request, more?: object): Promise<Response> => {
      const { url, method, headers } = made;
      const body = mayChangeBody ? await bodyOf(made, init.body) : init.body;
      const whole = { ...init, ...more, method, headers, body: body ?? undefined };
      return (own ?? fetch)(new URL(url), whole as RequestInit);
    };
    // ky would read a stream on its own, and keep what it has read.
    const seen = !mayChangeBody && init.body instanceof ReadableStream ? { ...init, body: null } : init;
    return instance(input, { ...seen, ...off, fetch: send as typeof fetch });
  };
}

/** ky tells its settings to nobody but a function that extends them. */
function defaultsOf(instance: KyInstance): Defaults {
  let defaults: Defaults = {};
  instance.extend((given) => {
    defaults = given as Defaults;
    return {};
  });
  return defaults;
}

/** The body of a request that a hook may have put in place of ours. One that was in memory is so again. */
async function bodyOf(made: Request, given: unknown): Promise<RequestInit["body"]> {
  if (made.body === null) return null;
  return given instanceof ReadableStream ? made.body : made.arrayBuffer();
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
