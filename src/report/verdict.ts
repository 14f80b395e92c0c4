import type { OperationFacts } from "../explain/index.js";
import { countText, listText, thousands, timeText } from "../explain/words.js";

/** The answer to "are we safe, and what should we decide?". */
export interface Verdict {
  /** `danger`: a warning of level `high`. `open`: something to decide. `good`: neither. */
  readonly level: "danger" | "open" | "good";
  readonly headline: string;
  /** Preset, retried operations, longest call, open decisions. */
  readonly facts: readonly string[];
}

type Judged = Pick<OperationFacts, "preset" | "isRetried" | "slowest" | "warnings">;

const dangers: readonly { readonly ids: readonly string[]; readonly what: string }[] = [
  { ids: ["no-deadline", "no-idle-timeout"], what: "can hang forever" },
  { ids: ["retry-storm"], what: "can overload a failing server with retries" },
];

export function verdictOf(operations: readonly Judged[]): Verdict {
  const dangerous = dangers.flatMap(({ ids, what }) => {
    const count = operations.filter(({ warnings }) => warnings.some(({ id }) => ids.includes(id))).length;
    return count === 0 ? [] : `${countText(count, "operation")} ${what}`;
  });
  const decisions = new Set(operations.flatMap(({ warnings }) => warnings.map((warning) => JSON.stringify(warning))));
  const safe = "No call can hang, and retries are limited.";
  return {
    level: dangerous.length > 0 ? "danger" : decisions.size > 0 ? "open" : "good",
    headline: operations.length === 0 ? "No operations." : dangerous.length > 0 ? `${listText(dangerous)}.` : safe,
    facts: [
      presetText(operations),
      `${thousands(operations.filter(({ isRetried }) => isRetried).length)} of ${countText(operations.length, "operation")} retried`,
      longestText(operations),
      decisions.size === 0 ? "no open decisions" : `${countText(decisions.size, "decision")} open`,
    ].filter((fact) => fact !== ""),
  };
}

function presetText(operations: readonly Judged[]): string {
  const presets = [...new Set(operations.map(({ preset }) => preset))];
  if (presets.length === 0) return "";
  return presets.length === 1 ? `${presets[0]} preset` : `presets ${listText(presets)}`;
}

function longestText(operations: readonly Judged[]): string {
  const ends = operations.map(({ slowest }) => slowest.endsAt);
  if (ends.length === 0) return "";
  return ends.includes(null)
    ? "no limit on the longest call"
    : `longest call ${timeText(Math.max(...ends.map(Number)))}`;
}
