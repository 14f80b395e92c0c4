import type { ErrorCode, GaveUp, Sent } from "../base/outcome.js";
import { executionOf, mayPass } from "../policies/failures.js";

/** What tells our errors from others, in every copy of the runtime. */
const brand = "~resil-gen";

/** Fields that every log may print. */
interface Shown<Code> {
  readonly code: Code;
  readonly operation: string;
  readonly attempts: number;
  readonly elapsedMs: number;
  readonly sent: Sent;
  readonly gaveUp: GaveUp | undefined;
  readonly retryAt: Date | undefined;
  readonly status: number | undefined;
  readonly parameter: string | undefined;
  readonly reason: string | undefined;
  readonly userMessage: string | undefined;
  readonly maybeDone: true | undefined;
  readonly reusedConnection: true | undefined;
  readonly correlationId: string | undefined;
}

/** Fields that programs can read and that nothing prints. */
interface Hidden {
  readonly response: Response | undefined;
  readonly body: unknown;
  readonly cause: unknown;
  readonly repeatable: Repeatable;
}

/** Whether a new call with the same input (and key) does no harm: always, only if this one did nothing, or never. */
export type Repeatable = "always" | "if-not-done" | "never";

/** What an error of a call tells. Not in the class: a field that is declared and not set compiles in few tools alike. */
export interface ResilienceError<Code extends ErrorCode = ErrorCode> {
  /** Which error it is. */
  readonly code: Code;
  /** Name of the operation. */
  readonly operation: string;
  /** Attempts that were made. */
  readonly attempts: number;
  /** Length of the whole call in ms, waits included. */
  readonly elapsedMs: number;
  /** Whether a request left the process. Only `no` allows to repeat a mutation under a new key. */
  readonly sent: Sent;
  /** Why there was no further attempt. */
  readonly gaveUp?: GaveUp;
  /** When trying again makes sense, where that is known. */
  readonly retryAt?: Date;
  /** Status of the response, where there was one. */
  readonly status?: number;
  /** The parameter that was refused, or the security scheme whose credential is missing; never its value. */
  readonly parameter?: string;
  /**
   * Which limit refused: `queue-full`, `queue-timeout`. Of a lost connection the platform's code: `ECONNREFUSED`. Of other
   * errors a sentence that says what is wrong.
   */
  readonly reason?: string;
  /** What the description says to people about a failure of this operation. */
  readonly userMessage?: string;
  /** An earlier attempt of this mutation may have been executed, although the last one was refused with a 4xx. */
  readonly maybeDone?: true;
  /** The server closed a connection that had carried a response before: usually it closes idle connections too early. */
  readonly reusedConnection?: true;
  /** The correlation ID of the call, where the client has one. */
  readonly correlationId?: string;
}

/**
 * The one class of all errors of a call. `code` says which one it is and decides the other fields: narrow by it, not by
 * `instanceof`, for two copies of the runtime may meet in one program.
 *
 * Neither its message nor what `inspect` and `JSON.stringify` show of it holds a credential, a query string or a body.
 */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: `tell` sets the fields; `declare` in a class is refused by Babel
export class ResilienceError<Code extends ErrorCode = ErrorCode> extends Error {
  constructor(message: string, shown: Shown<Code>, hidden?: Hidden) {
    super(message);
    tell(this, shown);
    if (hidden === undefined) return;
    for (const [name, value] of Object.entries(hidden)) {
      if (value !== undefined) Object.defineProperty(this, name, { value });
    }
  }

  get "~resil-gen"(): true {
    return true;
  }

  /** What a log may print of it. */
  toJSON(): object {
    // A stack that was set is listed like any other field on some platforms.
    return { ...this, message: this.message, stack: undefined };
  }
}

type Writable<Type> = { -readonly [Name in keyof Type]: Type[Name] };

/** Written out field by field, for a refusal is the hot path of an outage. A field that is not known is not there. */
function tell<Code extends ErrorCode>(error: Writable<ResilienceError<Code>>, shown: Shown<Code>): void {
  const { code, gaveUp, retryAt, status, parameter, reason, userMessage, maybeDone, correlationId } = shown;
  error.name = code === "aborted" ? "AbortError" : "ResilienceError";
  error.code = code;
  error.operation = shown.operation;
  error.attempts = shown.attempts;
  error.elapsedMs = shown.elapsedMs;
  error.sent = shown.sent;
  if (gaveUp !== undefined) error.gaveUp = gaveUp;
  if (retryAt !== undefined) error.retryAt = retryAt;
  if (status !== undefined) error.status = status;
  if (parameter !== undefined) error.parameter = parameter;
  if (reason !== undefined) error.reason = reason;
  if (userMessage !== undefined) error.userMessage = userMessage;
  if (maybeDone !== undefined) error.maybeDone = maybeDone;
  if (shown.reusedConnection) error.reusedConnection = true;
  if (correlationId !== undefined) error.correlationId = correlationId;
}

