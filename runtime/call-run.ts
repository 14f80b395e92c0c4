import { Attempt, cancelled } from "./attempt.js";
import { type Clock, never, timerDelay } from "./clock.js";
import type { Emit } from "./events.js";
import type { Failure, GaveUp, Outcome, Sent } from "./outcome.js";
import type { Breaker, CallMark } from "./policies/breaker.js";
import type { Budget } from "./policies/budget.js";
import type { Bulkhead } from "./policies/bulkhead.js";
import type { RateLimiter } from "./policies/rate-limiter.js";
import { decideRetry, isRetryable, wasNotProcessed } from "./policies/retry.js";
import type { Policies } from "./policies/types.js";

/** What the calls of one operation share, and where they take time and chance from. */
export interface SharedState {
  readonly clock: Clock;
  readonly random: () => number;
  readonly breaker?: Breaker | undefined;
  readonly bulkhead?: Bulkhead | undefined;
  readonly budget?: Budget | undefined;
  readonly limiter?: RateLimiter | undefined;
}

export interface CallSettings {
  /** The operation's policies, with what was set for this call. */
  readonly policies: Policies;
  /** The operation's policies as they are. */
  readonly own: Policies;
  /** Whether the request can be sent twice. */
  readonly isReplayable: boolean;
  /** Tells observers; absent when there are none. */
  readonly emit?: Emit | undefined;
  /** Starts hedging when the first attempt begins. */
  readonly hedge?: ((run: CallRun) => void) | undefined;
}

/** Does the work of one attempt. Never rejects: what goes wrong is a {@link Failure}. */
export type Send = (attempt: Attempt) => Promise<Outcome<unknown>>;

/**
 * One call on its way through the policies of its operation: deadline, retry, rate limit, bulkhead, breaker, attempt
 * timeout.
 *
 * It is a small state machine: it waits (for its turn, for a place, for the next attempt) or it attempts. A wait has one
 * timer and sets `endPhase`, so that an abort ends it at once and leaves nothing behind.
 */
export class CallRun implements CallMark {
  readonly state: SharedState;
  readonly settings: CallSettings;
  readonly send: Send;
  readonly startedAt: number;
  readonly deadlineAt: number;
  attempts = 0;
  /** How far any attempt got. */
  sent: Sent = "no";
  /** Whether an attempt before the last one may have been executed. */
  maybeDone = false;
  slot: CallMark["slot"];
  /** Ends the present wait, or the stream that the call opened. */
  endPhase: ((failure: Failure) => void) | undefined;
  /** Called when no attempt is under way any more. */
  onAttemptsOver: (() => void) | undefined;
  /** The last attempt that began and is still under way. */
  #live: Attempt | undefined;
  #done!: (outcome: Outcome<unknown>) => void;
  #isDone = false;
  #interruption: Failure | undefined;
  #lastFailure: Failure | undefined;

  constructor(state: SharedState, settings: CallSettings, send: Send) {
    const { total } = settings.policies.timeout;
    this.state = state;
    this.settings = settings;
    this.send = send;
    this.startedAt = state.clock.now();
    this.deadlineAt = total === false ? never : this.startedAt + total;
  }

  /** Begins; `done` gets what the call comes to, once. */
  start(done: (outcome: Outcome<unknown>) => void): void {
    this.#done = done;
    this.state.budget?.countCall(this.startedAt);
    this.#attempt(this.startedAt);
  }

  /** Ends the call now, whatever it is doing: the caller aborted it, or the client was closed. */
  interrupt(failure: Failure): void {
    this.#interruption ??= failure;
    this.#cutLive(failure);
    this.endPhase?.(failure);
  }

