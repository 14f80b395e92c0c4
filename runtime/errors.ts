import type { ErrorCode, Failure, GaveUp, Sent } from "./outcome.js";

/** What tells our errors from others, in every copy of the runtime. */
const brand = "~resil-gen";

/** What every error knows about the call it ends. */
export interface CallFacts {
  readonly operation: string;
  readonly method: string;
  readonly path: string;
  readonly attempts: number;
  readonly elapsedMs: number;
  readonly sent: Sent;
  /** When trying again makes sense. */
  readonly retryAt: Date | undefined;
  readonly maybeDone: boolean;
  /** A hint that belongs to the message. */
  readonly note?: string | undefined;
}

/**
 * The one class of all errors of a call. `code` says which one it is and decides the other fields: narrow by it, not by
 * `instanceof`, for two copies of the runtime may meet in one program.
 *
 * Neither its message nor what `inspect` and `JSON.stringify` show of it holds a credential, a query string or a body.
 */
export class ResilienceError<Code extends ErrorCode = ErrorCode> extends Error {
  readonly code: Code;
  /** Name of the operation. */
  readonly operation: string;
  /** Attempts that were made. */
  readonly attempts: number;
  /** Length of the whole call, waits included. */
  readonly elapsedMs: number;
  /** Whether a request left the process. Only `no` allows to repeat a mutation under a new key. */
  readonly sent: Sent;
  /** Why there was no further attempt. */
  declare readonly gaveUp?: GaveUp;
  /** When trying again makes sense, where that is known. */
  declare readonly retryAt?: Date;
  /** Status of the response, where there was one. */
  declare readonly status?: number;
  /** The parameter that was refused; never its value. */
  declare readonly parameter?: string;
  /** Which limit refused: `queue-full`, `queue-timeout`. */
  declare readonly reason?: string;
  /** An earlier attempt of this mutation may have been executed, although the last one was refused with a 4xx. */
  declare readonly maybeDone?: true;

  constructor(failure: Failure & { readonly code: Code }, facts: CallFacts) {
    super(messageOf(failure, facts));
    this.name = failure.code === "aborted" ? "AbortError" : "ResilienceError";
    this.code = failure.code;
    this.operation = facts.operation;
    this.attempts = facts.attempts;
    this.elapsedMs = facts.elapsedMs;
    this.sent = facts.sent;
    const { gaveUp, status, parameter, reason } = failure;
    const { retryAt } = facts;
    Object.assign(
      this,
      present({ gaveUp, retryAt, status, parameter, reason, maybeDone: facts.maybeDone || undefined }),
    );
    hide(this, brand, true);
    hide(this, "response", failure.response);
    hide(this, "body", failure.body);
    if (failure.cause !== undefined) {
      hide(this, "cause", failure.code === "aborted" ? failure.cause : harmlessCause(failure.cause));
    }
  }

  toJSON(): object {
    return { ...this, message: this.message };
  }
}

/** The error for a failure. Refusals capture no stack: in an outage they are the hot path, and there is nothing to see. */
export function makeError(failure: Failure, facts: CallFacts): ResilienceError {
  if (failure.sent !== "no" || facts.attempts > 0) return new ResilienceError(failure, facts);
  const limit: unknown = Reflect.get(Error, "stackTraceLimit");
  Reflect.set(Error, "stackTraceLimit", 0);
  try {
    return new ResilienceError(failure, facts);
  } finally {
    Reflect.set(Error, "stackTraceLimit", limit);
  }
}

function messageOf(failure: Failure, facts: CallFacts): string {
  const { operation, method, path, attempts, elapsedMs, note } = facts;
  const tried =
    attempts === 0 ? "" : `, ${attempts} attempt${attempts === 1 ? "" : "s"} in ${Math.round(elapsedMs)} ms`;
  const gaveUp = failure.gaveUp === undefined ? "" : `, gave up: ${failure.gaveUp}`;
  const hint = note === undefined ? "" : ` (${note})`;
  return `${operation}: ${method} ${path} ${whatHappened(failure)}${tried}${gaveUp}${hint}`;
}

