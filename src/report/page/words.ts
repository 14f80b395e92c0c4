import type { Group } from "../../explain/index.js";

export { countText, thousands, timeText, trim } from "../../explain/words.js";

/** The groups of operations, by what a lost response means. */
export const groups: readonly { readonly group: Group; readonly name: string; readonly meaning: string }[] = [
  {
    group: "unretried-write",
    name: "Writes, not retried",
    meaning: "Failures surface immediately. If a response is lost, the outcome is unknown.",
  },
  {
    group: "retried-write",
    name: "Writes, retried",
    meaning: "These operations change data and are retried automatically. Expand one to see why that is safe.",
  },
  { group: "read", name: "Reads", meaning: "These operations don’t change data on the server." },
];

export const policyNames = {
  breaker: "Circuit breaker",
  bulkhead: "Bulkhead",
  rateLimit: "Rate limit",
  budget: "Retry budget",
} as const;

/** Each term with its meaning, and the policy whose documentation explains it. */
export const glossary: readonly (readonly [term: string, meaning: string, policy: string])[] = [
  ["Call", "What the application awaits. A call makes one or more attempts.", "retry"],
  ["Attempt", "One request to the server.", "retry"],
  [
    "Backoff",
    "The wait before a retry. It is random up to a limit (jitter), so that clients don’t retry in step.",
    "retry",
  ],
  ["Deadline", "Limit on the whole call, including waits and retries (total timeout).", "timeout"],
  [
    "Circuit breaker",
    "Opens when too many attempts fail. While it is open, calls are rejected immediately and the server can recover. After a cooldown, one attempt probes the server.",
    "breaker",
  ],
  ["Bulkhead", "Limits concurrent attempts. Further attempts wait in a queue for a slot, or are rejected.", "bulkhead"],
  ["Retry budget", "Limits retries to a share of all calls, which prevents retry storms.", "budget"],
  [
    "Idempotency key",
    "Identifies one change. A server that supports it applies the change once, no matter how often it is sent.",
    "idempotency",
  ],
];
