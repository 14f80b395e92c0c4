import type { BulkheadPolicy } from "./types.js";

/**
 * A limit on how many attempts run at once, with a bounded first-in-first-out queue (Nygard, "Release It!"). A freed
 * place is handed to the head of the queue in the same tick, so nobody who comes later overtakes.
 */
export class Bulkhead {
  readonly policy: BulkheadPolicy;
  /** Insertion order is queue order, and taking one out from the middle is cheap. Made when somebody waits. */
  #waiting: Set<() => void> | undefined;
  #running = 0;
  #isHandingOver = false;

  constructor(policy: BulkheadPolicy) {
    this.policy = policy;
  }

  get running(): number {
    return this.#running;
  }

  get queued(): number {
    return this.#waiting?.size ?? 0;
  }

  /** Takes a place if one is free. */
  tryEnter(): boolean {
    const isFree = this.#running < this.policy.concurrency;
    if (isFree) this.#running++;
    return isFree;
  }

  /** Queues `granted`, which is called with the place taken; `false` when the queue is full. */
  queue(granted: () => void): boolean {
    if (this.queued >= this.policy.queue) return false;
    this.#waiting ??= new Set();
    this.#waiting.add(granted);
    return true;
  }

  /** Takes `granted` out of the queue, if it is still there. */
  unqueue(granted: () => void): void {
    this.#waiting?.delete(granted);
  }

  /**
   * Gives a place back: to the head of the queue, or to whoever comes next. Who cannot use it any more gives it back at
   * once; the outer call then goes on with the next, so that a long queue needs no deep stack.
   */
  leave(): void {
    this.#running--;
    const waiting = this.#waiting;
    if (waiting === undefined || this.#isHandingOver) return;
    this.#isHandingOver = true;
    for (const granted of waiting) {
      if (!this.tryEnter()) break;
      waiting.delete(granted);
      granted();
    }
    this.#isHandingOver = false;
  }
}
