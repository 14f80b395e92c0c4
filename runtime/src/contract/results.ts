import type { AuthValues } from "../auth/auth.js";
import type { Duration } from "../base/duration.js";
import type { Source } from "../base/outcome.js";
import { HttpCall } from "../call/http-call.js";
import type { ClientHandle } from "../client/client.js";
import type { Operation, OperationInput } from "../http/operation-facts.js";
import type { HeaderValues } from "../http/request.js";
import type { CallResilience } from "../policies/overrides.js";
import type { ResilienceError } from "./errors.js";
import type { FetchOptions } from "./fetch-options.js";

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

interface CallSummary {
  /** Attempts that were made. */
  readonly attempts: number;
  /** Length of the whole call in ms, waits included. */
  readonly elapsedMs: number;
  /** The last answer; its body has been read. */
  readonly response: Response | undefined;
}

/** A call that ended with data. */
export interface Succeeded<Status extends number, Data, Headers = object> extends CallSummary {
  /** Tells it from {@link Failed}. */
  readonly ok: true;
  /** What the answer holds. */
  readonly data: Data;
  /** The response headers that the description knows, read; empty where the data came from no response. */
  readonly headers: Headers;
  /** Status of the answer; several 2xx have data of different types. */
  readonly status: Status;
  /** Where the data came from. */
  readonly source: Source;
  /** Age of an earlier answer in ms, where `source` is `stale`. */
  readonly ageMs: number | undefined;
}

/** A call that ended with an error. */
export interface Failed<CallError> extends CallSummary {
  /** Tells it from {@link Succeeded}. */
  readonly ok: false;
  /** What `await` would have thrown; its `code` says what it is. */
  readonly error: CallError;
  /** Status of the last answer, if there was one. */
  readonly status: number | undefined;
}

/**
 * A call under way: a promise of its data, which rejects with a {@link ResilienceError}. `Success` ties the status to
 * the data where an operation has several 2xx answers.
 */
export interface Call<Data, CallError, Success extends Succeeded<number, unknown> = Succeeded<number, Data>>
  extends Promise<Data> {
  /** How the call ended, as a value. Never throws, and marks the rejection as handled. */
  result(): Promise<Success | Failed<CallError>>;
  /** The data together with the response that it came in. */
  withResponse(): Promise<WithResponse<Data, Success["headers"]>>;
}

/** Data, and the response that it came in. */
export interface WithResponse<Data, Headers> {
  /** The body, decoded and typed by the operation's 2xx answers. */
  readonly data: Data;
  /** The headers that the description knows, read. */
  readonly headers: Headers;
  /** Its body has been read already. Where a fallback gave the data it is made from what was kept, or from the value. */
  readonly response: Response;
}

export type Settled = Succeeded<number, unknown> | Failed<ResilienceError>;

/**
 * What the promise of a call inherits from: a promise that tells when somebody waits for it. `await`, `then` and all that
 * is made of them ask a promise for its constructor (ECMA-262 §27.2.4.7, §27.2.5.4) and go on as fast as with any other;
 * with a class of its own each call would cost 0.6 µs more.
 */
const watchedPromise: object = /* @__PURE__ */ Object.create(Promise.prototype, {
  constructor: {
    get(this: { "~interest"?: HttpCall["interest"] }) {
      if (this["~interest"] !== undefined) this["~interest"].isShown = true;
      return Promise;
    },
  },
});

/** Starts a call. Every generated function is this, with types of its own. */
export function callOperation<Data, CallError, Success extends Succeeded<number, unknown> = Succeeded<number, Data>>(
  client: ClientHandle,
  operation: Operation,
  input: object | undefined,
  options: CallOptions<object> | undefined,
): Call<Data, CallError, Success> {
  const call = new HttpCall(client, operation, (options ?? {}) as CallOptions);
  const settled = call.execute((input ?? {}) as OperationInput);
  const promise = settled.then((end) => {
    if (end.ok) return end.data;
    throw end.error;
  });
  // The call's event tells of an error that nobody asked for; the process does not end of it.
  promise.catch(() => {});
  Object.setPrototypeOf(promise, watchedPromise);
  return Object.assign(promise, {
    "~interest": call.interest,
    result: () => {
      call.interest.isShown = true;
      return settled;
    },
    withResponse: async () => {
      const [data, { response = new Response(null), ...end }] = await Promise.all([promise, settled]);
      return { data, response, headers: end.ok ? end.headers : {} };
    },
  }) as Promise<unknown> as Call<Data, CallError, Success>;
}
