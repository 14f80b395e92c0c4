import type { Authorization, AuthValues, SecurityScheme } from "../auth/auth.js";
import type { Clock } from "../base/clock.js";
import type { Duration } from "../base/duration.js";
import { answered } from "../base/invalid-input.js";
import type { HttpCall } from "../call/http-call.js";
import type { Extension, Reader } from "../contract/extension.js";
import type { FetchOptions } from "../contract/fetch-options.js";
import type { HeaderValues } from "../http/request.js";
import type { Sender, Transport } from "../http/transport.js";
import type { Observer } from "../observe/events.js";
import type { Middleware } from "../observe/middleware.js";
import type { Watcher } from "../observe/watchers.js";
import type { SharedStore } from "../policies/breaker-link.js";
import type { ClientResilience } from "../policies/overrides.js";
import { checkOptions } from "./check-options.js";
import { controlOf, type ResilienceControl } from "./control.js";
import { Core } from "./state.js";

/** What the generated `client.ts` says of its API. */
export interface ApiDescription {
  /** Keeps generated code and runtime in step: another number does not compile. */
  readonly contract: 1;
  /** Absolute servers of the document, the default one first; variables in braces. */
  readonly servers: readonly string[];
  /** Default values of the servers' variables. */
  readonly variables?: Readonly<Record<string, string>>;
  /** How each security scheme wants its credentials, by its name. */
  readonly securitySchemes?: Readonly<Record<string, SecurityScheme>>;
  /** Names of the operations; absent in a client of very many, for a bundle would hold them all. */
  readonly operations?: readonly string[];
  /** How requests are sent where the options name no transport. @default by `fetch` alone */
  readonly sender?: Sender;
  /** Asks for credentials; absent where the document knows no security scheme. */
  readonly authorize?: (call: HttpCall) => Authorization | Promise<Authorization>;
}

/** Where an operation's request goes: told to a `baseUrl` that is a function. */
export interface ServerChoice {
  /** Name of the operation. */
  readonly operation: string;
  /** The server that the document gives for it, if any. */
  readonly server: string | undefined;
}

/** What `createClient` takes whatever the API; the generated `ClientOptions` adds credentials and servers. */
export interface BaseClientOptions<Id extends string = string> {
  /** Headers of every request; names in any case. */
  readonly headers?: HeaderValues | (() => HeaderValues) | undefined;
  /** Run around each attempt, the first outermost. */
  readonly middleware?: readonly Middleware<Id>[] | undefined;
  /** Hears every event of this client. What it throws is dropped. */
  readonly observe?: Observer | readonly Observer[] | undefined;
  /** Policies of all operations, over the document's; what is written for a path or an operation stays. */
  readonly resilience?: ClientResilience | undefined;
  /** Policies of single operations, over everything else. */
  readonly operations?: { readonly [Name in Id]?: ClientResilience | undefined } | undefined;
  /** Policies that may be switched on above although the document does not: `hedge`, `coalesce`, … of the runtime. */
  readonly extensions?: readonly (Extension | readonly Extension[])[] | undefined;
  /** Passed to `fetch` with every request. */
  readonly fetchOptions?: FetchOptions | undefined;
  /** What joins a call to others: told to observers and, where a policy says so, to the called service. */
  readonly correlationId?: (() => string | undefined) | undefined;
  /**
   * Who makes a call, where responses are shared (`coalesce`, `fallback.stale`): two identities never get each other's.
   * Without it nothing is shared where a middleware, a ky instance, a transport or a headers function of your own may add
   * credentials.
   * @default a digest of the credentials
   */
  readonly identity?: (() => string | Promise<string>) | undefined;
  /** `public`: responses do not depend on the caller, so that all callers may share them. @default they depend on it */
  readonly responses?: "public" | undefined;
  /** Limits of the earlier answers that `fallback.stale` keeps. @default 200 entries, 10 MB */
  readonly staleCache?: { readonly entries?: number; readonly bytes?: number } | undefined;
  /**
   * Where breakers with `shared: true` keep their state for all processes: `redisStore` of `resil-gen-runtime/redis`, or
   * `sharedStore` of `resil-gen-runtime/stores`. @default each process has its own
   */
  readonly store?: SharedStore | undefined;
  /** Sends requests instead of the client's own. */
  readonly transport?: Transport | undefined;
  /** Where time comes from. @default the system's clock */
  readonly clock?: Clock | undefined;
  /** Where chance comes from, for jitter: 0 ≤ x < 1. @default Math.random */
  readonly random?: (() => number) | undefined;
}

/** Options with the parts that only the generated code can type. */
export interface RuntimeOptions extends Omit<BaseClientOptions<never>, "operations"> {
  readonly operations?: Readonly<Record<string, ClientResilience | undefined>> | undefined;
  readonly baseUrl?: string | ((choice: ServerChoice) => string) | undefined;
  readonly server?: string | undefined;
  readonly variables?: Readonly<Record<string, string | undefined>> | undefined;
  readonly auth?: AuthValues | undefined;
}

/** What differs between clients that share their state. */
export interface ClientContext<Auth = AuthValues> {
  /** Credentials by the name of their security scheme. */
  readonly auth?: Auth | undefined;
  /** Headers of every request, or a function that gives them for each call. */
  readonly headers?: HeaderValues | (() => HeaderValues) | undefined;
  /** Who makes the calls, where answers are shared. */
  readonly identity?: (() => string | Promise<string>) | undefined;
}

/** What a generated function needs of a client. Its members are for the runtime alone. */
export interface ClientHandle {
  readonly "~core": Core;
  readonly "~context": HandleContext;
}

/** What is of one call, beside what is of its client. */
export interface HandleContext extends ClientContext {
  /** Reads successful answers instead of the usual way. */
  readonly reader?: Reader;
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
  return clientOf(new Core(api, options), { auth, headers, identity });
}

function clientOf<Auth, Id extends string>(core: Core, context: ClientContext): Client<Auth, Id> {
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
