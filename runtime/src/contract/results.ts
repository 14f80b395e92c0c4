import type { Source } from "../base/outcome.js";
import type { ResilienceError } from "./errors.js";

interface CallSummary {
  /** Attempts that were made. */
  readonly attempts: number;
  /** Length of the whole call in ms, waits included. */
  readonly elapsedMs: number;
  /** The last answer; its body has been read. */
  readonly response: Response | undefined;
}

/** A call that ended with data. */
export interface Succeeded<Status extends number, Data, Headers = object> extends CallSummary {
  /** Tells it from {@link Failed}. */
  readonly ok: true;
  /** What the answer holds. */
  readonly data: Data;
  /** The response headers that the description knows, read; empty where the data came from no response. */
  readonly headers: Headers;
  /** Status of the answer; several 2xx have data of different types. */
  readonly status: Status;
  /** Where the data came from. */
  readonly source: Source;
  /** Age of an earlier answer in ms, where `source` is `stale`. */
  readonly ageMs: number | undefined;
}

/** A call that ended with an error. */
export interface Failed<CallError> extends CallSummary {
  /** Tells it from {@link Succeeded}. */
  readonly ok: false;
  /** What `await` would have thrown; its `code` says what it is. */
  readonly error: CallError;
  /** Status of the last answer, if there was one. */
  readonly status: number | undefined;
}

/**
 * A call under way: a promise of its data, which rejects with a {@link ResilienceError}. `Success` ties the status to
 * the data where an operation has several 2xx answers.
 */
export interface Call<Data, CallError, Success extends Succeeded<number, unknown> = Succeeded<number, Data>>
  extends Promise<Data> {
  /** How the call ended, as a value. Never throws, and marks the rejection as handled. */
  result(): Promise<Success | Failed<CallError>>;
  /** The data together with the response that it came in. */
  withResponse(): Promise<WithResponse<Data, Success["headers"]>>;
}

/** Data, and the response that it came in. */
export interface WithResponse<Data, Headers> {
  /** The body, decoded and typed by the operation's 2xx answers. */
  readonly data: Data;
  /** The headers that the description knows, read. */
  readonly headers: Headers;
  /** Its body has been read already. Where a fallback gave the data it is made from what was kept, or from the value. */
  readonly response: Response;
}

export type Settled = Succeeded<number, unknown> | Failed<ResilienceError>;