  /** Makes an attempt; its place is taken. */
  launch(now: number): void {
    this.attempts++;
    const attempt = new Attempt(this, now, this.#live);
    this.#live = attempt;
    attempt.start();
  }

  /** The end of an attempt: of the call too, or a wait for the next one. */
  attemptEnded(attempt: Attempt, outcome: Outcome<unknown>): void {
    this.#forget(attempt);
    if (this.#isDone) return;
    if (!outcome.ok) this.#reached(outcome.sent);
    if (outcome.ok || this.#interruption !== undefined) return this.#finish(outcome);
    const { policies, emit } = this.settings;
    // The answer of a hedge that is still under way may be better.
    if (this.#live !== undefined && isRetryable(outcome, policies)) return;
    const wait = this.#nextWait(outcome);
    if (typeof wait !== "number") return this.#giveUp(outcome, wait);
    this.onAttemptsOver?.();
    this.#lastFailure = outcome;
    this.maybeDone ||= !wasNotProcessed(outcome);
    emit?.("retry", { attempt: this.attempts, because: outcome.code, status: outcome.status, waitMs: wait });
    this.#pause(wait);
  }

  #reached(sent: Sent): void {
    if (this.sent !== "yes" && sent !== "no") this.sent = sent;
  }

  #finish(outcome: Outcome<unknown>): void {
    this.#isDone = true;
    this.onAttemptsOver?.();
    for (let attempt = this.#live; attempt !== undefined; attempt = attempt.beside) this.#reached(attempt.sent);
    this.#cutLive(cancelled);
    this.#done(outcome);
  }

  #cutLive(failure: Failure): void {
    while (this.#live) this.#live.cut(failure);
  }

  /** Takes an attempt out of those under way: nearly always it is the only one. */
  #forget(attempt: Attempt): void {
    if (this.#live === attempt) this.#live = attempt.beside;
    for (let other = this.#live; other; other = other.beside) {
      if (other.beside === attempt) other.beside = attempt.beside;
    }
  }

  #giveUp(failure: Failure, gaveUp: GaveUp): void {
    const { clock, breaker } = this.state;
    const retryAtMs = gaveUp === "breaker-open" ? breaker?.refusedUntil(clock.now()) : undefined;
    this.#finish({ ...postponed(failure, retryAtMs), gaveUp });
  }

  #nextWait(failure: Failure): number | GaveUp {
    const { policies, isReplayable } = this.settings;
    const { clock, random, breaker, budget } = this.state;
    const now = clock.now();
    const wait = decideRetry(failure, policies, this.attempts, this.deadlineAt - now, isReplayable, random);
    if (typeof wait !== "number") return wait;
    const openUntil = breaker?.refusedUntil(now);
    if (openUntil !== undefined && openUntil > now + wait) return "breaker-open";
    return budget === undefined || budget.take(now) ? wait : "budget";
  }

  /** Waits for the next attempt. A breaker that opens for longer than that ends the call at once. */
  #pause(ms: number): void {
    const { clock } = this.state;
    const wakeAt = clock.now() + ms;
    this.#wait(ms, undefined, wakeAt, (refusal) => (refusal ? this.#refuse(refusal) : this.#attempt(clock.now())));
  }

