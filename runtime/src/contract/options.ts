import type { AuthValues } from "../auth/auth.js";
import type { Clock } from "../base/clock.js";
import type { HeaderValues } from "../http/request.js";
import type { Transport } from "../http/transport.js";
import type { Observer } from "../observe/events.js";
import type { Middleware } from "../observe/middleware.js";
import type { ClientResilience } from "../policies/overrides.js";
import type { SharedStore } from "../policies/shared-store.js";
import type { FetchOptions } from "./call-options.js";
import type { Extension } from "./extension.js";

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
  readonly origin?: string | undefined;
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
