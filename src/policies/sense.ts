import type { Problems, Spot } from "../diagnostics/index.js";
import { besides } from "../diagnostics/locate.js";
import { type OperationTraits, retries, smallestWait } from "./adapt.js";
import { isWritten, type Leaf, type Leaves, type Level } from "./origin.js";

/** Refuses what makes no sense, but only numbers that a person wrote. */
export function checkSense(
  operation: string,
  leaves: Leaves,
  traits: OperationTraits,
  hasKey: boolean,
  problems: Problems,
): void {
  const refuse: Refuse = (involved, message, hint) => {
    const at = involved.reduce((a, b) => (levels.indexOf(b.origin.level) > levels.indexOf(a.origin.level) ? b : a));
    // Settings for all operations are reported once, not again for each operation.
    const who = at.origin.level === "all" ? "" : `${operation}: `;
    const text = message((leaf) => besides(leaf.origin.at, at.origin.at));
    problems.add("policySense", `${who}${text}.`, hint, at.origin.at as Spot);
  };
  checkTimes(leaves, traits, refuse);
  for (const { leaf, message, hint } of oddTimeouts(leaves)) {
    const who = leaf.origin.level === "all" ? "" : `${operation}: `;
    problems.add("oddTimeout", `${who}${message}.`, hint, leaf.origin.at as Spot);
  }
  checkBreaker(leaves, refuse);
  checkKind(leaves, traits, hasKey, refuse);
}

/** A shorter timeout fails healthy calls. */
const shortestMs = 50;
/** `fetch` in Node gives up after 300 s of silence by itself (undici: headersTimeout, bodyTimeout). */
const longestInNodeMs = 300_000;

/** Explicit timeouts that are probably mistakes. */
function* oddTimeouts(leaves: Leaves): Generator<{ leaf: Leaf; message: string; hint: string }> {
  for (const name of ["timeout.attempt", "timeout.total", "timeout.idle"]) {
    const leaf = leaves.get(name);
    if (!isWritten(leaf) || typeof leaf.value !== "number") continue;
    const ms = leaf.value;
    if (ms < shortestMs) {
      const meant = Number.isInteger(ms) ? `Did you mean ${ms}s? ` : "";
      yield { leaf, message: `${name} is ${ms} ms`, hint: `${meant}A number without a unit is milliseconds.` };
    } else if (ms > longestInNodeMs && name === "timeout.attempt") {
      yield {
        leaf,
        message: `${name} is ${time(leaf)}, but fetch in Node ends an attempt after 300 s`,
        hint: "Use the transport of 'resil-gen-runtime/node' in Node, or lower the attempt timeout.",
      };
    }
  }
}

/** Reports contradictory values at the place of the most specific one, or of the first of several. */
type Refuse = (involved: readonly Leaf[], message: (where: Where) => string, hint: string) => void;

/** Where another value of a message was written, `line 12`; empty if it is on the same line. */
type Where = (leaf: Leaf) => string;

const levels: readonly Level[] = ["all", "path", "operation"];

/** Two written numbers, or nothing. */
function written(
  leaves: Leaves,
  a: string,
  b: string,
): [Leaf & { value: number }, Leaf & { value: number }] | undefined {
  const [first, second] = [leaves.get(a), leaves.get(b)];
  if (!isWritten(first) || !isWritten(second)) return undefined;
  if (typeof first.value !== "number" || typeof second.value !== "number") return undefined;
  return [first as Leaf & { value: number }, second as Leaf & { value: number }];
}

function checkTimes(leaves: Leaves, { isRepeatable }: OperationTraits, refuse: Refuse): void {
  const times = written(leaves, "timeout.attempt", "timeout.total");
  if (times !== undefined) {
    const [attempt, total] = times;
    const canRetry = isRepeatable && retries(leaves);
    if (attempt.value > total.value) {
      refuse(
        times,
        pairText("timeout.attempt", times, "which exceeds timeout.total"),
        "Lower timeout.attempt, or raise timeout.total.",
      );
    } else if (canRetry && attempt.value + smallestWait(leaves) >= total.value) {
      refuse(
        times,
        pairText("timeout.attempt", times, "which leaves no time for a retry within timeout.total"),
        "Lower timeout.attempt, raise timeout.total, or set:\n  retry: false",
      );
    }
  }
  const wait = written(leaves, "retry.backoff.initial", "timeout.total");
  if (wait !== undefined && times === undefined && isRepeatable && retries(leaves)) {
    if (smallestWait(leaves) >= wait[1].value)
      refuse(
        wait,
        pairText("retry.backoff.initial", wait, "which leaves no time for a retry within timeout.total"),
        "Lower the delay, raise timeout.total, or set:\n  retry: false",
      );
  }
  const backoff = written(leaves, "retry.backoff.initial", "retry.backoff.max");
  if (backoff !== undefined && backoff[0].value > backoff[1].value) {
    refuse(
      backoff,
      pairText("retry.backoff.initial", backoff, "which exceeds retry.backoff.max"),
      "Lower the initial delay, or raise the maximum.",
    );
  }
  const hedge = written(leaves, "hedge.after", "timeout.attempt");
  if (hedge !== undefined && leaves.get("hedge")?.value === true && hedge[0].value >= hedge[1].value) {
    refuse(
      hedge,
      pairText("hedge.after", hedge, "which is not below timeout.attempt"),
      "Start the hedge before the attempt times out.",
    );
  }
}

