import { never } from "../clock.js";

/** What is counted in a {@link Rolling} window. */
export interface Tally {
  /** Distinct calls, each counted at the latest of its attempts. */
  calls: number;
  attempts: number;
  failures: number;
  slow: number;
  retries: number;
}

/** The events of one millisecond (in a window of attempts: of one attempt). */
export interface Slot extends Tally {
  at: number;
  /** Whether it still counts. */
  live: boolean;
}

const newTally = (): Tally => ({ calls: 0, attempts: 0, failures: 0, slow: 0, retries: 0 });

/**
 * Sums over the last `spanMs` milliseconds, or over the last `maxAttempts` attempts. Events of one millisecond share a
 * slot, so memory is bounded by the span and not by the traffic; a slot leaves exactly when it is `spanMs` old, also
 * after a pause, because age is looked at on use and not on a timer. Who counts something adds it to slot and sum.
 */
export class Rolling {
  readonly sum: Tally = newTally();
  readonly #spanMs: number;
  readonly #maxAttempts: number;
  #slots: Slot[] = [];
  #first = 0;

  constructor(spanMs: number, maxAttempts: number = never) {
    this.#spanMs = spanMs;
    this.#maxAttempts = maxAttempts;
  }

  /** The slot that events of the moment `now` go to. Old slots leave first. */
  slot(now: number): Slot {
    this.expire(now, 1);
    const last = this.#slots.at(-1);
    if (last?.live && now - last.at < 1 && this.#maxAttempts === never) return last;
    const slot = { ...newTally(), at: now, live: true };
    this.#slots.push(slot);
    return slot;
  }

  clear(): void {
    for (const slot of this.#slots) if (slot.live) this.#drop(slot);
    this.#slots = [];
    this.#first = 0;
  }

  /** Takes out what has become too old, and makes room for attempts that are to be `added`. */
  expire(now: number, added = 0): void {
    for (; this.#first < this.#slots.length; this.#first++) {
      const slot = this.#slots[this.#first] as Slot;
      if (now - slot.at < this.#spanMs && this.sum.attempts + added <= this.#maxAttempts) break;
      this.#drop(slot);
    }
    if (this.#first > 32 && this.#first * 2 > this.#slots.length) {
      this.#slots = this.#slots.slice(this.#first);
      this.#first = 0;
    }
  }

  #drop(slot: Slot): void {
    const { sum } = this;
    slot.live = false;
    sum.calls -= slot.calls;
    sum.attempts -= slot.attempts;
    sum.failures -= slot.failures;
    sum.slow -= slot.slow;
    sum.retries -= slot.retries;
  }
}
