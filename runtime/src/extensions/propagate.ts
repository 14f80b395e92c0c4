import { safeCorrelationId } from "../base/correlation.js";
import { newIdempotencyKey } from "../base/new-idempotency-key.js";
import type { CallScope, Extension } from "../contract/extension.js";
import type { Attempt } from "../pipeline/attempt.js";

/** Tells the called service in headers how much time is left, how often this was tried, and what call it belongs to. */
export const propagate: Extension = {
  policy: "propagate",
  headers(call: CallScope, attempt: Attempt): Record<string, string> {
    const { propagate: policy } = call.policies;
    const { run } = call;
    if (!policy || run === undefined) return {};
    const { deadline, retryCount, correlationId } = policy;
    const headers: Record<string, string> = {};
    const left = run.deadlineAt - call.core.clock.now();
    if (deadline !== false && Number.isFinite(left)) headers[deadline] = String(Math.max(0, Math.round(left)));
    if (retryCount !== false) headers[retryCount] = String(attempt.number - 1);
    if (correlationId !== false) {
      const given = safeCorrelationId(call.correlationId ?? "");
      if (given === "") call.correlationId = newIdempotencyKey();
      headers[correlationId] = given || (call.correlationId as string);
    }
    return headers;
  },
};