function checkBreaker(leaves: Leaves, refuse: Refuse): void {
  if (leaves.get("breaker")?.value === false) return;
  const times = written(leaves, "breaker.window", "timeout.attempt");
  if (times !== undefined && times[0].value < 2 * times[1].value) {
    refuse(
      times,
      pairText("breaker.window", times, "which is less than twice timeout.attempt"),
      "Widen the window. Attempts that time out would leave it before they can add up.",
    );
  }
  const window = leaves.get("breaker.window");
  const minimum = leaves.get("breaker.minimumCalls");
  const calls = (window?.value as { calls?: number } | undefined)?.calls;
  if (isWritten(window) && isWritten(minimum) && calls !== undefined && calls < Number(minimum.value)) {
    refuse(
      [window, minimum],
      () => `breaker.window holds ${calls} calls, fewer than breaker.minimumCalls (${String(minimum.value)})`,
      "The breaker could never open. Widen the window, or lower minimumCalls.",
    );
  }
  const pauses = written(leaves, "breaker.cooldown", "breaker.cooldownMax");
  if (pauses !== undefined && pauses[0].value > pauses[1].value) {
    refuse(
      pauses,
      pairText("breaker.cooldown", pauses, "which exceeds breaker.cooldownMax"),
      "Lower cooldown, or raise cooldownMax.",
    );
  }
}

function checkKind(
  leaves: Leaves,
  { isSafe, isGet, isRepeatable, hasBody }: OperationTraits,
  hasKey: boolean,
  refuse: Refuse,
): void {
  const ofOperation = (name: string): Leaf | undefined => {
    const leaf = leaves.get(name);
    return isWritten(leaf) && leaf.origin.level === "operation" && leaf.value !== false ? leaf : undefined;
  };
  const retry = ofOperation("retry");
  if (retry !== undefined && retries(leaves) && !isRepeatable && !hasKey) {
    refuse(
      [retry],
      () => "'retry' requires an idempotency key, and this operation takes none",
      "Configure a key that the server supports. If the operation is read-only, set:\n  safe: true",
    );
  }
  const stale = ofOperation("fallback.stale");
  if (stale !== undefined && !isSafe)
    refuse(
      [stale],
      () => "'fallback.stale' works for read-only operations only",
      "Use 'fallback.value' or 'fallback.message' instead.",
    );
  const hedge = ofOperation("hedge");
  if (hedge !== undefined && !isSafe)
    refuse([hedge], () => "'hedge' would send a write twice", "Use it on read-only operations.");
  const coalesce = ofOperation("coalesce");
  if (coalesce !== undefined && !isGet) refuse([coalesce], () => "'coalesce' works for GET only", "Remove it.");
  const never = leaves.get("retry.on");
  if (
    isWritten(never) &&
    Array.isArray(never.value) &&
    never.value.some((status) => status === 400 || status === 422)
  ) {
    refuse([never], () => "'retry.on' can't contain 400 or 422, because the same request fails again", "Remove them.");
  }
  const idempotent = leaves.get("idempotent");
  if (isWritten(idempotent) && isSafe && idempotent.value === false)
    refuse([idempotent], () => "a safe operation is always idempotent", "Remove 'idempotent', or set 'safe: false'.");
  const budget = ["ratio", "minPerSecond", "burst"].map((name) => leaves.get(`retry.budget.${name}`));
  const floor = budget[1];
  const [ratio = 0, minPerSecond = 0, burst = 0] = budget.map((leaf) => Number(leaf?.value ?? 0));
  const isOn = retries(leaves) && leaves.get("retry.budget")?.value === true;
  if (isOn && isWritten(floor) && ratio === 0 && minPerSecond > 0 && minPerSecond * burst < 1_000)
    refuse(
      [floor],
      () => `retry.budget never holds a whole retry: ${minPerSecond} per second for ${burst / 1_000} s`,
      "Raise 'minPerSecond' or 'burst', or set 'retry: false'.",
    );
  const inBody = ofOperation("idempotency.body");
  if (inBody !== undefined && !hasBody)
    refuse(
      [inBody],
      () => "'idempotency.body' requires a request body",
      "Send the key in a header, or set 'idempotency.query'.",
    );
  for (const name of ["idempotency.key", "idempotency.header", "idempotency.body", "idempotency.query"]) {
    const leaf = ofOperation(name);
    if (leaf !== undefined && isSafe && leaf.value !== "none")
      refuse([leaf], () => "a read-only operation takes no idempotency key", "Remove the setting.");
  }
}

/** `breaker.cooldown is 40s, above breaker.cooldownMax (30s, line 12)`. */
function pairText(name: string, [first, second]: readonly [Leaf, Leaf], relation: string): (where: Where) => string {
  return (where) => {
    const place = where(first);
    const own = `${time(first)}${place === "" ? "" : ` (${place})`}`;
    return `${name} is ${own}, ${relation} (${[time(second), where(second)].filter(Boolean).join(", ")})`;
  };
}

/** A duration as people write it. */
function time({ value }: Leaf): string {
  const ms = Number(value);
  if (ms >= 60_000 && ms % 60_000 === 0) return `${ms / 60_000}m`;
  return ms >= 1_000 && ms % 100 === 0 ? `${ms / 1_000}s` : `${ms}ms`;
}
