import { Rolling, type Tally } from "./rolling.js";
import type { BudgetPolicy } from "./types.js";

/**
 * Keeps retries from amplifying an overload (Google SRE book, "Handling Overload"; Finagle's RetryBudget): a token bucket
 * for the retries and hedges of a scope. A call adds a share of a token and time adds a floor for scopes with few calls.
 * What `burst` worth of both has earned is the most it holds, so that a quiet minute does not pay for a storm.
 */
export class Budget {
  readonly policy: BudgetPolicy;
  /** Calls of the last `burst`. */
  readonly #window: Rolling;
  /** More than any capacity: it starts full. */
  #tokens = Number.MAX_VALUE;
  #countedAt = 0;
  /** When the retries are sent that wait for their moment, the next one first. */
  readonly #waiting: number[] = [];

  constructor(policy: BudgetPolicy) {
    this.policy = policy;
    this.#window = new Rolling(policy.burst);
  }

  /** A call begins. */
  countCall(now: number): void {
    const tokens = this.left(now);
    this.#window.slot(now).calls++;
    this.#window.sum.calls++;
    this.#tokens = Math.min(tokens + this.policy.ratio, this.#room());
  }

  /** Calls and retries of the last `burst`. */
  counts(now: number): Readonly<Tally> {
    return this.#window.expire(now);
  }

  /** Retries and hedges that may be made at a moment. */
  left(now: number): number {
    for (let sentAt = this.#waiting[0]; sentAt !== undefined && sentAt <= now; sentAt = this.#waiting[0]) {
      this.#earn(sentAt);
      this.#waiting.shift();
    }
    return this.#earn(now);
  }

  #earn(now: number): number {
    const earned = (this.policy.minPerSecond * (now - this.#countedAt)) / 1_000;
    this.#window.expire(now);
    this.#countedAt = now;
    this.#tokens = Math.min(this.#tokens + earned, this.#room());
    return this.#tokens;
  }

  /**
   * Takes a token for one retry or hedge; `false` when the budget is used up. While the retry waits for its moment (at
   * most for `burst`) its token keeps its room in the bucket: else retries that waited and those that new tokens allow
   * would be sent together.
   */
  take(now: number, waitMs = 0): boolean {
    // Sums of shares such as 0.1 are a little less than they should be.
    if (this.left(now) < 1 - 1e-9) return false;
    this.#tokens--;
    if (waitMs > 0) this.#wait(now + Math.min(waitMs, this.policy.burst));
    this.#window.slot(now).retries++;
    this.#window.sum.retries++;
    return true;
  }

  #wait(sentAt: number): void {
    const later = this.#waiting.findIndex((other) => other > sentAt);
    this.#waiting.splice(later < 0 ? this.#waiting.length : later, 0, sentAt);
  }

  /** The most that the bucket holds, less what waits. */
  #room(): number {
    const { ratio, minPerSecond, burst } = this.policy;
    return ratio * this.#window.sum.calls + (minPerSecond * burst) / 1_000 - this.#waiting.length;
  }
}
