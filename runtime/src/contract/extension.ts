import type { Answer, Outcome } from "../base/outcome.js";
import type { HttpCall } from "../call/http-call.js";
import type { Operation, OperationInput } from "../http/operation-facts.js";
import type { Attempt } from "../pipeline/attempt.js";
import type { CallRun, Limiter } from "../pipeline/run.js";
import type { RateLimitPolicy } from "../policies/types.js";
import type { EncodedBody } from "../serialize/types.js";

/** What extensions carry out, by the names of `x-resilience`. */
export type ExtendedPolicy = "rateLimit" | "hedge" | "coalesce" | "fallback.stale" | "fallback.value" | "propagate";

/**
 * A part of the runtime that only some operations use. An operation names those that it uses, so that a bundle holds no
 * others.
 */
export interface Extension {
  /** The policy that it carries out, or a part of one; absent where the operation's kind asks for it. */
  readonly policy?: ExtendedPolicy;
  /** Changes the input before the request is built. */
  readonly prepare?: (operation: Operation, input: OperationInput) => OperationInput;
  /** Goes around the whole call. */
  readonly around?: (call: HttpCall, next: () => Promise<Outcome<unknown>>) => Promise<Outcome<unknown>>;
  /** Makes the state of a rate limit. */
  readonly limiter?: (policy: RateLimitPolicy) => Limiter;
  /** Starts further attempts beside the first. */
  readonly hedge?: (run: CallRun) => void;
  /** It tells `onProgress`. */
  readonly progress?: true;
  /** Changes what an attempt sends as its body. */
  readonly body?: (call: HttpCall, content: EncodedBody["content"]) => EncodedBody["content"];
  /** Headers of one attempt. */
  readonly headers?: (call: HttpCall, attempt: Attempt) => Record<string, string>;
  /** Takes over the reading of an answer; `undefined`: not this one. */
  readonly read?: (call: HttpCall, attempt: Attempt, response: Response, type: string) => Answer<unknown> | undefined;
}

/** Reads a successful answer in a way of its own. */
export type Reader = (call: HttpCall, attempt: Attempt, response: Response) => Promise<Outcome<unknown>>;
