import { type Clock, dropTimer, limitTimer, never } from "../base/clock.js";
import { type Failure, type GaveUp, type Outcome, refused, type Sent } from "../base/outcome.js";
import { OwnContext } from "../base/own-context.js";
import type { Emit } from "../observe/events.js";
import type { Budget } from "../policies/budget.js";
import type { Bulkhead, BulkheadSlot } from "../policies/bulkhead.js";
import type { CallMark, CircuitBreaker } from "../policies/circuit-breaker.js";
import { isRetryable, wasNotProcessed } from "../policies/failures.js";
import type { Turn } from "../policies/rate-limiter.js";
import { decideRetry } from "../policies/retry.js";
import type { Policies } from "../policies/types.js";
import { Attempt, type AttemptOwner, cancelled, type Send } from "./attempt.js";
import { type WaitingCall, waitForSlot } from "./slot-wait.js";

/** What the calls of one operation share, and where they take time and chance from. */
export interface SharedState {
  readonly clock: Clock;
  readonly random: () => number;
  readonly breaker?: CircuitBreaker | undefined;
  readonly bulkhead?: Bulkhead | undefined;
  readonly budget?: Budget | undefined;
  readonly limiter?: Limiter | undefined;
}

/** Where an attempt waits for its turn. */
export interface Limiter {
  /** Lets a call go on ({@link PolicyRun.takeSlot}) at its turn, or refuses it. */
  pass(run: PolicyRun, now: number): void;
  /** Takes a turn if there is one at this moment. */
  tryReserve(now: number): Turn | undefined;
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
  readonly hedge?: ((run: PolicyRun) => void) | undefined;
}

/**
 * One call on its way through the policies of its operation: deadline, retry, rate limit, bulkhead, breaker, attempt
 * timeout.
 *
 * It is a small state machine: it waits (for its turn, for a slot, for the next attempt) or it attempts. A wait has one
 * timer and sets `endPhase`, so that an abort ends it at once and leaves nothing behind. Whatever ends a wait or an
 * attempt from outside (another call's end, a timer, an abort, a breaker that opens, `close`), the call goes on in its own
 * async context.
 */
