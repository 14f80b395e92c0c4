import { defaults } from "../../runtime/src/policies/defaults.js";
import type { Policies, RetryPolicy } from "../../runtime/src/policies/types.js";
import { timesText, timeText } from "../explain/words.js";
import type { InspectedOperation } from "../inspect.js";

/** One way of calling the server. */
export interface Variant {
  readonly id: "policies" | "none" | "retries";
  readonly name: string;
  readonly policies: Policies;
  readonly description: string;
}

/** Attempt timeout of hand-written retries if the operation has none. */
const usualAttempt = 5_000;

/** The same calls three times: with the policies of the operation, as plain requests, and with hand-written retries. */
export function variantsOf({ api, decided }: Pick<InspectedOperation, "api" | "decided">): readonly Variant[] {
  const own = api.policies;
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
  const isCustomized = [...decided.leaves.values()].some(({ origin }) => origin.at !== undefined);
  return [
    {
      id: "policies",
      name: `${decided.preset} preset`,
      policies: kept,
      description: `The generated client${isCustomized ? ", with the settings that you customized" : ""}.`,
    },
    { id: "none", name: "No policies", policies: off, description: "One request without a timeout." },
    {
      id: "retries",
      name: "Retries only",
      policies: { ...off, timeout: { ...off.timeout, attempt }, retry },
      description: `Typical hand-written retries: an attempt timeout of ${timeText(attempt)}, and any failure is retried ${retry.maxRetries === 1 ? "once" : `up to ${timesText(retry.maxRetries)}`}.`,
    },
  ];
}

/** A call that takes longer than this counts as failed, in all variants. */
export function patienceOf({ timeout }: Policies): number {
  return timeout.total || 15_000;
}
