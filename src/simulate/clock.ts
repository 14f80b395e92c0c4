import type { Clock } from "../../runtime/src/base/clock.js";

interface Timer {
  readonly at: number;
  /** Timers of the same time fire in the order in which they were set. */
  readonly number: number;
  run: (() => void) | undefined;
}

/** A clock for simulations: fires hundreds of thousands of timers in order, without waiting. */
export class EventClock implements Clock {
  /** A binary heap, earliest first. A cleared timer stays until its time. */
  readonly #heap: Timer[] = [];
  #now = 0;
  #count = 0;

  now(): number {
    return this.#now;
  }

  date(): number {
    return Date.UTC(2026, 0, 1) + this.#now;
  }

  setTimer(run: () => void, ms: number): Timer {
    const timer: Timer = { at: this.#now + ms, number: this.#count++, run };
    this.#heap.push(timer);
    this.#rise(this.#heap.length - 1);
    return timer;
  }

  clearTimer(timer: unknown): void {
    if (timer !== undefined) (timer as Timer).run = undefined;
  }

  /** Fires all timers up to `end`. After each one, pending promises settle. */
  async runUntil(end: number): Promise<void> {
    for (let next = this.#heap[0]; next !== undefined && next.at <= end; next = this.#heap[0]) {
      this.#takeFirst();
      const { run } = next;
      if (run === undefined) continue;
      this.#now = next.at;
      run();
      await new Promise(setImmediate);
    }
    this.#now = end;
  }

  #takeFirst(): void {
    const last = this.#heap.pop() as Timer;
    if (this.#heap.length === 0) return;
    this.#heap[0] = last;
    this.#sink(0);
  }

  #rise(start: number): void {
    const heap = this.#heap;
    for (let at = start; at > 0; ) {
      const parent = (at - 1) >> 1;
      if (!isBefore(heap[at] as Timer, heap[parent] as Timer)) return;
      this.#swap(at, parent);
      at = parent;
    }
  }

  #sink(start: number): void {
    const heap = this.#heap;
    for (let at = start; ; ) {
      let first = at;
      for (const child of [2 * at + 1, 2 * at + 2]) {
        if (child < heap.length && isBefore(heap[child] as Timer, heap[first] as Timer)) first = child;
      }
      if (first === at) return;
      this.#swap(at, first);
      at = first;
    }
  }

  #swap(a: number, b: number): void {
    const heap = this.#heap;
    [heap[a], heap[b]] = [heap[b] as Timer, heap[a] as Timer];
  }
}

function isBefore(a: Timer, b: Timer): boolean {
  return a.at < b.at || (a.at === b.at && a.number < b.number);
}
