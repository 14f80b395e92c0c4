import type { ErrorCode, GaveUp, Sent, Source } from "../base/outcome.js";
import type { BreakerState } from "../policies/circuit-breaker.js";
import type { StoreTrouble } from "../policies/shared-store.js";

interface OfCall {
  /** Name of the operation. */
  readonly operation: string;
  readonly method: string;
  /** The path template. */
  readonly path: string;
  /** The same number on all events of one call of one client. */
  readonly call: number;
  /** What joins this call to others, where the client was given it. */
  readonly correlationId?: string;
}

/** What happened in a call, by the event's type. */
export interface CallEventFields {
  /** A call begins. */
  start: object;
  /** An attempt has ended. */
  attempt: {
    /** 1 for the first. */
    readonly attempt: number;
    readonly outcome: "ok" | ErrorCode;
    readonly status: number | undefined;
    readonly elapsedMs: number;
  };
  /** A further attempt will be made after `waitMs`. */
  retry: {
    /** The attempt that failed. */
    readonly attempt: number;
    readonly because: ErrorCode;
    readonly status: number | undefined;
    readonly waitMs: number;
  };
  /** A further attempt was started beside the first. */
  hedge: { readonly attempt: number };
  /** The runtime itself said no, before anything was sent. */
  refusal: { readonly because: ErrorCode; readonly reason: string | undefined };
  /** Something else was given instead of an error. */
  fallback: {
    readonly source: Source;
    readonly because: ErrorCode;
    /** Age of an earlier answer, in ms. */
    readonly ageMs: number | undefined;
  };
  /** Something is odd and was let pass. */
  warning: { readonly message: string };
  /** A call has ended. */
  call: {
    readonly outcome: "ok" | ErrorCode;
    readonly status: number | undefined;
    readonly attempts: number;
    readonly elapsedMs: number;
    readonly source: Source | undefined;
    readonly sent: Sent | undefined;
    readonly gaveUp: GaveUp | undefined;
    /** Somebody was waiting for its end. A failed call for which it is `false` was probably forgotten (`await`). */
    readonly observed: boolean;
    /** Its data are a stream: a `stream` event says how that ends. */
    readonly opensStream?: true;
  };
  /** A stream broke, and a further call will continue it after `waitMs`. */
  reconnect: { readonly because: ErrorCode; readonly waitMs: number };
  /** A stream has ended, some time after its call. */
  stream: {
    /** `ok`: the server ended it; `left`: the caller stopped reading; else the code of the error. */
    readonly outcome: "ok" | "left" | ErrorCode;
    readonly status: number;
    /** Times that it was taken up again. */
    readonly reconnects: number;
    /** How long it was open. */
    readonly elapsedMs: number;
  };
}

/** A breaker has changed its state. */
export interface BreakerEvent {
  readonly type: "breaker";
  /** `operation:<name>`, `service:<origin>`, or the scope's own name. */
  readonly scope: string;
  readonly state: BreakerState;
}

/** The client's shared store cannot be reached any more, or can be again: until then each process is by itself. */
export interface StoreEvent {
  readonly type: "store";
  readonly available: boolean;
  readonly because: StoreTrouble | undefined;
}

type CallEvent = {
  [Type in keyof CallEventFields]: { readonly type: Type } & OfCall & CallEventFields[Type];
}[keyof CallEventFields];

/** What a client tells its observers, each as it happens. Nothing in it is secret: no URL, header, key or body. */
export type ResilienceEvent = CallEvent | BreakerEvent | StoreEvent;

/** Tells what happened in one call. */
export type Emit = <Type extends keyof CallEventFields>(type: Type, fields: CallEventFields[Type]) => void;

/** Hears events. What it throws is dropped: watching never fails a call. */
export type Observer = (event: ResilienceEvent) => void;

/** One observer for all; `undefined` when there are none, so that nobody builds events for nobody. */
export function observersAsOne(all: readonly Observer[]): Observer | undefined {
  if (all.length === 0) return undefined;
  return (event) => {
    for (const observe of all) tell(observe, event);
  };
}

/** Tells somebody who looks on and does not take part: what it throws is dropped, at once or, if it is async, later. */
export function tell<Fact>(observe: (fact: Fact) => unknown, fact: Fact): void {
  try {
    const told = observe(fact) as Partial<Promise<unknown>> | null | undefined;
    if (typeof told?.then === "function") Promise.resolve(told).catch(() => {});
  } catch {
    // An observer's fault is its own.
  }
}
