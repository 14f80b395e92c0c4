import type { CallRun } from "./call-run.js";
import { timerDelay } from "./clock.js";
import type { Failure, Outcome, Sent } from "./outcome.js";
import type { Pass, Verdict } from "./policies/breaker.js";
import type { OpenStream } from "./stream.js";

/**
 * One attempt of a call. It ends once: by its work, by its timer, or by the call's interruption. Its place in the
 * bulkhead is held until the work has really settled, also when the attempt ended before.
 */
export class Attempt {
  /** 1 for the first. */
  readonly number: number;
  readonly startedAt: number;
  /** How far the request got: raised by the transport. */
  sent: Sent = "no";
  private readonly run: CallRun;
  private readonly pass: Pass | undefined;
  private readonly limitMs: number;
  private controller: AbortController | undefined = undefined;
  private timer: unknown = undefined;
  private end: Failure | true | undefined = undefined;

  constructor(run: CallRun, pass: Pass | undefined, now: number) {
    const { attempt } = run.settings.policies.timeout;
    const remaining = run.deadlineAt - now;
    this.run = run;
    this.number = run.attempts;
    this.startedAt = now;
    this.pass = pass;
    this.limitMs = attempt === false ? remaining : Math.min(attempt, remaining);
  }

  /** Aborted when the attempt ends before its work. Made only if somebody asks: it costs more than all policies. */
  get signal(): AbortSignal {
    if (this.controller === undefined) {
      this.controller = new AbortController();
      if (typeof this.end === "object") this.controller.abort();
    }
    return this.controller.signal;
  }

  /** Whether it has ended, maybe before its work. */
  get isOver(): boolean {
    return this.end !== undefined;
  }

  start(): void {
    const { run } = this;
    const { clock } = run.pipeline;
    if (this.limitMs !== Number.POSITIVE_INFINITY) {
      this.timer = clock.setTimer(() => this.cut(this.expiry()), timerDelay(this.limitMs));
    }
    run.endPhase = (failure) => this.cut(failure);
    run.send(this).then((outcome) => {
      this.finish(outcome, true);
      const stream = outcome.ok ? outcome.stream : undefined;
      if (stream === undefined) run.pipeline.bulkhead?.leave();
      else this.holdFor(stream);
    });
  }

  /**
   * The headers are there. A stream, upload or download takes as long as it takes from here on; only silence ends it.
   * Called again at every piece.
   */
  progress(): void {
    const { policies } = this.run.settings;
    if (!policies.transfer || this.end !== undefined) return;
    const { clock } = this.run.pipeline;
    const { idle } = policies.timeout;
    if (this.timer !== undefined) clock.clearTimer(this.timer);
    const silence: Failure = { ok: false, code: "timeout", sent: "yes", limit: Number(idle), reason: "idle" };
    this.timer = idle === false ? undefined : clock.setTimer(() => this.cut(silence), timerDelay(idle));
  }

  /** The place in the bulkhead is held until the stream is over; an abort or the client's end reaches it. */
  private holdFor(stream: OpenStream): void {
    const { run } = this;
    if (this.end !== true) stream.fail({ ok: false, code: "aborted", sent: "yes" });
    else run.endPhase = (failure) => stream.fail(failure);
    void stream.over.then(() => {
      run.endPhase = undefined;
      run.pipeline.bulkhead?.leave();
    });
  }

  /** Ends the attempt before its work. */
  private cut(failure: Failure): void {
    this.finish({ ...failure, sent: this.sent }, failure);
    this.controller?.abort();
  }

  private finish(outcome: Outcome<unknown>, end: Failure | true): void {
    if (this.end !== undefined) return;
    this.end = end;
    const { run } = this;
    const { clock, breaker } = run.pipeline;
    if (this.timer !== undefined) clock.clearTimer(this.timer);
    run.endPhase = undefined;
    if (this.pass !== undefined) breaker?.leave(this.pass, verdictOf(outcome), run, clock.now());
    run.settings.listener?.attemptEnded(this, outcome);
    run.attemptEnded(outcome);
  }

  /** What the timer means: the attempt's own timeout, or the call's deadline. */
  private expiry(): Failure {
    const { timeout } = this.run.settings.policies;
    const code = this.limitMs === timeout.attempt ? "timeout" : "deadline";
    const limit = code === "timeout" ? this.limitMs : this.run.deadlineAt - this.run.startedAt;
    const failure: Failure = { ok: false, code, sent: this.sent, limit };
    return this.limitMs < this.run.settings.ownLimitMs ? { ...failure, cutShort: true } : failure;
  }
}

/** Server errors that say the server is well: it does not know the method, or the HTTP version. */
const harmless: readonly number[] = [501, 505];

/**
 * What an outcome says about the server. A 503 with Retry-After is an orderly refusal and no sign of failure; an
 * attempt that was cut short of the operation's own limit says nothing.
 */
export function verdictOf(outcome: Outcome<unknown>): Verdict {
  if (outcome.ok) return "success";
  const { code, status, retryAfterMs, cutShort } = outcome;
  if (code === "network" || code === "timeout" || code === "deadline") return cutShort ? "neutral" : "failure";
  if (status === undefined) return "neutral";
  if (status === 503 && retryAfterMs !== undefined) return "neutral";
  return status >= 500 && !harmless.includes(status) ? "failure" : "success";
}
