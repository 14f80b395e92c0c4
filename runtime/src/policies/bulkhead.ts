import { never } from "../base/clock.js";
import type { BulkheadPolicy } from "./types.js";

/** What a running attempt holds. */
export interface BulkheadSlot {
  /** Its place among the slots that are held; −1: it was given or taken back. */
  index: number;
  /** From then on its attempt is taken for lost. */
  overdueAt: number;
}

/** An attempt that waits for a slot. */
export interface SlotWaiter {
  /** When it gives up. */
  readonly lateAt: number;
  /** The slot is its own. Called in the turn of another call: what goes on must go on in the waiter's own context. */
  granted(slot: BulkheadSlot): void;
  /** It is the head of the queue, and {@link Bulkhead.overdueAt} has changed. Called in the turn of another call, too. */
  overdueSooner(): void;
}

/** An attempt that wants a slot. */
export interface SlotSeeker {
  /** It found a slot whose holder is lost, which was taken back. */
  slotLost(): void;
}

/** How long a waiter may take to use its slot, or to give up when its time is over, in ms. Longer: it is no more. */
const vanishedAfterMs = 1_000;

/**
 * A limit on how many attempts run at once, with a bounded first-in-first-out queue (Nygard, "Release It!"). A freed
 * slot is handed to the head of the queue at once, so no newcomer overtakes.
 *
 * A holder or a waiter may vanish without a word: work that ignores its abort never settles, and the requests of a
 * worker end with all that they were doing. So every slot has a time at which it is taken back. There is no timer: the
 * attempts that want a slot look.
 */
export class Bulkhead {
  readonly policy: BulkheadPolicy;
  readonly #slots: BulkheadSlot[] = [];
  /** Insertion order is queue order, and removing one from the middle is cheap. Made for the first waiter. */
  #waiting: Set<SlotWaiter> | undefined;
  #earliestAt = never;

  constructor(policy: BulkheadPolicy) {
    this.policy = policy;
  }

  get running(): number {
    return this.#slots.length;
  }

  get queued(): number {
    return this.#waiting?.size ?? 0;
  }

  /** No slot is overdue before then: when a waiter should look. */
  get overdueAt(): number {
    return this.#earliestAt;
  }

  /** Takes a slot if one is free. */
  tryEnter(now: number, seeker: SlotSeeker): BulkheadSlot | undefined {
    if (!this.#isFree()) this.look(now, seeker);
    return this.#isFree() ? this.#take(now) : undefined;
  }

  /** Queues a waiter; `false` when the queue is full. */
  queue(waiter: SlotWaiter, now: number): boolean {
    this.#waiting ??= new Set();
    if (this.queued >= this.policy.queue) this.#forgetVanished(now);
    if (this.queued >= this.policy.queue) return false;
    this.#waiting.add(waiter);
    return true;
  }

  /** Takes a waiter out of the queue, if it is still there. */
  unqueue(waiter: SlotWaiter): void {
    this.#waiting?.delete(waiter);
  }

  /** Says until when a slot may be held at most. */
  hold(slot: BulkheadSlot, overdueAt: number): void {
    slot.overdueAt = overdueAt;
    if (overdueAt >= this.#earliestAt) return;
    this.#earliestAt = overdueAt;
    this.#tellHead();
  }

  /** Gives a slot back: to the head of the queue, or to the next who asks. */
  leave(slot: BulkheadSlot, clock: { now(): number }): void {
    if (slot.index < 0) return;
    this.#drop(slot);
    if (this.queued > 0) this.#handOver(clock.now());
  }

  /** Takes back what is overdue, and hands it to the head of the queue. */
  look(now: number, seeker: SlotSeeker): void {
    if (now < this.#earliestAt) return;
    this.#earliestAt = never;
    for (const slot of [...this.#slots]) {
      if (slot.overdueAt <= now) {
        this.#drop(slot);
        seeker.slotLost();
      } else this.#earliestAt = Math.min(this.#earliestAt, slot.overdueAt);
    }
    this.#handOver(now);
  }

  #isFree(): boolean {
    return this.#slots.length < this.policy.concurrency;
  }

  #take(now: number): BulkheadSlot {
    const overdueAt = now + vanishedAfterMs;
    const slot = { index: this.#slots.length, overdueAt };
    this.#slots.push(slot);
    this.#earliestAt = Math.min(this.#earliestAt, overdueAt);
    return slot;
  }

  #drop(slot: BulkheadSlot): void {
    const last = this.#slots.pop() as BulkheadSlot;
    if (last !== slot) this.#slots[slot.index] = last;
    last.index = slot.index;
    slot.index = -1;
  }

  #handOver(now: number): void {
    for (const waiter of this.#waiting ?? []) {
      if (!this.#isFree()) break;
      this.#waiting?.delete(waiter);
      if (!hasVanished(waiter, now)) waiter.granted(this.#take(now));
    }
  }

  #tellHead(): void {
    for (const head of this.#waiting ?? []) return head.overdueSooner();
  }

  #forgetVanished(now: number): void {
    for (const waiter of this.#waiting ?? []) if (hasVanished(waiter, now)) this.#waiting?.delete(waiter);
  }
}

/** One whose own timer has not ended its wait. */
function hasVanished({ lateAt }: SlotWaiter, now: number): boolean {
  return now - lateAt > vanishedAfterMs;
}
