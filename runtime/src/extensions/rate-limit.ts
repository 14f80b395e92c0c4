import { refused } from "../base/outcome.js";
import type { Extension } from "../contract/extension.js";
import type { Limiter, PolicyRun } from "../pipeline/run.js";
import { RateLimiter } from "../policies/rate-limiter.js";

/** A rate limit that makes calls wait. */
class WaitingLimiter extends RateLimiter implements Limiter {
  /** Lets a call go on at its turn while that comes before the deadline, else refuses it. */
  pass(run: PolicyRun, now: number): void {
    const turn = this.reserve(now);
    if (turn.at <= now) return run.takeSlot(now, turn);
    if (turn.at < run.deadlineAt)
      run.wait(turn.at - now, undefined, 0, (later) => run.takeSlot(later, turn), turn.cancel);
    else {
      turn.cancel();
      run.refuse(refused("rate-limited", undefined, turn.at));
    }
  }
}

/** Limits how many attempts begin in a span of time; an attempt waits for its turn while that fits into the deadline. */
export const rateLimit: Extension = { policy: "rateLimit", limiter: (policy) => new WaitingLimiter(policy) };
