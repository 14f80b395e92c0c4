import type { Operation } from "./operation.js";
import type { ErrorCode, Failure, GaveUp, Sent } from "./outcome.js";

/** What tells our errors from others, in every copy of the runtime. */
const brand = "~resil-gen";

/** What every error knows about the call it ends. */
export interface CallFacts {
  readonly operation: Operation;
  readonly attempts: number;
  readonly elapsedMs: number;
  readonly sent: Sent;
  /** When trying again makes sense. */
  readonly retryAt: Date | undefined;
  readonly maybeDone: boolean;
  /** A hint for the end of the message. */
  readonly note: string;
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
  /** What the description says to people about a failure of this operation. */
  declare readonly userMessage?: string;
  /** An earlier attempt of this mutation may have been executed, although the last one was refused with a 4xx. */
  declare readonly maybeDone?: true;

  constructor(failure: Failure & { readonly code: Code }, facts: CallFacts) {
    super(messageOf(failure, facts));
    const { code, gaveUp, status, parameter, reason, response, body, cause, userMessage } = failure;
    const { operation, attempts, elapsedMs, sent, retryAt, maybeDone } = facts;
    this.name = code === "aborted" ? "AbortError" : "ResilienceError";
    this.code = code;
    this.operation = operation.id;
    this.attempts = attempts;
    this.elapsedMs = elapsedMs;
    this.sent = sent;
    const optional = { gaveUp, retryAt, status, parameter, reason, userMessage, maybeDone: maybeDone || undefined };
    for (const [name, value] of Object.entries(optional))
      if (value !== undefined) Object.assign(this, { [name]: value });
    // What programs can read and no log prints.
    const hidden = { [brand]: true, response, body, cause: code === "aborted" ? cause : harmless(cause) };
    for (const [name, value] of Object.entries(hidden)) {
      if (value !== undefined) Object.defineProperty(this, name, { value });
    }
  }

  toJSON(): object {
    return { ...this, message: this.message };
  }
}

/** The error for a failure. Refusals capture no stack: in an outage they are the hot path, and there is nothing to see. */
export function makeError(failure: Failure, facts: CallFacts): ResilienceError {
  const limit: unknown = Reflect.get(Error, "stackTraceLimit");
  const isRefusal = failure.sent === "no" && facts.attempts === 0;
  if (isRefusal) Reflect.set(Error, "stackTraceLimit", 0);
  try {
    return new ResilienceError(failure, facts);
  } finally {
    if (isRefusal) Reflect.set(Error, "stackTraceLimit", limit);
  }
}

/** What happened, by code; names in braces stand for the failure's fields. */
const texts: Readonly<Record<ErrorCode, string>> = {
  http: "answered {status}",
  "unexpected-response": "answered {status}, in a way that its description does not know",
  network: "got no answer: the connection failed",
  timeout: "got no whole answer within {limit} ms",
  deadline: "reached its deadline",
  "breaker-open": "was not sent: the circuit breaker is open",
  "bulkhead-full": "was not sent: the bulkhead is full ({reason})",
  "rate-limited": "was not sent: the rate limit is used up",
  decode: "answered {status} with a body that is not what it says",
  "too-large": "answered with a body above {limit} bytes",
  redirect: "answered {status}, a redirect that is not followed: {reason}",
  "invalid-request": "was not sent: '{parameter}' {reason}",
  auth: "was not sent: its credentials could not be got",
  aborted: "was aborted by the caller",
  closed: "was ended: the client is closed",
};

function messageOf(failure: Failure, { operation, attempts, elapsedMs, note }: CallFacts): string {
  const { id, method, path } = operation;
  const { code, reason, gaveUp } = failure;
  const fields = { parameter: "request", ...failure } as Readonly<Record<string, unknown>>;
  const text = code === "timeout" && reason === "idle" ? "was silent for {limit} ms" : texts[code];
  const what = text.replace(/\{(\w+)\}/g, (_match, name: string) => String(fields[name]));
  const tried = attempts > 0 ? `, ${attempts} attempt${attempts > 1 ? "s" : ""} in ${Math.round(elapsedMs)} ms` : "";
  return `${id}: ${method} ${path} ${what}${tried}${gaveUp ? `, gave up: ${gaveUp}` : ""}${note}`;
}

/** What may be told of an error of somebody else: its name, code and message without secrets, three causes deep. */
function harmless(cause: unknown, depth = 0): unknown {
  if (!(cause instanceof Error) || depth > 3) return typeof cause === "string" ? withoutSecrets(cause) : undefined;
  const { name, code } = cause as Error & { readonly code?: unknown };
  const copy = new Error(withoutSecrets(cause.message));
  Object.assign(copy, typeof code === "string" ? { name, code } : { name });
  copy.stack = `${name}: ${copy.message}`;
  const inner = harmless(cause.cause, depth + 1);
  if (inner !== undefined) Object.defineProperty(copy, "cause", { value: inner });
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
