import { Attempt } from "./attempt.js";
import { type Clock, timerDelay } from "./clock.js";
import type { Failure, GaveUp, Outcome, Sent } from "./outcome.js";
import type { Breaker, CallMark } from "./policies/breaker.js";
import type { Budget } from "./policies/budget.js";
import type { Bulkhead } from "./policies/bulkhead.js";
import { decideRetry, wasNotProcessed } from "./policies/retry.js";
import type { Policies } from "./policies/types.js";

/** The state that the calls of one operation share, and where they take time and chance from. */
export interface Pipeline {
  readonly clock: Clock;
  readonly random: () => number;
  readonly breaker: Breaker | undefined;
  readonly bulkhead: Bulkhead | undefined;
  readonly budget: Budget | undefined;
}

/** Hears, synchronously, what happens within a call. */
export interface CallListener {
  attemptEnded(attempt: Attempt, outcome: Outcome<unknown>): void;
  retryScheduled(failure: Failure, waitMs: number, attempt: number): void;
  refused(refusal: Failure): void;
}

export interface CallSettings {
  /** The operation's policies, with what was set for this call. */
  readonly policies: Policies;
  /** An attempt cut off before it ran this long says nothing about the server, in ms. */
  readonly ownLimitMs: number;
  /** Whether the request can be sent twice. */
  readonly isReplayable: boolean;
  readonly listener: CallListener | undefined;
}

/** Does the work of one attempt. Never rejects: what goes wrong is a {@link Failure}. */
export type Send = (attempt: Attempt) => PromiseLike<Outcome<unknown>>;

/**
 * One call on its way through the policies of its operation: deadline, retry, bulkhead, breaker, attempt timeout.
 *
 * It is a small state machine: it waits (for a place, for the next attempt) or it attempts. Each phase has one timer
 * and sets `endPhase`, so that an abort ends it at once and leaves nothing behind.
 */
export class CallRun implements CallMark {
  readonly pipeline: Pipeline;
  readonly settings: CallSettings;
  readonly send: Send;
  readonly startedAt: number;
  readonly deadlineAt: number;
  attempts = 0;
  /** How far any attempt got. */
  sent: Sent = "no";
  /** Whether an attempt before the last one may have been executed. */
  maybeDone = false;
  slot: CallMark["slot"] = undefined;
  /** Ends the present phase with a failure. */
  endPhase: ((failure: Failure) => void) | undefined = undefined;
  private done: (outcome: Outcome<unknown>) => void = () => {};
  private interruption: Failure | undefined = undefined;
  private lastFailure: Failure | undefined = undefined;

  constructor(pipeline: Pipeline, settings: CallSettings, send: Send) {
    const { total } = settings.policies.timeout;
    this.pipeline = pipeline;
    this.settings = settings;
    this.send = send;
    this.startedAt = pipeline.clock.now();
    this.deadlineAt = total === false ? Number.POSITIVE_INFINITY : this.startedAt + total;
  }

  start(): Promise<Outcome<unknown>> {
    this.pipeline.budget?.countCall(this.startedAt);
    return new Promise((resolve) => {
      this.done = resolve;
      this.attempt(this.startedAt);
    });
  }

  /** Ends the call now, whatever it is doing: the caller aborted it, or the client was closed. */
  interrupt(failure: Failure): void {
    this.interruption ??= failure;
    this.endPhase?.(failure);
  }

  /** Asks the breaker before any waiting, takes a place, and begins. */
  private attempt(now: number): void {
    const refusal = this.refusal(now);
    const { bulkhead } = this.pipeline;
    if (refusal !== undefined) this.refuse(refusal);
    else if (bulkhead === undefined || bulkhead.tryEnter()) this.begin(now);
    else this.queue(bulkhead, now);
  }

  private begin(now: number): void {
    this.attempts++;
    new Attempt(this, this.pipeline.breaker?.enter(now), now).start();
  }

  /** The end of an attempt: of the call too, or a wait for the next one. */
  attemptEnded(outcome: Outcome<unknown>): void {
    if (outcome.ok) return this.done(outcome);
    if (this.sent !== "yes" && outcome.sent !== "no") this.sent = outcome.sent;
    if (this.interruption !== undefined) return this.done(outcome);
    const wait = this.nextWait(outcome);
    if (typeof wait !== "number") return this.done({ ...outcome, gaveUp: wait });
    this.lastFailure = outcome;
    this.maybeDone ||= !wasNotProcessed(outcome);
    this.settings.listener?.retryScheduled(outcome, wait, this.attempts);
    this.pause(wait);
  }

