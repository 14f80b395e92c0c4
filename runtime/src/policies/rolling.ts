import { never } from "../base/clock.js";

/** What is counted in a {@link Rolling} window. */
export interface Tally {
  /** Distinct calls, each counted at the latest of its attempts. */
  calls: number;
  attempts: number;
  failures: number;
  slow: number;
  retries: number;
}

/** The events of one millisecond (in a window of calls: of one attempt). */
export interface Slot extends Tally {
  at: number;
  /** Whether it still counts. */
  live: boolean;
  /** The slot after it; one that has left knows of none. */
  next: Slot | undefined;
}

/**
 * Sums over the last `spanMs` milliseconds, or over the last `maxCalls` calls and all their attempts. Events of one
 * millisecond share a slot, so memory is bounded by the span and not by the traffic; a slot leaves exactly when it is
 * `spanMs` old, also after a pause, because age is looked at on use and not on a timer. Who counts something adds it to
 * slot and sum.
 */
export class Rolling {
  readonly sum: Tally = { calls: 0, attempts: 0, failures: 0, slow: 0, retries: 0 };
  readonly #spanMs: number;
  /** `never` in a window of time. */
  readonly #maxCalls: number;
  #first: Slot | undefined;
  #last: Slot | undefined;

  constructor(spanMs: number, maxCalls: number = never) {
    this.#spanMs = spanMs;
    this.#maxCalls = maxCalls;
  }

  /** The slot that events of the moment `now` go to. Old slots leave first. */
  slot(now: number): Slot {
    this.expire(now);
    const last = this.#last;
    if (last !== undefined && now - last.at < 1 && this.#maxCalls === never) return last;
    const slot: Slot = {
      calls: 0,
      attempts: 0,
      failures: 0,
      slow: 0,
      retries: 0,
      at: now,
      live: true,
      next: undefined,
    };
    if (last === undefined) this.#first = slot;
    else last.next = slot;
    this.#last = slot;
    return slot;
  }

  clear(): void {
    this.expire(never);
  }

  /** Takes out what has become too old, or too much. What is left. */
  expire(now: number): Readonly<Tally> {
    const { sum } = this;
    for (let slot = this.#first; slot !== undefined; slot = this.#first) {
      if (now - slot.at < this.#spanMs && sum.calls <= this.#maxCalls) break;
      this.#first = slot.next;
      if (slot.next === undefined) this.#last = undefined;
      slot.next = undefined;
      slot.live = false;
      sum.calls -= slot.calls;
      sum.attempts -= slot.attempts;
      sum.failures -= slot.failures;
      sum.slow -= slot.slow;
      sum.retries -= slot.retries;
    }
    return sum;
  }
}
