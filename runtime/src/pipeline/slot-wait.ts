import { type Clock, dropTimer } from "../base/clock.js";
import { type Failure, refused } from "../base/outcome.js";
import type { Bulkhead, BulkheadSlot, SlotSeeker, SlotWaiter } from "../policies/bulkhead.js";
import type { HeldCall } from "../policies/circuit-breaker.js";

/** How often a call looks for itself whether the attempts that it waits for are still there, in ms. */
const lookEveryMs = 250;

/** A call that waits for a slot. */
export interface WaitingCall extends HeldCall, SlotSeeker {
  readonly state: { readonly clock: Clock };
  /** What is taken for an attempt that has not begun. */
  held: BulkheadSlot | undefined;
  /** Ends the present wait. */
  readonly endPhase: ((failure: Failure) => void) | undefined;
  goOn(next: () => void): void;
  refuse(refusal: Failure): void;
}

/**
 * Waits for a slot, then begins. The call that leaves hands its slot over; but it may have vanished, and so the waiter
 * has a timer of its own and looks for itself.
 */
export function waitForSlot(run: WaitingCall, bulkhead: Bulkhead, now: number): void {
  const { clock } = run.state;
  const { queueTimeout } = bulkhead.policy;
  const remaining = run.deadlineAt - now;
  const isLast = queueTimeout === false || remaining <= queueTimeout;
  const ms = isLast ? remaining : queueTimeout;
  let timer: unknown;
  const isWaiting = (): boolean => run.endPhase === end;
  const look = (): void => {
    if (isWaiting()) bulkhead.look(clock.now(), run);
    if (isWaiting()) lookLater();
  };
  const lookLater = (): void => {
    const step = bulkhead.overdueAt - clock.now();
    dropTimer(clock, timer);
    timer = clock.setTimer(() => run.goOn(look), step > 0 ? Math.min(step, lookEveryMs) : lookEveryMs);
  };
  const granted = (slot: BulkheadSlot): void => {
    run.held = slot;
    dropTimer(clock, timer);
    end();
  };
  const overdueSooner = (): void => run.goOn(() => isWaiting() && lookLater());
  const waiter: SlotWaiter = { lateAt: now + ms, granted, overdueSooner };
  if (!bulkhead.queue(waiter, now)) {
    run.giveBack();
    return run.refuse(refused("bulkhead-full", "queue-full"));
  }
  const leave = (): void => {
    dropTimer(clock, timer);
    bulkhead.unqueue(waiter);
    run.giveBack();
  };
  const late = isLast ? refused("deadline") : refused("bulkhead-full", "queue-timeout");
  const end = run.wait(ms, late, 0, (later) => run.recheck(later), leave);
  lookLater();
}
