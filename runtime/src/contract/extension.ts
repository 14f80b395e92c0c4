import type { AuthValues } from "../auth/auth.js";
import type { AbortListeners } from "../base/abort-listeners.js";
import type { Clock } from "../base/clock.js";
import type { Answer, Failure, Outcome } from "../base/outcome.js";
import type { OperationFacts, OperationInput } from "../http/operation-facts.js";
import type { PreparedRequest } from "../http/request.js";
import type { Transport } from "../http/transport.js";
import type { Emit } from "../observe/events.js";
import type { Watchers } from "../observe/watchers.js";
import type { Attempt } from "../pipeline/attempt.js";
import type { Limiter, PolicyRun, SharedState } from "../pipeline/run.js";
import type { ExtendedPolicy } from "../policies/extended-policies.js";
import type { Policies, RateLimitPolicy } from "../policies/types.js";
import type { Decoder } from "../serialize/text.js";
import type { EncodedBody } from "../serialize/types.js";
import type { ApiDescription } from "./api.js";
import type { CallOptions, FetchOptions } from "./call-options.js";
import type { ResilienceError } from "./errors.js";
import type { Settled } from "./results.js";

/** What an extension sees of a client, and of what its calls share. */
export interface ClientScope {
  readonly api: ApiDescription;
  readonly options: ClientFacts;
  readonly clock: Clock;
  readonly random: () => number;
  readonly transport: Transport;
  readonly watchers: Watchers;
  readonly aborts: AbortListeners;
  /** For whole texts: making one costs more than what it does. */
  readonly utf8: Decoder;
  /** What extensions keep, by keys of their own. */
  readonly shared: Map<string, unknown>;
  /** What ends with the client. */
  readonly running: Set<Running>;
  /** Calls that wait for an asynchronous credential. */
  credentialsAsked: number;
  readonly isClosed: boolean;
  /** Whether what was under way has been ended, after the drain. */
  readonly isOver: boolean;
  /** What all calls of an operation share. */
  state(operation: OperationFacts): SharedState;
  /** A stream has ended. */
  ended(run: Running): void;
}

/** What of a client's options an attempt or an extension needs to know. */
export interface ClientFacts {
  readonly fetchOptions?: FetchOptions | undefined;
  readonly ky?: unknown;
  readonly middleware?: readonly unknown[] | undefined;
  readonly responses?: "public" | undefined;
  readonly staleCache?: { readonly entries?: number; readonly bytes?: number } | undefined;
}

/** Something under way that ends with the client. */
export interface Running {
  /** It never ends by itself, so that a drain is no reason to wait for it. */
  readonly isEndless?: boolean;
  /** When it has ended at the latest. */
  readonly deadlineAt?: number;
  interrupt(failure: Failure): void;
}

/** What an extension sees of the call that it has a part in. */
export interface CallScope {
  readonly core: ClientScope;
  readonly operation: OperationFacts;
  readonly options: CallOptions;
  readonly auth: AuthValues;
  readonly identity: CallOptions["identity"];
  /** The caller's signal. Cleared when the call is shared: one caller's abort must not end it for the others. */
  signal: AbortSignal | undefined;
  readonly emit: Emit | undefined;
  correlationId: string | undefined;
  readonly request: PreparedRequest;
  readonly policies: Policies;
  readonly startedAt: number;
  /** The same number is on all its events. */
  readonly number: number;
  run: PolicyRun | undefined;
  /** Reads a successful answer instead of the usual way. */
  readonly reader: AnswerReader | undefined;
  /** In the order in which they go around the call. */
  readonly extensions: readonly Extension[];
  /** Called with the size of every piece of a body that has come. */
  onBytes: ((response: Response, count: number) => void) | undefined;
  /** What may add credentials that the client cannot see; `undefined`: nothing. */
  hiddenCredentials(): string | undefined;
  /** Some headers come from a function, which may answer for the user who makes the call. */
  readonly hasHeadersFunction: boolean;
  /** It was made to take up a stream that broke, after this event. */
  readonly continuesAfter: string | undefined;
  /** The same call once more, for the next connection of its stream. */
  again(lastEventId: string, signal: AbortSignal): Promise<Settled>;
  /** Sends observers a warning, once per client. */
  warnOnce(message: string): void;
  /** The error for a failure of this call. */
  error(failure: Failure): ResilienceError;
}

/**
 * A part of the runtime that only some operations use. An operation names those that it uses, so that a bundle holds no
 * others.
 */
export interface Extension {
  /** The policy that it carries out, or a part of one; absent where the operation's kind asks for it. */
  readonly policy?: ExtendedPolicy;
  /** Changes the input before the request is built. */
  readonly prepare?: (operation: OperationFacts, input: OperationInput) => OperationInput;
  /** Goes around the whole call. */
  readonly around?: (call: CallScope, next: () => Promise<Outcome<unknown>>) => Promise<Outcome<unknown>>;
  /** Makes the state of a rate limit. */
  readonly limiter?: (policy: RateLimitPolicy) => Limiter;
  /** Starts further attempts beside the first. */
  readonly hedge?: (run: PolicyRun) => void;
  /** It tells `onProgress`. */
  readonly progress?: true;
  /** Changes what an attempt sends as its body. */
  readonly body?: (call: CallScope, content: EncodedBody["content"]) => EncodedBody["content"];
  /** Headers of one attempt. */
  readonly headers?: (call: CallScope, attempt: Attempt) => Record<string, string>;
  /** Takes over the reading of an answer; `undefined`: not this one. */
  readonly read?: (call: CallScope, attempt: Attempt, response: Response, type: string) => Answer<unknown> | undefined;
}

/** Reads a successful answer in a way of its own. */
export type AnswerReader = (call: CallScope, attempt: Attempt, response: Response) => Promise<Outcome<unknown>>;
