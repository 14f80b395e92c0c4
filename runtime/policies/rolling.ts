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

/**
 * Sums over the last `spanMs` milliseconds, or over the last `maxAttempts` attempts. Events of one millisecond share a
 * slot, so memory is bounded by the span and not by the traffic; a slot leaves exactly when it is `spanMs` old, also
 * after a pause, because age is looked at on use and not on a timer.
 */
export class Rolling {
  readonly sum: Tally = { calls: 0, attempts: 0, failures: 0, slow: 0, retries: 0 };
  private slots: Slot[] = [];
  private first = 0;
  private readonly spanMs: number;
  private readonly maxAttempts: number;

  constructor(spanMs: number, maxAttempts: number) {
    this.spanMs = spanMs;
    this.maxAttempts = maxAttempts;
  }

  /** The slot that events of the moment `now` go to. Old slots leave first. */
  slot(now: number): Slot {
    this.expire(now);
    const last = this.slots[this.slots.length - 1];
    if (last?.live && now - last.at < 1 && this.maxAttempts === Number.POSITIVE_INFINITY) return last;
    const slot = { at: now, live: true, calls: 0, attempts: 0, failures: 0, slow: 0, retries: 0 };
    this.slots.push(slot);
    return slot;
  }

  /** Takes out what has become too old. */
  expire(now: number): void {
    while (this.first < this.slots.length) {
      const slot = this.slots[this.first] as Slot;
      if (now - slot.at < this.spanMs && this.sum.attempts < this.maxAttempts) break;
      this.drop(slot);
      this.first++;
    }
    if (this.first > 32 && this.first * 2 > this.slots.length) {
      this.slots = this.slots.slice(this.first);
      this.first = 0;
    }
  }

  /** Adds to one count of a slot and to the sum. */
  add(slot: Slot, count: keyof Tally, by: number): void {
    slot[count] += by;
    this.sum[count] += by;
  }

  clear(): void {
    for (const slot of this.slots) if (slot.live) this.drop(slot);
    this.slots = [];
    this.first = 0;
  }

  private drop(slot: Slot): void {
    slot.live = false;
    this.sum.calls -= slot.calls;
    this.sum.attempts -= slot.attempts;
    this.sum.failures -= slot.failures;
    this.sum.slow -= slot.slow;
    this.sum.retries -= slot.retries;
  }
}
