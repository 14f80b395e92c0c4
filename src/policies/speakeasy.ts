import { defaults } from "../../runtime/src/policies/defaults.js";
import { type Cursor, isRecord, type Problems } from "../diagnostics/index.js";
import type { Leaf, Level } from "./origin.js";

const name = "x-speakeasy-retries";

/**
 * The values of an `x-speakeasy-retries` block under the names of `x-resilience`: how long to wait and for which
 * statuses. How often is retried and the longest wait it may only lower; the budget, the timeouts and which operations
 * may be repeated stay ours.
 *
 * Form: https://www.speakeasy.com/docs/customize-sdks/retries
 */
export function readSpeakeasy(holder: Cursor, level: Level, problems: Problems): ReadonlyMap<string, Leaf> | undefined {
  const block = holder.get(name);
  if (block === undefined) return undefined;
  const leaves = new Map<string, Leaf>();
  const set = (leaf: string, value: unknown, at: Cursor): void => {
    leaves.set(leaf, { value, origin: { source: "spec", level, detail: name, isForeign: true, at: at.spot } });
  };
  const strategy = block.get("strategy");
  if (!isRecord(block.value) || (strategy !== undefined && !["backoff", "none"].includes(String(strategy.value)))) {
    leaveOut(strategy ?? block, "the strategy must be 'backoff' or 'none'", problems);
    return undefined;
  }
  if (strategy?.value === "none") {
    set("retry", false, strategy);
    return leaves;
  }
  readBackoff(block.get("backoff"), set, problems);
  readConditions(block, level, set, problems);
  return leaves;
}

type Set = (leaf: string, value: unknown, at: Cursor) => void;

/** What Speakeasy's clients take where nothing is written, in ms. */
const usual = { initialInterval: 500, maxInterval: 60_000, exponent: 1.5 };

function readBackoff(backoff: Cursor | undefined, set: Set, problems: Problems): void {
  const read = (key: string, least: number): { value: number; at: Cursor } | undefined => {
    const at = backoff?.get(key);
    if (at === undefined) return undefined;
    if (typeof at.value === "number" && Number.isFinite(at.value) && at.value >= least) return { value: at.value, at };
    leaveOut(at, `'${key}' must be a number of at least ${least}`, problems);
    return undefined;
  };
  const initial = read("initialInterval", 0);
  const max = read("maxInterval", 0);
  const factor = read("exponent", 1);
  if (initial !== undefined) set("retry.backoff.initial", initial.value, initial.at);
  if (max !== undefined) set("retry.backoff.max", max.value, max.at);
  if (factor !== undefined) set("retry.backoff.factor", factor.value, factor.at);
  const elapsed = read("maxElapsedTime", 0);
  if (elapsed === undefined) return;
  const waits = { initial: initial?.value ?? usual.initialInterval, max: max?.value ?? usual.maxInterval };
  set(
    "retry.maxRetries",
    retriesWithin(elapsed.value, { ...waits, factor: factor?.value ?? usual.exponent }),
    elapsed.at,
  );
}

/** More are never made, whatever the time: the value beneath is the cap. */
const mostRetries = 20;

/** How many waits fit into the time after which no retry begins. It bounds retries; a deadline of the call is none of it. */
function retriesWithin(
  elapsed: number,
  { initial, max, factor }: { initial: number; max: number; factor: number },
): number {
  let waited = 0;
  for (let retry = 0; retry < mostRetries; retry++) {
    waited += Math.min(max, initial * factor ** retry);
    if (waited > elapsed) return retry;
  }
  return mostRetries;
}

/** Of all client errors, those that may go away by themselves. */
const passing4xx = [408, 421, 425, 429];

function readConditions(block: Cursor, level: Level, set: Set, problems: Problems): void {
  const codes = block.get("statusCodes");
  const connection = block.get("retryConnectionErrors");
  if (codes === undefined && connection?.value !== false) return;
  const onFailure = connection?.value === false ? [] : ["network", "timeout"];
  const usual = defaults.retry.on.filter((condition) => typeof condition === "number");
  const statuses = codes === undefined ? usual : codes.items().flatMap((code) => statusesOf(code, level, problems));
  set("retry.on", [...new Set([...onFailure, ...statuses])], codes ?? connection ?? block);
}

function statusesOf(code: Cursor, level: Level, problems: Problems): (string | number)[] {
  const text = String(code.value).toUpperCase();
  if (text === "5XX") return [text];
  if (text === "4XX") return passing4xx;
  const status = /^[345]\d\d$/.test(text) ? Number(text) : 0;
  const isFinal = status === 400 || status === 422 || (status === 409 && level !== "operation");
  if (status !== 0 && !isFinal) return [status];
  leaveOut(
    code,
    status === 0 ? `'${text}' is not a status code that can be retried` : `retrying doesn't help with status ${status}`,
    problems,
  );
  return [];
}

function leaveOut(at: Cursor, why: string, problems: Problems): void {
  problems.add("foreignRetries", `${name}: ${why}. It is ignored.`, "Configure retries with x-resilience.", at);
}
