import type { Leaf, Origin } from "./origin.js";
import { isWritten } from "./origin.js";
import { unrepeatableTotal } from "./presets.js";

/** What of an operation decides over unwritten values. */
export interface OperationTraits {
  readonly isSafe: boolean;
  readonly isGet: boolean;
  /** Whether any attempt that failed may be repeated. */
  readonly isRepeatable: boolean;
  readonly isTransfer: boolean;
  readonly hasBody: boolean;
}

/** Unwritten values give way: to what kind of operation it is, and to the values that somebody wrote. */
export function adapt(leaves: Map<string, Leaf>, traits: OperationTraits): void {
  const set = (name: string, value: unknown, why: string): void => {
    const leaf = leaves.get(name);
    if (leaf === undefined || isWritten(leaf) || leaf.value === value) return;
    const origin: Origin = { source: "derived", level: leaf.origin.level, detail: why };
    leaves.set(name, { value, origin });
  };
  adaptToKind(leaves, traits, set);
  adaptTimes(leaves, set);
}

type Set = (name: string, value: unknown, why: string) => void;

function adaptToKind(leaves: Map<string, Leaf>, traits: OperationTraits, set: Set): void {
  if (!traits.isRepeatable) {
    const origin = leaves.get("timeout.total")?.origin;
    set("timeout.attempt", false, "it cannot be retried: the deadline alone bounds it");
    if (origin?.source === "default" || origin?.detail === "standard")
      set("timeout.total", unrepeatableTotal, "it cannot be retried: it gets more time");
  }
  if (traits.isTransfer) set("bulkhead", false, "streams, uploads and downloads hold a place for long");
  if (!traits.isSafe) {
    drop(leaves, "hedge");
    drop(leaves, "fallback.stale");
  }
  if (!traits.isGet) drop(leaves, "coalesce");
}

/** Switches off what was written for many operations and does not fit this one; written for this one, it is refused. */
function drop(leaves: Map<string, Leaf>, name: string): void {
  const leaf = leaves.get(name);
  if (leaf === undefined || leaf.value === false || (isWritten(leaf) && leaf.origin.level === "operation")) return;
  leaves.set(name, {
    value: false,
    origin: { source: "derived", level: leaf.origin.level, detail: "only for operations that read" },
  });
}

function adaptTimes(leaves: Map<string, Leaf>, set: Set): void {
  const number = (name: string): number | undefined => {
    const value = leaves.get(name)?.value;
    return typeof value === "number" ? value : undefined;
  };
  const attempt = number("timeout.attempt");
  const total = number("timeout.total");
  if (attempt !== undefined && total !== undefined) {
    if (isWritten(leaves.get("timeout.attempt")))
      set("timeout.total", Math.max(total, 3 * attempt), "at least three attempts");
    else if (attempt >= total) set("timeout.attempt", Math.round(total / 3), "a third of the deadline");
  }
  const longest = number("timeout.attempt") ?? 0;
  const window = number("breaker.window");
  if (window !== undefined) set("breaker.window", Math.max(window, 2 * longest), "at least two attempts");
  const initial = number("retry.backoff.initial") ?? 0;
  const max = number("retry.backoff.max") ?? 0;
  if (initial > max) {
    if (isWritten(leaves.get("retry.backoff.initial"))) set("retry.backoff.max", initial, "not below the first wait");
    else set("retry.backoff.initial", max, "not above the longest wait");
  }
  const cooldown = number("breaker.cooldown") ?? 0;
  if (cooldown > (number("breaker.cooldownMax") ?? 0)) {
    if (isWritten(leaves.get("breaker.cooldown"))) set("breaker.cooldownMax", cooldown, "not below the first pause");
    else set("breaker.cooldown", number("breaker.cooldownMax"), "not above the longest pause");
  }
  const after = number("hedge.after") ?? 0;
  if (longest > 0 && after >= longest) set("hedge.after", Math.round(longest / 2), "half of the attempt");
}
