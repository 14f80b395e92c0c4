import { type Clock, dropTimer, limitTimer, never } from "../base/clock.js";
import type { Failure, Outcome, Sent } from "../base/outcome.js";
import { endsWithRequest } from "../base/platform.js";
import type { Emit } from "../observe/events.js";
import type { Bulkhead, BulkheadSlot } from "../policies/bulkhead.js";
import type { CallMark, CircuitBreaker, Pass } from "../policies/circuit-breaker.js";
import { verdictOf } from "../policies/failures.js";
import type { Policies } from "../policies/types.js";

/** What an attempt needs of its call. */
export interface AttemptOwner extends CallMark {
  readonly state: {
    readonly clock: Clock;
    readonly breaker?: CircuitBreaker | undefined;
    readonly bulkhead?: Bulkhead | undefined;
  };
  readonly settings: { readonly policies: Policies; readonly own: Policies; readonly emit?: Emit | undefined };
  readonly send: Send;
  readonly startedAt: number;
  readonly deadlineAt: number;
  readonly attempts: number;
  /** A piece of the stream that the call opened has come. */
  onStreamHeard: (() => void) | undefined;
  /** Goes on in the call's own context. */
  goOn(next: () => void): void;
  /** Code of the user's own threw. */
  broke(cause: unknown): void;
  /** The attempt has ended: by its work, its timer, or a cut. */
  attemptEnded(attempt: Attempt, outcome: Outcome<unknown>): void;
}

/** Does the work of one attempt. Never rejects: what goes wrong is a {@link Failure}. */
export type Send = (attempt: Attempt) => Promise<Outcome<unknown>>;

/**
 * One attempt of a call. It ends once: by its work, by its timer, or by the call's end. Its slot in the bulkhead is held
 * until the work has really settled, also when the attempt ended before, but then for one attempt timeout at most.
 */
export class Attempt {
  /** 1 for the first. */
  readonly number: number;
  readonly startedAt: number;
  /** How far the request got: raised by the transport. */
  sent: Sent = "no";
  /** The request itself was answered by a redirect: what followed it says nothing of whether that was processed. */
  wasRedirected = false;
  /** Waits for the next piece of a body that the caller's own source gives. */
  waitsForCaller = false;
  /** What that source threw. */
  sourceFault: { readonly cause: unknown } | undefined;
  /** What a failed answer says by its status and headers, while its body is still awaited. */
  answered: Failure | undefined;
  /** The attempt of the same call that began before it and is still under way: this one is its hedge. */
  beside: Attempt | undefined;
  readonly #run: AttemptOwner;
  /** What the credentials added to its request. */
  authorization: unknown;
  readonly #pass: Pass | undefined;
  readonly #slot: BulkheadSlot | undefined;
  #controller: AbortController | undefined;
  /** The least of its own timeout and what is left until the deadline. */
  readonly #limitMs: number;
  #timer: unknown;
  /** `true`: ended by its work; a failure: cut off by it. */
  #end: Failure | true | undefined;

  constructor(run: AttemptOwner, now: number, beside: Attempt | undefined, slot: BulkheadSlot | undefined) {
    const { attempt } = run.settings.policies.timeout;
    const remaining = run.deadlineAt - now;
    this.#run = run;
    this.beside = beside;
    this.#slot = slot;
    this.number = run.attempts;
    this.startedAt = now;
    this.#pass = run.state.breaker?.enter(now);
    this.#limitMs = attempt === false ? remaining : Math.min(attempt, remaining);
  }

  /** Aborted when the attempt ends before its work. Made only if somebody asks: it costs more than all policies. */
  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (typeof this.#end === "object") this.#controller.abort();
    return this.#controller.signal;
  }

  /** Whether it has ended, maybe before its work. */
  get isOver(): boolean {
    return this.#end !== undefined;
  }

