import { Rolling, type Tally } from "./rolling.js";
import type { BudgetPolicy } from "./types.js";

const spanMs = 10_000;

/**
 * Keeps retries from amplifying an overload: over a sliding 10 s, retries and hedges of a scope stay at or below a share
 * of its calls, plus a floor for scopes with few calls (Google SRE book, "Handling Overload"; Finagle's RetryBudget).
 */
export class Budget {
  readonly policy: BudgetPolicy;
  readonly #window = new Rolling(spanMs);

  constructor(policy: BudgetPolicy) {
    this.policy = policy;
  }

  /** A call begins. */
  countCall(now: number): void {
    this.#window.slot(now).calls++;
    this.#window.sum.calls++;
  }

  /** What the window holds at a moment. */
  counts(now: number): Readonly<Tally> {
    return this.#window.expire(now);
  }

  /** Takes leave for one retry or hedge; `false` when the budget is used up. */
  take(now: number): boolean {
    const { ratio, minPerSecond } = this.policy;
    const slot = this.#window.slot(now);
    const { sum } = this.#window;
    if (sum.retries + 1 > ratio * sum.calls + (minPerSecond * spanMs) / 1_000) return false;
    slot.retries++;
    sum.retries++;
    return true;
  }
}
