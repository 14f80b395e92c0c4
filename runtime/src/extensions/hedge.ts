import { dropTimer, timerDelay } from "../base/clock.js";
import type { Extension } from "../contract/extension.js";
import type { PolicyRun } from "../pipeline/run.js";

/**
 * Starts a further attempt while the first has not answered (Dean and Barroso, "The Tail at Scale", 2013). It is one of
 * the attempts that the call may make, and starts only if the breaker, the rate limit, the bulkhead and the budget let
 * it at that moment: it never queues. The first answer wins; the others are canceled and count nowhere.
 */
export const hedge: Extension = { policy: "hedge", hedge: startHedging };

function startHedging(run: PolicyRun): void {
  const { policies, emit } = run.settings;
  const { clock, breaker, limiter, bulkhead, budget } = run.state;
  const { hedge: policy, retry } = policies;
  if (!policy || !retry) return;
  let left = Math.min(policy.max, retry.maxRetries);
  let timer: unknown;
  let isOver = false;
  const arm = (): void => {
    timer = left-- > 0 ? clock.setTimer(() => run.goOn(start), timerDelay(policy.after)) : undefined;
  };
  const start = (): void => {
    if (isOver) return;
    const now = clock.now();
    const isFree = breaker?.refusedUntil(now) === undefined && run.attempts <= retry.maxRetries && now < run.deadlineAt;
    const slot = isFree ? bulkhead?.tryEnter(now, run) : undefined;
    if (isFree && (bulkhead === undefined || slot !== undefined)) {
      if (hasTurn(now)) {
        run.startAttempt(now, slot);
        emit?.("hedge", { attempt: run.attempts });
      } else if (slot !== undefined) bulkhead?.leave(slot, clock);
    }
    arm();
  };
  // What one of the two refuses, the other must not lose.
  const hasTurn = (now: number): boolean => {
    const turn = limiter?.tryReserve(now);
    if (limiter !== undefined && turn === undefined) return false;
    const isAffordable = budget?.take(now) ?? true;
    if (!isAffordable) turn?.cancel();
    return isAffordable;
  };
  run.onAttemptsOver = () => {
    isOver = true;
    dropTimer(clock, timer);
  };
  arm();
}
