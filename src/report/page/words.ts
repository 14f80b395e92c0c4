import type { Risk } from "../../explain/index.js";

export { countText, listText, timeText, trim } from "../../explain/words.js";

/** What each group of operations is called, and what that means for whoever calls. */
export const groups: readonly { readonly risk: Risk; readonly name: string; readonly meaning: string }[] = [
  {
    risk: "attention",
    name: "Look here first",
    meaning: "Something about them needs a decision. What, and the way out, stands with each.",
  },
  {
    risk: "unrepeated",
    name: "Changes that are not repeated",
    meaning:
      "They change something, and nothing says that the server would notice a repetition. A failure is passed on at once; when an answer is lost, it stays open whether the change was made.",
  },
  {
    risk: "repeated",
    name: "Changes that are repeated",
    meaning: "They change something and are tried again by themselves. Why that is safe stands with each.",
  },
  { risk: "read", name: "Reads", meaning: "They only read. Asking again changes nothing." },
];

export const policyNames = {
  breaker: "Circuit breaker",
  bulkhead: "Bulkhead",
  rateLimit: "Rate limit",
  budget: "Retry budget",
} as const;

/** What the page's words mean. */
export const glossary: readonly (readonly [word: string, meaning: string])[] = [
  ["Call", "What the application waits for. It makes one attempt, or several."],
  ["Attempt", "One request to the server."],
  ["Pause", "The wait before the next attempt. It is random up to a limit, so that many clients do not come at once."],
  ["Deadline", "When it is reached the call ends, whatever it is doing."],
  [
    "Circuit breaker",
    "When too many attempts fail it opens: calls are refused at once, and the server can recover. After a pause one attempt tests whether it has.",
  ],
  ["Bulkhead", "So many attempts run at once, so many wait for a place, and one more is refused."],
  ["Retry budget", "Repeated attempts may only be so large a share of all calls. It stops the avalanche of an outage."],
  [
    "Idempotency key",
    "A name for one change. A server that knows it executes the change once, however often it is sent.",
  ],
];
