import type { BulkheadPolicy } from "./types.js";

/**
 * A limit on how many attempts run at once, with a bounded first-in-first-out queue (Nygard, "Release It!"). A freed
 * place is handed to the head of the queue in the same tick, so nobody who comes later overtakes.
 */
export class Bulkhead {
  readonly scope: string;
  readonly policy: BulkheadPolicy;
  private running = 0;
  private isHandingOver = false;
  /** Insertion order is queue order, and taking one out from the middle is cheap. */
  private readonly waiting = new Set<() => void>();

  constructor(scope: string, policy: BulkheadPolicy) {
    this.scope = scope;
    this.policy = policy;
  }

  get active(): number {
    return this.running;
  }

  get queued(): number {
    return this.waiting.size;
  }

  /** Takes a place if one is free and nobody waits for it. */
  tryEnter(): boolean {
    if (this.running >= this.policy.concurrency) return false;
    this.running++;
    return true;
  }

  /** Queues `granted`, which is called with the place taken; `false` when the queue is full. */
  queue(granted: () => void): boolean {
    if (this.waiting.size >= this.policy.queue) return false;
    this.waiting.add(granted);
    return true;
  }

  /** Takes `granted` out of the queue, if it is still there. */
  unqueue(granted: () => void): void {
    this.waiting.delete(granted);
  }

  /**
   * Gives a place back: to the head of the queue, or to whoever comes next. Who cannot use it any more gives it back at
   * once; the outer call then goes on with the next, so that a long queue needs no deep stack.
   */
  leave(): void {
    this.running--;
    if (this.isHandingOver) return;
    this.isHandingOver = true;
    for (const granted of this.waiting) {
      if (this.running >= this.policy.concurrency) break;
      this.waiting.delete(granted);
      this.running++;
      granted();
    }
    this.isHandingOver = false;
  }
}