  start(): void {
    const run = this.#run;
    this.#setTimer(() => this.#expiry(), this.#limitMs, this.startedAt);
    void run.send(this).then((outcome) => {
      try {
        this.#finish(outcome, true);
        // A stream goes on after its call: until it is over the slot is taken.
        if (!outcome.ok || outcome.stream === undefined) return this.#leave();
        this.#holdStream();
        return outcome.stream.outlive(run, this.#end === true).then(() => this.#leave());
      } catch (cause) {
        this.#leave();
        return run.broke(cause);
      }
    });
  }

  /** Gives an attempt that is under way another limit, from now on. */
  limit(ms: number, atEnd: Failure): void {
    const { clock } = this.#run.state;
    dropTimer(clock, this.#timer);
    this.#setTimer(() => atEnd, ms, clock.now());
  }

  /** Ends the attempt before its work. */
  cut(failure: Failure): void {
    if (this.#end !== undefined) return;
    const isTimedOut = failure.code === "timeout" || failure.code === "deadline";
    this.#finish({ ...((isTimedOut && this.answered) || failure), sent: this.sent }, failure);
    this.#controller?.abort();
  }

  /** The work may take its time to stop, but no longer than {@link Attempt.#graceMs}. */
  #setTimer(atEnd: () => Failure, ms: number, now: number): void {
    const run = this.#run;
    const end = (): void => this.#expire(now + ms, atEnd());
    this.#timer = limitTimer(run.state.clock, () => run.goOn(end), ms, now);
    this.#hold(now + ms);
  }

  #hold(untilMs: number): void {
    if (this.#slot !== undefined) this.#run.state.bulkhead?.hold(this.#slot, untilMs + this.#graceMs);
  }

  /** One attempt timeout; where there is none, half of the deadline. */
  get #graceMs(): number {
    const { attempt, total } = this.#run.settings.own.timeout;
    return attempt || (total === false ? never : total / 2);
  }

  /** Where a request ends with all that it does, a stream of which nothing is heard is over. */
  #holdStream(): void {
    const run = this.#run;
    const { idle } = run.settings.policies.timeout;
    if (!endsWithRequest() || idle === false) return this.#hold(never);
    run.onStreamHeard = () => this.#hold(run.state.clock.now() + idle);
    run.onStreamHeard();
  }

  #leave(): void {
    const { bulkhead, clock } = this.#run.state;
    if (this.#slot !== undefined) bulkhead?.leave(this.#slot, clock);
  }

  #finish(outcome: Outcome<unknown>, end: Failure | true): void {
    if (this.#end !== undefined) return;
    const run = this.#run;
    const { breaker, clock } = run.state;
    this.#end = end;
    dropTimer(clock, this.#timer);
    if (end !== true) this.#hold(clock.now());
    const { emit } = run.settings;
    const now = breaker || emit ? clock.now() : 0;
    if (this.#pass !== undefined) breaker?.leave(this.#pass, verdictOf(outcome), run, now);
    emit?.("attempt", { attempt: this.number, ...outcomeFields(outcome), elapsedMs: now - this.startedAt });
    run.attemptEnded(this, outcome);
  }

  /**
   * The timer has fired. Where that is late, because this process stood still, the answer may be there already: it has one
   * turn of the event loop to be read, and if none comes, that says nothing about the server.
   */
  #expire(dueAt: number, failure: Failure): void {
    const run = this.#run;
    const { clock } = run.state;
    if (clock.now() - dueAt < standstillMs) return this.cut(failure);
    this.#timer = clock.setTimer(() => run.goOn(() => this.cut({ ...failure, cutShort: true })), 0);
  }

  /**
   * What the timer means: the attempt's own timeout, or the call's deadline. An attempt that was cut short of the
   * operation's own timeout (where it has none: of half of its deadline) says nothing about the server, unless it ran for
   * a second: a caller's short timeout must not blind the breaker to a server that hangs.
   */
  #expiry(): Failure {
    const { settings, deadlineAt, startedAt } = this.#run;
    const isOwn = this.#limitMs === settings.policies.timeout.attempt;
    const { attempt, total } = settings.own.timeout;
    const isShort = this.#limitMs < Math.min(attempt || (total === false ? never : total / 2), tellingMs);
    const cutShort = isShort || this.waitsForCaller;
    const limit = isOwn ? this.#limitMs : deadlineAt - startedAt;
    return { ok: false, code: isOwn ? "timeout" : "deadline", sent: this.sent, limit, cutShort };
  }
}

/** An attempt that got no answer for so long, in ms, says something about the server. */
const tellingMs = 1_000;

/** A timer that is so much too late, in ms, was held up by this process itself. */
const standstillMs = 100;

/** What ends an attempt that nobody needs any more. */
export const cancelled: Failure = { ok: false, code: "aborted", sent: "no" };

/** What an event says of an outcome. */
export function outcomeFields(outcome: Outcome<unknown>): {
  outcome: "ok" | Failure["code"];
  status: number | undefined;
} {
  return { outcome: outcome.ok ? "ok" : outcome.code, status: outcome.status };
}