/** Whether something thrown is an error of a call, of whichever copy of the runtime. */
export function isResilienceError(value: unknown): value is AnyError {
  return typeof value === "object" && value !== null && brand in value;
}

/**
 * Whether what a failed call should do was done. `not-done`: nothing was sent, or the server refused it. `done`: the
 * server answered with a success that could not be read. `unknown`: anything else, and every error that is none of ours.
 */
export function outcomeOf(error: unknown): "not-done" | "done" | "unknown" {
  if (!isResilienceError(error)) return "unknown";
  return executionOf(error as ResilienceError);
}

/**
 * The moment from which a new call with the same input, and the same idempotency key, is safe and may end better; `false`
 * where it is not safe, or would fail the same way. A mutation without a key that the server supports is safe only where
 * nothing was done.
 */
export function mayRetry(error: unknown): Date | false {
  if (!isResilienceError(error)) return false;
  const { code, status = 0, retryAt, repeatable } = error as ResilienceError & Hidden;
  if (!mayPass(code, status) || repeatable === "never") return false;
  if (repeatable === "if-not-done" && outcomeOf(error) !== "not-done") return false;
  return retryAt ?? new Date();
}

/** Whether something thrown is an error answer whose status and body the description knows. */
export function isHttpError(value: unknown): value is HttpError {
  return isResilienceError(value) && value.code === "http";
}

/** A documented error answer: the status is one of the described ones, and so the body's type is known. */
export interface HttpError<Status extends number = number, Body = unknown> extends ResilienceError<"http"> {
  /** One of those that the description knows. */
  readonly status: Status;
  /** Decoded by its media type. */
  readonly body: Body;
  /** Its body has been read. */
  readonly response: Response;
}

/** An answer that the description does not know: its status, or its media type. */
export interface UnexpectedResponseError extends ResilienceError<"unexpected-response"> {
  /** Of any kind. */
  readonly status: number;
  /** Decoded where its media type is known, else a text or a Blob. */
  readonly body: unknown;
  /** Its body has been read. */
  readonly response: Response;
}

/** The connection failed before an answer was there, or in the middle of it. */
export interface NetworkError extends ResilienceError<"network"> {}
/** The attempt took longer than its timeout. */
export interface TimeoutError extends ResilienceError<"timeout"> {}
/** The call took longer than its deadline. */
export interface DeadlineError extends ResilienceError<"deadline"> {}
/** Not sent: the circuit breaker is open. `retryAt` says when it lets a probe through, unless it is held open by hand. */
export interface BreakerOpenError extends ResilienceError<"breaker-open"> {}
/** Not sent: too many calls are running and waiting. */
export interface BulkheadFullError extends ResilienceError<"bulkhead-full"> {
  /** The queue had no place, or a place did not come free within `queueTimeout`. */
  readonly reason: "queue-full" | "queue-timeout";
}
/** Not sent: the rate limit has no place before the deadline. */
export interface RateLimitedError extends ResilienceError<"rate-limited"> {}
/** The body is not what its media type says. */
export interface DecodeError extends ResilienceError<"decode"> {
  /** Status of the answer. */
  readonly status: number;
  /** The answer without its body. */
  readonly response: Response;
}
/** The body, or one event or line of a stream, is larger than `maxResponse` allows. */
export interface TooLargeError extends ResilienceError<"too-large"> {
  /** Status of the answer. */
  readonly status: number;
  /** The answer without its body. */
  readonly response: Response;
}
/** A redirect that must not be followed: it would send a mutation again, or there were too many. */
export interface RedirectError extends ResilienceError<"redirect"> {
  /** Status of the answer; browsers hide it. */
  readonly status?: number;
  /** The answer without its body; browsers hide it. */
  readonly response?: Response;
}
/** Not sent: a parameter, the key, a header or the base URL is not valid. */
export interface InvalidRequestError extends ResilienceError<"invalid-request"> {}
/** Not sent: `parameter` names the security scheme whose credential is missing or could not be had, `reason` says why. */
export interface AuthError extends ResilienceError<"auth"> {}
/** The caller's signal ended the call; `cause` is its reason. */
export interface AbortedError extends ResilienceError<"aborted"> {
  /** As with `fetch`, so that code which looks for it goes on working (DOM Standard, `AbortController`). */
  readonly name: "AbortError";
}
/** The client was closed. */
export interface ClosedError extends ResilienceError<"closed"> {}

/** Every way in which any call can fail, beside the error answers that its description knows. */
export type CallError =
  | UnexpectedResponseError
  | NetworkError
  | TimeoutError
  | DeadlineError
  | BreakerOpenError
  | BulkheadFullError
  | RateLimitedError
  | DecodeError
  | TooLargeError
  | RedirectError
  | InvalidRequestError
  | AuthError
  | AbortedError
  | ClosedError;

type AnyError = HttpError | CallError;
