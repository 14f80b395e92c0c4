import type { Attempt } from "./attempt.js";
import type { Settled } from "./call.js";
import type { CallListener, CallRun } from "./call-run.js";
import type { Core } from "./core.js";
import { type CallFacts, makeError, type ResilienceError } from "./errors.js";
import type { Operation } from "./operation.js";
import type { Failure, Outcome } from "./outcome.js";
import { isBrowser } from "./redirect.js";

/** Tells observers what happens in one call, and puts its end into the form that callers see. */
export class CallReport implements CallListener {
  private readonly core: Core;
  private readonly operation: Operation;
  private readonly call: number;
  private readonly startedAt: number;

  constructor(core: Core, operation: Operation) {
    this.core = core;
    this.operation = operation;
    this.call = core.nextCallNumber();
    this.startedAt = core.clock.now();
  }

  attemptEnded({ number, startedAt }: Attempt, outcome: Outcome<unknown>): void {
    const elapsedMs = this.core.clock.now() - startedAt;
    this.core.observe?.({ type: "attempt", ...this.facts(), attempt: number, ...told(outcome), elapsedMs });
  }

  retryScheduled({ code, status }: Failure, waitMs: number, attempt: number): void {
    this.core.observe?.({ type: "retry", ...this.facts(), attempt, because: code, status, waitMs });
  }

  refused({ code, reason }: Failure): void {
    this.core.observe?.({ type: "refusal", ...this.facts(), because: code, reason });
  }

  warned(message: string): void {
    this.core.observe?.({ type: "warning", operation: this.operation.id, message });
  }

  /** The end of the call, as `.result()` gives it. */
  settled(outcome: Outcome<unknown>, run: CallRun | undefined): Settled {
    const elapsedMs = this.core.clock.now() - this.startedAt;
    const attempts = run?.attempts ?? 0;
    const sent = run === undefined || run.sent === "no" ? (outcome.ok ? "yes" : outcome.sent) : run.sent;
    const source = outcome.ok ? outcome.source : undefined;
    const gaveUp = outcome.ok ? undefined : outcome.gaveUp;
    this.core.observe?.({ type: "call", ...this.facts(), ...told(outcome), attempts, elapsedMs, source, sent, gaveUp });
    if (outcome.ok) {
      const { data, status, response, source: from } = outcome;
      return { ok: true, data, status, source: from, response, attempts, elapsedMs };
    }
    const { status, response } = outcome;
    const isRefused = status !== undefined && status >= 400 && status < 500;
    const maybeDone = !this.operation.safe && isRefused && run?.maybeDone === true;
    const error = this.error(outcome, { attempts, elapsedMs, sent, maybeDone });
    return { ok: false, error, status, response, attempts, elapsedMs };
  }

  /** The error for a failure of this call. */
  error(failure: Failure, facts: Pick<CallFacts, "attempts" | "elapsedMs" | "sent" | "maybeDone">): ResilienceError {
    const { id, method, path } = this.operation;
    const note = failure.code === "network" && isBrowser() ? corsNote : undefined;
    return makeError(failure, { operation: id, method, path, ...facts, retryAt: this.retryAt(failure), note });
  }

  /** The error that ends a stream after its call has ended. */
  streamError(failure: Failure, attempts: number): ResilienceError {
    const elapsedMs = this.core.clock.now() - this.startedAt;
    return this.error(failure, { attempts, elapsedMs, sent: "yes", maybeDone: false });
  }

  private facts() {
    const { id, method, path } = this.operation;
    return { operation: id, method, path, call: this.call };
  }

  private retryAt({ retryAtMs, retryAfterMs }: Failure): Date | undefined {
    const { clock } = this.core;
    const wait = retryAtMs === undefined ? retryAfterMs : retryAtMs - clock.now();
    return wait === undefined ? undefined : new Date(clock.date() + Math.max(0, wait));
  }
}

const corsNote = "if the server is of another origin, it may not allow this page: see CORS";

function told(outcome: Outcome<unknown>) {
  return { outcome: outcome.ok ? ("ok" as const) : outcome.code, status: outcome.status };
}