export class PolicyRun implements AttemptOwner, WaitingCall {
  readonly state: SharedState;
  readonly settings: CallSettings;
  readonly send: Send;
  readonly context: OwnContext = new OwnContext();
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
  /** A piece of the stream that the call opened has come. */
  onStreamHeard: (() => void) | undefined;
  /** The last attempt that began and is still under way. */
  #live: Attempt | undefined;
  #done!: (outcome: Outcome<unknown>) => void;
  #isDone = false;
  #interruption: Failure | undefined;
  #lastFailure: Failure | undefined;
  /** What is taken for an attempt that has not begun. */
  held: BulkheadSlot | undefined;
  #turn: Turn | undefined;

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
    this.#askTurn(this.startedAt);
  }

  /** Ends the call now, whatever it is doing: the caller aborted it, or the client was closed. */
  interrupt(failure: Failure): void {
    this.#interruption ??= failure;
    const isWaiting = !this.#isDone && this.#live === undefined;
    if (isWaiting) return this.endPhase?.(failure);
    this.goOn(() => {
      this.#cutLive(failure);
      this.endPhase?.(failure);
    });
  }

  /** Goes on in the call's own context: the only way in for whatever happens elsewhere. */
  goOn(next: () => void): void {
    this.context.run(() => {
      try {
        next();
      } catch (cause) {
        this.broke(cause);
      }
    });
  }

  /** A clock, a source of chance or an observer of the user's own threw: the call ends, and holds nothing. */
  broke(cause: unknown): void {
    this.giveBack();
    const reason = "could not go on";
    if (!this.#isDone) this.#finish({ ok: false, code: "invalid-request", sent: this.sent, reason, cause });
  }

  /** Makes an attempt; its slot is taken. */
  startAttempt(now: number, slot: BulkheadSlot | undefined): void {
    this.attempts++;
    const attempt = new Attempt(this, now, this.#live, slot);
    this.#live = attempt;
    attempt.start();
  }

  /** The end of an attempt: of the call too, or a wait for the next one. */
  attemptEnded(attempt: Attempt, outcome: Outcome<unknown>): void {
    this.#forget(attempt);
    if (!outcome.ok && outcome.sent !== "no" && this.sent !== "yes") this.sent = outcome.sent;
    if (this.#isDone) return;
    if (outcome.ok || this.#interruption !== undefined) return this.#finish(outcome);
    // The answer of a hedge that is still under way may be better.
    if (this.#live !== undefined && isRetryable(outcome, this.settings.policies)) return;
    this.#retry(outcome);
  }

  /** Waits for the next attempt, or gives up. A breaker that opens for longer than that ends the call at once. */
  #retry(failure: Failure): void {
    const { policies, isReplayable, emit } = this.settings;
    const { clock, random, breaker, budget } = this.state;
    const now = clock.now();
    const wait = decideRetry(failure, policies, this.attempts, this.deadlineAt - now, isReplayable, random);
    if (typeof wait !== "number") return this.#giveUp(failure, wait);
    const wakeAt = now + wait;
    const openUntil = breaker?.refusedUntil(now);
    if (openUntil !== undefined && openUntil > wakeAt) return this.#giveUp(failure, "breaker-open", openUntil);
    if (budget?.take(now, wait) === false) return this.#giveUp(failure, "budget");
    this.onAttemptsOver?.();
    this.#lastFailure = failure;
    this.maybeDone ||= !wasNotProcessed(failure);
    emit?.("retry", { attempt: this.attempts, because: failure.code, status: failure.status, waitMs: wait });
    this.wait(wait, undefined, wakeAt, (later) => this.#askTurn(later));
  }

  #finish(outcome: Outcome<unknown>): void {
    this.#isDone = true;
    this.onAttemptsOver?.();
    this.#cutLive(cancelled);
    this.#done(outcome);
  }

  #cutLive(failure: Failure): void {
    for (let each = this.#live; each; each = each.beside) each.cut(failure);
  }

  /** Takes an attempt out of those under way: nearly always it is the only one. */
  #forget(attempt: Attempt): void {
    if (this.#live === attempt) this.#live = attempt.beside;
    for (let other = this.#live; other; other = other.beside) {
      if (other.beside === attempt) other.beside = attempt.beside;
    }
  }

  /** Asks the breaker before any waiting, waits for its turn and for a slot, and begins. */
  #askTurn(now: number): void {
    const refusal = this.#refusal(now);
    if (refusal !== undefined) return this.refuse(refusal);
    const { limiter } = this.state;
    if (limiter === undefined) this.takeSlot(now);
    else limiter.pass(this, now);
  }

  /** Takes a slot, or waits for one, and begins. */
  takeSlot(now: number, turn?: Turn): void {
    const { bulkhead } = this.state;
    this.#turn = turn;
    if (bulkhead === undefined) return this.recheck(now);
    this.held = bulkhead.tryEnter(now, this);
    if (this.held === undefined) waitForSlot(this, bulkhead, now);
    else this.recheck(now);
  }

  /** The slot is taken. Where time has passed, everything is asked again. */
  recheck(now: number): void {
    const refusal = this.#refusal(now);
    if (refusal !== undefined) {
      this.giveBack();
      return this.refuse(refusal);
    }
    if (this.state.breaker?.hold?.(this, now)) return;
    const slot = this.held;
    this.held = undefined;
    this.#turn = undefined;
    this.startAttempt(now, slot);
    if (this.attempts === 1) this.settings.hedge?.(this);
  }

  /** Gives back what was taken for an attempt that is not made. */
  giveBack(): void {
    const { clock, bulkhead } = this.state;
    if (this.held !== undefined) bulkhead?.leave(this.held, clock);
    this.#turn?.cancel();
    this.held = undefined;
    this.#turn = undefined;
  }

  /** This call found a slot whose attempt is taken for lost. */
  slotLost(): void {
    const message = "took back the bulkhead slot of an attempt that had ended but did not stop";
    this.settings.emit?.("warning", { message });
  }

  /** The one way to wait; see {@link HeldCall.wait}. */
  wait(
    ms: number,
    atEnd: Failure | undefined,
    wakeAt: number,
    goOn: (now: number) => void,
    undo?: () => void,
  ): (refusal?: Failure) => boolean {
    const { clock, breaker } = this.state;
    const end = (refusal?: Failure): boolean => {
      if (this.endPhase !== end) return false;
      this.endPhase = undefined;
      dropTimer(clock, timer);
      unwatch?.();
      if (refusal !== undefined) undo?.();
      this.goOn(() => (refusal === undefined ? goOn(clock.now()) : this.refuse(refusal)));
      return true;
    };
    const timer = limitTimer(clock, () => end(atEnd), ms);
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
  refuse(refusal: Failure): void {
    if (this.#interruption !== undefined) return this.#finish(this.#interruption);
    const { code, reason, retryAtMs } = refusal;
    this.settings.emit?.("refusal", { because: code, reason });
    if (this.#lastFailure === undefined) this.#finish(refusal);
    else this.#giveUp(this.#lastFailure, code as GaveUp, retryAtMs);
  }

  #giveUp(failure: Failure, gaveUp: GaveUp, retryAtMs?: number): void {
    const since = retryAtMs === undefined ? {} : { retryAtMs: Math.max(retryAtMs, failure.retryAtMs ?? 0) };
    this.#finish({ ...failure, ...since, gaveUp });
  }
}
