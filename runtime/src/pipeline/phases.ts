/** What a call is doing: waiting for a slot or a turn, waiting for a retry, or attempting. */
export type Phase = "queuedMs" | "waitedMs" | "attemptingMs";

/** The time that a call spends in each phase. */
export class Phases {
  readonly #times: Record<Phase, number> = { queuedMs: 0, waitedMs: 0, attemptingMs: 0 };
  #phase: Phase = "queuedMs";
  #since: number;

  constructor(now: number) {
    this.#since = now;
  }

  /** @returns the time spent in the phase that ends */
  enter(phase: Phase, now: number): number {
    const spent = now - this.#since;
    this.#times[this.#phase] += spent;
    this.#phase = phase;
    this.#since = now;
    return spent;
  }

  /** How long the call has been waiting for a slot or a turn; 0 where it is doing something else. */
  queuedSince(now: number): number {
    return this.#phase === "queuedMs" ? now - this.#since : 0;
  }

  /** All times until now. */
  until(now: number): Readonly<Record<Phase, number>> {
    this.enter(this.#phase, now);
    return this.#times;
  }
}
