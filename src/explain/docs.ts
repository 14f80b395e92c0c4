/** The page of the documentation on each policy, below `docs/`. */
export const policyDocs: Readonly<Record<string, string>> = {
  safe: "what-is-retried.md#the-rule",
  timeout: "policies.md#total-timeout-and-attempt-timeout",
  retry: "policies.md#retry",
  budget: "policies.md#retry-budget",
  rateLimit: "policies.md#rate-limit",
  bulkhead: "policies.md#bulkhead",
  breaker: "policies.md#circuit-breaker",
  hedge: "policies.md#hedging",
  coalesce: "policies.md#coalesce",
  fallback: "policies.md#fallback",
  idempotency: "policies.md#idempotency-key",
  maxResponse: "policies.md#response-limit",
};

/** The page for each warning, by its id. */
export const warningDocs = {
  "no-deadline": "policies.md#total-timeout-and-attempt-timeout",
  "no-idle-timeout": "policies.md#total-timeout-and-attempt-timeout",
  "retry-storm": "policies.md#retry-budget",
  "no-policies": "presets.md",
  "looks-like-read": "what-is-retried.md#how-to-get-a-post-retried",
  "in-doubt": "idempotency.md",
  "long-wait": "policies.md#total-timeout-and-attempt-timeout",
  "no-room-for-retries": "policies.md#total-timeout-and-attempt-timeout",
  "no-attempt-timeout": "policies.md#total-timeout-and-attempt-timeout",
  "long-queue": "policies.md#bulkhead",
} as const;
