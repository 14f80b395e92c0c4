import type { ErrorCode, GaveUp, Sent, Source } from "./outcome.js";
import type { BreakerState } from "./policies/breaker.js";

/** What a client tells its observers, each as it happens. Nothing in it is secret: no URL, header, key or body. */
export type ResilienceEvent = CallEvent | AttemptEvent | RetryEvent | RefusalEvent | BreakerEvent | WarningEvent;

interface OfCall {
  /** Name of the operation. */
  readonly operation: string;
  readonly method: string;
  /** The path template. */
  readonly path: string;
  /** The same number on all events of one call of one client. */
  readonly call: number;
}

/** A call has ended. */
export interface CallEvent extends OfCall {
  readonly type: "call";
  readonly outcome: "ok" | ErrorCode;
  readonly status: number | undefined;
  readonly attempts: number;
  readonly elapsedMs: number;
  readonly source: Source | undefined;
  readonly sent: Sent | undefined;
  readonly gaveUp: GaveUp | undefined;
}

/** An attempt has ended. */
export interface AttemptEvent extends OfCall {
  readonly type: "attempt";
  /** 1 for the first. */
  readonly attempt: number;
  readonly outcome: "ok" | ErrorCode;
  readonly status: number | undefined;
  readonly elapsedMs: number;
}

/** A further attempt will be made after `waitMs`. */
export interface RetryEvent extends OfCall {
  readonly type: "retry";
  /** The attempt that failed. */
  readonly attempt: number;
  readonly because: ErrorCode;
  readonly status: number | undefined;
  readonly waitMs: number;
}

/** The runtime itself said no, before anything was sent. */
export interface RefusalEvent extends OfCall {
  readonly type: "refusal";
  readonly because: ErrorCode;
  readonly reason: string | undefined;
}

/** A breaker has changed its state. */
export interface BreakerEvent {
  readonly type: "breaker";
  readonly scope: string;
  readonly state: BreakerState;
}

/** Something is odd and was let pass. */
export interface WarningEvent {
  readonly type: "warning";
  readonly operation: string;
  readonly message: string;
}

/** Hears events. What it throws is dropped: watching never fails a call. */
export type Observer = (event: ResilienceEvent) => void;

/** One observer for all; `undefined` when there are none, so that nobody builds events for nobody. */
export function observersAsOne(observers: Observer | readonly Observer[] | undefined): Observer | undefined {
  const all = typeof observers === "function" ? [observers] : (observers ?? []);
  if (all.length === 0) return undefined;
  return (event) => {
    for (const observe of all) {
      try {
        observe(event);
      } catch {
        // An observer's fault is its own.
      }
    }
  };
}