  private nextWait(failure: Failure): number | GaveUp {
    const { settings, pipeline } = this;
    const now = pipeline.clock.now();
    const state = { attempts: this.attempts, remainingMs: this.deadlineAt - now, isReplayable: settings.isReplayable };
    const wait = decideRetry(failure, settings.policies, state, pipeline.random);
    if (typeof wait !== "number") return wait;
    const openUntil = pipeline.breaker?.refusedUntil(now);
    if (openUntil !== undefined && openUntil > now + wait) return "breaker-open";
    return pipeline.budget === undefined || pipeline.budget.take(now) ? wait : "budget";
  }

  /** Waits for the next attempt. A breaker that opens for longer than that ends the call at once. */
  private pause(ms: number): void {
    const wakeAt = this.pipeline.clock.now() + ms;
    const end = this.wait(ms, (refusal) => (refusal ? this.refuse(refusal) : this.attempt(this.pipeline.clock.now())), {
      atEnd: undefined,
      heeds: (openUntil) => openUntil > wakeAt,
    });
    this.endPhase = end;
  }

  /** Waits for a place. */
  private queue(bulkhead: Bulkhead, now: number): void {
    const { queueTimeout } = bulkhead.policy;
    const remaining = this.deadlineAt - now;
    const byDeadline = queueTimeout === false || remaining <= queueTimeout;
    const granted = (): void => end(undefined);
    if (!bulkhead.queue(granted)) return this.refuse(bulkheadFull("queue-full"));
    const over = (refusal: Failure | undefined): void => {
      bulkhead.unqueue(granted);
      if (refusal === undefined) this.placeGranted(bulkhead);
      else this.refuse(refusal);
    };
    const end = this.wait(byDeadline ? remaining : queueTimeout, over, {
      atEnd: byDeadline ? pastDeadline : bulkheadFull("queue-timeout"),
      heeds: () => true,
    });
  }

  /** Everything is asked again, for time has passed. */
  private placeGranted(bulkhead: Bulkhead): void {
    const now = this.pipeline.clock.now();
    const refusal = this.refusal(now);
    if (refusal === undefined) return this.begin(now);
    bulkhead.leave();
    this.refuse(refusal);
  }

  /**
   * Waits `ms` and then comes to `atEnd`, or before that to what the returned function is given, to the call's
   * interruption, or to a refusal when the breaker opens until a moment that the wait `heeds`.
   */
  private wait(
    ms: number,
    over: (refusal: Failure | undefined) => void,
    { atEnd, heeds }: { atEnd: Failure | undefined; heeds: (openUntil: number) => boolean },
  ): (refusal: Failure | undefined) => void {
    const { clock, breaker } = this.pipeline;
    const end = (refusal: Failure | undefined): void => {
      if (this.endPhase !== end) return;
      if (timer !== undefined) clock.clearTimer(timer);
      unwatch?.();
      this.endPhase = undefined;
      over(refusal);
    };
    const timer = ms === Number.POSITIVE_INFINITY ? undefined : clock.setTimer(() => end(atEnd), timerDelay(ms));
    const unwatch = breaker?.watch((openUntil) => {
      if (heeds(openUntil)) end(breakerOpen(openUntil));
    });
    this.endPhase = end;
    return end;
  }

  /** Why no attempt may begin now. */
  private refusal(now: number): Failure | undefined {
    if (this.interruption !== undefined) return this.interruption;
    if (now >= this.deadlineAt) return pastDeadline;
    const openUntil = this.pipeline.breaker?.refusedUntil(now);
    return openUntil === undefined ? undefined : breakerOpen(openUntil);
  }

  /** A refusal is the call's error only if no attempt was made; else the last attempt's error says more. */
  private refuse(refusal: Failure): void {
    if (this.interruption !== undefined) return this.done(this.interruption);
    this.settings.listener?.refused(refusal);
    this.done({ ...(this.lastFailure ?? refusal), gaveUp: refusal.code as GaveUp });
  }
}

const pastDeadline: Failure = { ok: false, code: "deadline", sent: "no" };

function bulkheadFull(reason: "queue-full" | "queue-timeout"): Failure {
  return { ok: false, code: "bulkhead-full", sent: "no", reason };
}

function breakerOpen(retryAtMs: number): Failure {
  return { ok: false, code: "breaker-open", sent: "no", retryAtMs };
}
