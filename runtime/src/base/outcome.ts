/** What an attempt or a call came to, as data. Policies look at outcomes; only the promise of a call throws. */
export type Outcome<T> = Answer<T> | Failure;

export interface Answer<T> {
  readonly ok: true;
  readonly data: T;
  readonly status: number;
  readonly response: Response | undefined;
  /** Where the data came from. */
  readonly source: Source;
  /** The bytes that the data was made from, where a fallback may want them. */
  readonly chunks?: readonly Uint8Array<ArrayBuffer>[] | undefined;
  /** What the credentials added to the request: whose the answer is. */
  readonly authorization?: unknown;
  /** Age of an earlier answer, in ms. */
  readonly ageMs?: number | undefined;
  /** The data is a body that is still being read. */
  readonly stream?: OpenStream;
}

/** A body that the caller reads piece by piece, after its call has ended. */
export interface OpenStream {
  /** The call has ended and has told its observers: from here on the stream is received and watched. */
  begin(): void;
  /**
   * The attempt that opened the stream has ended. Settles when its connection is over.
   *
   * @param run its call, which may want to hear of every piece
   * @param isWanted `false`: the call was ended before
   */
  outlive(run: { readonly onStreamHeard: (() => void) | undefined }, isWanted: boolean): Promise<void>;
}

/** `network`: the server; `stale`: an earlier answer; `value`: the fallback's own value. */
export type Source = "network" | "stale" | "value";

/**
 * Whether a request left the process. `no`: nothing was sent, so repeating it blindly is safe. `yes`: some attempt was
 * answered. `maybe`: anything else.
 */
export type Sent = "no" | "yes" | "maybe";

/** Why there was no further attempt. */
export type GaveUp =
  | "not-retryable"
  | "max-retries"
  | "deadline"
  | "retry-after"
  | "budget"
  | "breaker-open"
  | "bulkhead-full"
  | "rate-limited"
  | "body-not-replayable";

/** What went wrong; decides which other fields an error has. */
export type ErrorCode =
  | "http"
  | "unexpected-response"
  | "network"
  | "timeout"
  | "deadline"
  | "breaker-open"
  | "bulkhead-full"
  | "rate-limited"
  | "decode"
  | "too-large"
  | "redirect"
  | "invalid-request"
  | "auth"
  | "aborted"
  | "closed";

/** One failed attempt, or one refusal, before it is told to anybody. */
export interface Failure {
  readonly ok: false;
  readonly code: ErrorCode;
  readonly sent: Sent;
  readonly status?: number;
  readonly response?: Response;
  readonly body?: unknown;
  /** What the credentials added to the request: whose the body is. */
  readonly authorization?: unknown;
  readonly cause?: unknown;
  /** Wait that the server asked for, in ms. */
  readonly retryAfterMs?: number;
  /** Point on the monotonic clock from which trying again makes sense. */
  readonly retryAtMs?: number | undefined;
  /** Details of single codes: the queue's state, the parameter, the limit that was hit. */
  readonly reason?: string | undefined;
  readonly parameter?: string;
  /** The server closed a connection that had carried a response before. */
  readonly reusedConnection?: true;
  readonly limit?: number;
  /** The request itself was answered by a redirect; this is what came after it. */
  readonly wasRedirected?: true;
  /** The same request would fail the same way (TLS, a URL that is none). */
  readonly permanent?: true;
  /** The attempt was ended before its own time by something that says nothing about the server. */
  readonly cutShort?: boolean;
  readonly gaveUp?: GaveUp;
  /** What the fallback policy says to people. */
  readonly userMessage?: string;
}

/** A refusal of our own: nothing was sent. */
export function refused(code: ErrorCode & GaveUp, reason?: string, retryAtMs?: number): Failure {
  return { ok: false, code, sent: "no", gaveUp: code, reason, retryAtMs };
}

/** Whether something that may be a failure is one. */
export function isFailure(value: object): value is Failure {
  return "code" in value;
}
