import { defaults } from "../../runtime/src/policies/defaults.js";
import type { Policies, RetryPolicy } from "../../runtime/src/policies/types.js";
import { timeText } from "../explain/words.js";

/** One way of calling the dependency. */
export interface Variant {
  readonly id: "none" | "retries" | "policies";
  readonly name: string;
  readonly policies: Policies;
  /** What it does, in a sentence. */
  readonly description: string;
}

/** An attempt is given up after this time where the operation itself does not say when. */
const usualAttempt = 5_000;

/** The same calls three times: as plain requests, with the retries that people write by hand, and by the policies. */
export function variantsOf(own: Policies): readonly Variant[] {
  const off: Policies = {
    repeat: "always",
    timeout: { attempt: false, total: false, idle: false },
    retry: false,
    breaker: false,
    bulkhead: false,
    maxResponse: false,
    streaming: own.streaming,
  };
  const attempt = own.timeout.attempt || usualAttempt;
  const retry: RetryPolicy = { ...(own.retry || defaults.retry), budget: false };
  const { fallback: _fallback, coalesce: _coalesce, ownKeys: _ownKeys, ...kept } = own;
  return [
    { id: "none", name: "No policies", policies: off, description: "One request, and however long it takes." },
    {
      id: "retries",
      name: "Retries only",
      policies: { ...off, timeout: { ...off.timeout, attempt }, retry },
      description: `Gives up an attempt after ${timeText(attempt)} and tries ${retry.maxRetries} more times, whatever the operation: what is often written by hand.`,
    },
    {
      id: "policies",
      name: "The policies",
      policies: kept,
      description: "What the generated client does for this operation.",
    },
  ];
}

/** A call that takes longer than this came too late, whichever the variant. */
export function patienceOf({ timeout }: Policies): number {
  return timeout.total || 15_000;
}
