import type { ClientHandle } from "../client/client.js";
import type { CallOptions } from "../contract/call-options.js";
import type { Operation } from "../contract/operation.js";
import type { Call, Succeeded } from "../contract/results.js";
import type { OperationInput } from "../http/operation-facts.js";
import { HttpCall } from "./http-call.js";

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
