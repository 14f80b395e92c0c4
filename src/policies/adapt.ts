import { isWritten, type Leaf, type Leaves, type Origin } from "./origin.js";
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
  adaptToKind(leaves, traits, setterOf(leaves));
  adaptNumbers(leaves, traits);
}

type Set = (name: string, value: unknown, why: string) => void;

/** Sets what nobody wrote. */
function setterOf(leaves: Map<string, Leaf>): Set {
  return (name, value, why) => {
    const leaf = leaves.get(name);
    if (leaf === undefined || isWritten(leaf) || leaf.value === value) return;
    const origin: Origin = { source: "derived", level: leaf.origin.level, detail: why };
    leaves.set(name, { value, origin });
  };
}

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
    // What stands for a change that failed is said of that change alone.
    if (leaves.get("fallback.message")?.origin.level !== "operation") leaves.delete("fallback.message");
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

/** Unwritten numbers give way to written ones, so that they make sense together. */
export function adaptNumbers(leaves: Map<string, Leaf>, { isRepeatable }: OperationTraits): void {
  const set = setterOf(leaves);
  const number = (name: string): number | undefined => {
    const value = leaves.get(name)?.value;
    return typeof value === "number" ? value : undefined;
  };
  const order = (low: string, high: string, ofLow: string, ofHigh: string): void => {
    const [least, most] = [number(low) ?? 0, number(high) ?? 0];
    if (least <= most) return;
    if (isWritten(leaves.get(low))) set(high, least, ofHigh);
    else set(low, most, ofLow);
  };
  order("retry.backoff.initial", "retry.backoff.max", "not above the longest wait", "not below the first wait");
  order("breaker.cooldown", "breaker.cooldownMax", "not above the longest pause", "not below the first pause");
  adaptAttempt(leaves, set, number);
  const deadline = number("timeout.total");
  const isAlone = leaves.get("bulkhead.scope")?.value === "operation";
  if (isAlone && deadline !== undefined && (number("bulkhead.queueTimeout") ?? 0) >= deadline)
    set("bulkhead.queueTimeout", Math.round(deadline / 2), "half of the deadline");
  if (isRepeatable) fitRetry(leaves, set, number);
  adaptBreaker(leaves, set, number);
  const attempt = number("timeout.attempt") ?? 0;
  if (attempt > 0 && (number("hedge.after") ?? 0) >= attempt)
    set("hedge.after", Math.round(attempt / 2), "half of the attempt");
}

type Read = (name: string) => number | undefined;

function adaptAttempt(leaves: Map<string, Leaf>, set: Set, number: Read): void {
  const isSet = (name: string): boolean => isWritten(leaves.get(name));
  const attempt = number("timeout.attempt");
  if (attempt === undefined) return;
  const hedgeAfter = leaves.get("hedge")?.value === true && isSet("hedge.after") ? (number("hedge.after") ?? 0) : 0;
  if (hedgeAfter >= attempt) set("timeout.attempt", 2 * hedgeAfter, "a hedge begins half-way");
  const longer = number("timeout.attempt") ?? attempt;
  const total = number("timeout.total");
  if (total !== undefined && (isSet("timeout.attempt") || longer > attempt))
    set("timeout.total", Math.max(total, 3 * longer), "at least three attempts");
  const deadline = number("timeout.total");
  if (deadline !== undefined && longer >= deadline)
    set("timeout.attempt", Math.round(deadline / 3), "a third of the deadline");
  const window =
    leaves.get("breaker")?.value === true && isSet("breaker.window") ? number("breaker.window") : undefined;
  if (window !== undefined && 2 * (number("timeout.attempt") ?? 0) > window)
    set("timeout.attempt", Math.floor(window / 2), "half of the breaker's window");
}

/** After an attempt that timed out, the shortest wait and a further attempt must fit before the deadline. */
function fitRetry(leaves: Map<string, Leaf>, set: Set, number: Read): void {
  const timeLeft = (): number =>
    (number("timeout.total") ?? Infinity) - (number("timeout.attempt") ?? 0) - smallestWait(leaves);
  const fits = (): boolean => timeLeft() > 0 || !retries(leaves) || number("timeout.attempt") === undefined;
  const [attempt = 0, total = 0] = [number("timeout.attempt"), number("timeout.total")];
  const why = "a retry fits before the deadline";
  if (!fits()) set("timeout.total", 2 * attempt + (number("retry.backoff.initial") ?? 0), "two attempts and a wait");
  const forAttempts = total - smallestWait(leaves);
  if (!fits() && forAttempts > 0) set("timeout.attempt", Math.ceil(forAttempts / 3), why);
  if (!fits() && attempt < total) set("retry.backoff.initial", Math.floor((total - attempt) / 2), why);
}

/** Whether there is a retry at all. */
export function retries(leaves: Leaves): boolean {
  return leaves.get("retry")?.value === true && leaves.get("retry.maxRetries")?.value !== 0;
}

/** The shortest that the first wait can be. */
export function smallestWait(leaves: Leaves): number {
  const jitter = leaves.get("retry.backoff.jitter")?.value;
  const initial = Number(leaves.get("retry.backoff.initial")?.value ?? 0);
  return jitter === "full" ? 0 : jitter === "equal" ? initial / 2 : initial;
}

function adaptBreaker(leaves: Map<string, Leaf>, set: Set, number: Read): void {
  const window = leaves.get("breaker.window")?.value;
  if (typeof window === "number")
    set("breaker.window", Math.max(window, 2 * (number("timeout.attempt") ?? 0)), "at least two attempts");
  const held = (window as { readonly calls?: number } | undefined)?.calls;
  if (held !== undefined && held < (number("breaker.minimumCalls") ?? 0))
    set("breaker.minimumCalls", held, "as many as the window holds");
}