  /** Asks the breaker before any waiting, waits for its turn and for a place, and begins. */
  #attempt(now: number): void {
    const refusal = this.#refusal(now);
    if (refusal !== undefined) return this.#refuse(refusal);
    const turn = this.state.limiter?.reserve(now);
    if (turn === undefined || turn.at <= now) return this.#enter(now);
    if (turn.at >= this.deadlineAt) {
      turn.cancel();
      return this.#refuse(refused("rate-limited", undefined, turn.at));
    }
    this.#wait(turn.at - now, undefined, 0, (ended) => {
      if (ended === undefined) return this.#enter(this.state.clock.now());
      turn.cancel();
      this.#refuse(ended);
    });
  }

  #enter(now: number): void {
    const { bulkhead } = this.state;
    if (bulkhead === undefined || bulkhead.tryEnter()) this.#begin(now);
    else this.#queue(bulkhead, now);
  }

  /** The place is taken. Where time has passed, everything is asked again. */
  #begin(now: number): void {
    const refusal = this.#refusal(now);
    if (refusal !== undefined) {
      this.state.bulkhead?.leave();
      return this.#refuse(refusal);
    }
    const asked = this.state.breaker?.ask(now);
    if (asked !== undefined) return this.#await(asked, now);
    const isFirst = this.attempts === 0;
    this.launch(now);
    if (isFirst) this.settings.hedge?.(this);
  }

  /** Waits for leave to make a probe, with its place. */
  #await(asked: Promise<void>, now: number): void {
    const { breaker, bulkhead, clock } = this.state;
    let isWaiting = true;
    const end = this.#wait(this.deadlineAt - now, refused("deadline"), never, (refusal) => {
      isWaiting = false;
      if (refusal === undefined) return this.#begin(clock.now());
      bulkhead?.leave();
      this.#refuse(refusal);
    });
    void asked.then(() => (isWaiting ? end(undefined) : breaker?.decline(clock.now())));
  }

  /** Waits for a place. */
  #queue(bulkhead: Bulkhead, now: number): void {
    const { queueTimeout } = bulkhead.policy;
    const remaining = this.deadlineAt - now;
    const isLast = queueTimeout === false || remaining <= queueTimeout;
    const granted = (): void => end(undefined);
    if (!bulkhead.queue(granted)) return this.#refuse(refused("bulkhead-full", "queue-full"));
    const late = isLast ? refused("deadline") : refused("bulkhead-full", "queue-timeout");
    const end = this.#wait(isLast ? remaining : queueTimeout, late, 0, (refusal) => {
      bulkhead.unqueue(granted);
      if (refusal === undefined) this.#begin(this.state.clock.now());
      else this.#refuse(refusal);
    });
  }

  /**
   * Waits `ms`, then comes to `atEnd`; before that to whatever the returned function is given, to the call's
   * interruption, or to a refusal when the breaker opens for longer than `wakeAt`.
   */
  #wait(
    ms: number,
    atEnd: Failure | undefined,
    wakeAt: number,
    over: (refusal: Failure | undefined) => void,
  ): (refusal: Failure | undefined) => void {
    const { clock, breaker } = this.state;
    const end = (refusal: Failure | undefined): void => {
      if (this.endPhase !== end) return;
      this.endPhase = undefined;
      if (timer !== undefined) clock.clearTimer(timer);
      unwatch?.();
      over(refusal);
    };
    const timer = ms === never ? undefined : clock.setTimer(() => end(atEnd), timerDelay(ms));
    const unwatch = breaker?.watch((openUntil) => {
      if (openUntil > wakeAt) end(refused("breaker-open", undefined, openUntil));
    });
    this.endPhase = end;
    return end;
  }

  /** Why no attempt may begin now. */
  #refusal(now: number): Failure | undefined {
    if (this.#interruption !== undefined) return this.#interruption;
    if (now >= this.deadlineAt) return refused("deadline");
    const openUntil = this.state.breaker?.refusedUntil(now);
    return openUntil === undefined ? undefined : refused("breaker-open", undefined, openUntil);
  }

  /** A refusal is the call's error only if no attempt was made; else the last attempt's error says more. */
  #refuse(refusal: Failure): void {
    if (this.#interruption !== undefined) return this.#finish(this.#interruption);
    const { code, reason, retryAtMs } = refusal;
    this.settings.emit?.("refusal", { because: code, reason });
    const last = this.#lastFailure;
    this.#finish(last === undefined ? refusal : { ...postponed(last, retryAtMs), gaveUp: code as GaveUp });
  }
}

/** A failure after which trying again makes no sense before a moment. */
function postponed(failure: Failure, retryAtMs: number | undefined): Failure {
  return retryAtMs === undefined ? failure : { ...failure, retryAtMs: Math.max(retryAtMs, failure.retryAtMs ?? 0) };
}

function refused(code: Failure["code"] & GaveUp, reason?: string, retryAtMs?: number): Failure {
  const refusal: { -readonly [Name in keyof Failure]: Failure[Name] } = { ok: false, code, sent: "no", gaveUp: code };
  if (reason !== undefined) refusal.reason = reason;
  if (retryAtMs !== undefined) refusal.retryAtMs = retryAtMs;
  return refusal;
}
