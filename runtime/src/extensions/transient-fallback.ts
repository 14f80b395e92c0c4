import { abortedBy } from "../base/abort-listeners.js";
import type { Failure, Outcome } from "../base/outcome.js";
import type { CallScope } from "../contract/extension.js";
import { isOutage } from "../policies/failures.js";

/** The outcome of a call that failed for good with a transient cause, or what is found instead. Never for a 4xx. */
export async function orInstead(
  call: CallScope,
  outcome: Outcome<unknown>,
  find: (failure: Failure) => Promise<Outcome<unknown> | undefined>,
): Promise<Outcome<unknown>> {
  if (outcome.ok || !isOutage(outcome)) return outcome;
  const found = await find(outcome);
  if (call.signal?.aborted) return abortedBy(call.signal);
  if (found?.ok) call.emit?.("fallback", { source: found.source, because: outcome.code, ageMs: found.ageMs });
  return found ?? outcome;
}