function whatHappened({ code, status, limit, parameter, reason }: Failure): string {
  switch (code) {
    case "http":
      return `answered ${status}`;
    case "unexpected-response":
      return `answered ${status} in a way that its description does not know`;
    case "network":
      return "got no answer: the connection failed";
    case "timeout":
      return reason === "idle" ? `was silent for ${limit} ms` : `got no whole answer within ${limit} ms`;
    case "deadline":
      return limit === undefined ? "reached its deadline before it was sent" : `reached its deadline of ${limit} ms`;
    case "breaker-open":
      return "was not sent: the circuit breaker is open";
    case "bulkhead-full":
      return `was not sent: the bulkhead is full (${reason})`;
    case "rate-limited":
      return "was not sent: the rate limit is used up";
    case "decode":
      return `answered ${status} with a body that cannot be decoded`;
    case "too-large":
      return `answered with a body above ${limit} bytes`;
    case "redirect":
      return `answered ${status}, a redirect that is not followed${reason === undefined ? "" : `: ${reason}`}`;
    case "invalid-request":
      return `was not sent: ${parameter === undefined ? "the request" : `'${parameter}'`} ${reason ?? "is not valid"}`;
    case "auth":
      return "was not sent: its credentials could not be got";
    case "aborted":
      return "was aborted by the caller";
    case "closed":
      return "was ended: the client is closed";
  }
}

function present(fields: Record<string, unknown>): object {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

/** A field that programs can read and that no log prints. */
function hide(target: object, name: string, value: unknown): void {
  if (value !== undefined) Object.defineProperty(target, name, { value, enumerable: false });
}

/** What may be told of an error of somebody else: its name, code and message without secrets, three causes deep. */
function harmlessCause(cause: unknown, depth = 0): unknown {
  if (!(cause instanceof Error)) return typeof cause === "string" ? withoutSecrets(cause) : undefined;
  const copy = new Error(withoutSecrets(cause.message));
  copy.name = cause.name;
  copy.stack = `${copy.name}: ${copy.message}`;
  const { code } = cause as { code?: unknown };
  if (typeof code === "string") Object.assign(copy, { code });
  if (cause.cause !== undefined && depth < 3) hide(copy, "cause", harmlessCause(cause.cause, depth + 1));
  return copy;
}

function withoutSecrets(text: string): string {
  return text
    .replace(/([a-z][a-z0-9+.-]*:\/\/)[^\s/?#@]*@/gi, "$1")
    .replace(/([a-z][a-z0-9+.-]*:\/\/[^\s?#"']*)[?#][^\s"']*/gi, "$1")
    .replace(/\b(bearer|basic|token|key|secret|password)(["']?\s*[:= ]\s*["']?)[^\s"',;]+/gi, "$1$2[redacted]");
}

/** Whether something thrown is an error of a call, of whichever copy of the runtime. */
export function isResilienceError(value: unknown): value is AnyError {
  return typeof value === "object" && value !== null && brand in value;
}

/** Whether something thrown is an error answer whose status and body the description knows. */
export function isHttpError(value: unknown): value is HttpError {
  return isResilienceError(value) && value.code === "http";
}

/** A documented error answer: the status is one of the described ones, and so the body's type is known. */
export interface HttpError<Status extends number = number, Body = unknown> extends ResilienceError<"http"> {
  readonly status: Status;
  readonly body: Body;
  readonly response: Response;
}

/** An answer that the description does not know: its status, or its media type. */
export interface UnexpectedResponseError extends ResilienceError<"unexpected-response"> {
  readonly status: number;
  readonly body: unknown;
  readonly response: Response;
}

/** The connection failed before an answer was there, or in the middle of it. */
export interface NetworkError extends ResilienceError<"network"> {}
/** The attempt took longer than its timeout. */
export interface TimeoutError extends ResilienceError<"timeout"> {}
/** The call took longer than its deadline. */
export interface DeadlineError extends ResilienceError<"deadline"> {}
/** Not sent: the circuit breaker is open. `retryAt` says when it lets a probe through. */
export interface BreakerOpenError extends ResilienceError<"breaker-open"> {}
/** Not sent: too many calls are running and waiting. */
export interface BulkheadFullError extends ResilienceError<"bulkhead-full"> {
  readonly reason: "queue-full" | "queue-timeout";
}
/** Not sent: the rate limit has no place before the deadline. */
export interface RateLimitedError extends ResilienceError<"rate-limited"> {}
/** The body is not what its media type says. */
export interface DecodeError extends ResilienceError<"decode"> {
  readonly status: number;
  readonly response: Response;
}
/** The body is larger than `maxResponse` allows. */
export interface TooLargeError extends ResilienceError<"too-large"> {
  readonly status: number;
  readonly response: Response;
}
/** A redirect that must not be followed: it would send a mutation again, or there were too many. */
export interface RedirectError extends ResilienceError<"redirect"> {
  readonly status: number;
  readonly response: Response;
}
/** Not sent: a parameter, the key, a header or the base URL is not valid. */
export interface InvalidRequestError extends ResilienceError<"invalid-request"> {}
/** Not sent: the function that gives the credentials failed. */
export interface AuthError extends ResilienceError<"auth"> {}
/** The caller's signal ended the call; `cause` is its reason. */
export interface AbortedError extends ResilienceError<"aborted"> {}
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
