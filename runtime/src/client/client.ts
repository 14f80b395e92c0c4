import type { AuthValues } from "../auth/auth.js";
import type { Duration } from "../base/duration.js";
import { answered } from "../base/invalid-input.js";
import type { ApiDescription } from "../contract/api.js";
import type { AnswerReader } from "../contract/extension.js";
import type { ClientContext, RuntimeOptions } from "../contract/options.js";
import type { HeaderValues } from "../http/request.js";
import type { Watcher } from "../observe/watchers.js";
import { checkOptions } from "./check-options.js";
import { controlOf, type ResilienceControl } from "./control.js";
import { ClientState } from "./state.js";

/** What a generated function needs of a client. Its members are for the runtime alone. */
export interface ClientHandle {
  readonly "~core": ClientState;
  readonly "~context": HandleContext;
}

/** What is of one call, beside what is of its client. */
export interface HandleContext extends ClientContext {
  /** Reads successful answers instead of the usual way. */
  readonly reader?: AnswerReader;
  /** Where the request goes, instead of what base URL, path and query come to. */
  readonly url?: string;
}

/**
 * A connection to one API: its address, its credentials, and the state of its policies. Have one per process and API;
 * breakers and bulkheads of two clients know nothing of each other.
 */
export interface Client<Auth = AuthValues, Id extends string = string> extends ClientHandle {
  /** State and counters of operations and scopes; breakers can be held open or closed. */
  readonly resilience: ResilienceControl<Id>;
  /**
   * Lets something watch this client and all that share its state, from the next call on; the returned function ends
   * that. The entries `resil-gen-runtime/otel`, `resil-gen-runtime/prometheus` and `resil-gen-runtime/log` attach themselves by this.
   */
  attach(watcher: Watcher): () => void;
  /** The same client with other credentials or further headers; it shares breakers, bulkheads and budgets. */
  with(context: ClientContext<Auth>): Client<Auth, Id>;
  /**
   * New calls fail with `closed`. Running ones may finish within `drain`; then they are ended with `closed` too.
   *
   * @param options.drain a time in ms, or with a unit (`10s`). @default 0
   */
  close(options?: { readonly drain?: Duration | undefined }): Promise<void>;
}

/**
 * Makes a client. Does no I/O, starts no timer, draws no random number.
 *
 * @throws TypeError for an option that is unknown, out of range, or in contradiction with another
 */
export function buildClient<Auth, Id extends string>(api: ApiDescription, options: RuntimeOptions): Client<Auth, Id> {
  checkOptions(options, api);
  const { auth, headers, identity } = options;
  return clientOf(new ClientState(api, options), { auth, headers, identity });
}

function clientOf<Auth, Id extends string>(core: ClientState, context: ClientContext): Client<Auth, Id> {
  return {
    resilience: controlOf(core),
    attach: (watcher) => core.watchers.attach(watcher),
    "~core": core,
    "~context": context,
    with: ({ auth, headers, identity }) =>
      clientOf(core, {
        auth: { ...context.auth, ...auth },
        headers: bothHeaders(context.headers, headers),
        // Whoever has other credentials or headers may be somebody else.
        identity: identity ?? (auth === undefined && headers === undefined ? context.identity : undefined),
      }),
    close: ({ drain } = {}) => core.close(drain ?? 0),
  };
}

/** What is no function stays none: then the client knows all that is sent. */
function bothHeaders(given: ClientContext["headers"], more: ClientContext["headers"]): ClientContext["headers"] {
  const both = (): HeaderValues => ({ ...valuesOf(given), ...valuesOf(more) });
  return typeof given === "function" || typeof more === "function" ? both : both();
}

/**
 * Header values, asked for now.
 *
 * @throws InvalidInput
 */
export function valuesOf(headers: ClientContext["headers"]): HeaderValues {
  return (typeof headers === "function" ? answered("headers", headers) : headers) ?? {};
}
