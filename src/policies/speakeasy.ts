import { defaults } from "../../runtime/policies/defaults.js";
import { type Cursor, isRecord, type Problems } from "../diagnostics/index.js";
import type { Leaf, Level } from "./origin.js";

const name = "x-speakeasy-retries";

/**
 * The values of an `x-speakeasy-retries` block under the names of `x-resilience`. How often is retried, the budget and
 * which operations may be repeated stay ours: the block only says how long to wait and for which statuses.
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

function readBackoff(backoff: Cursor | undefined, set: Set, problems: Problems): void {
  const read = (key: string, leaf: string, least: number): void => {
    const at = backoff?.get(key);
    if (at === undefined) return;
    if (typeof at.value !== "number" || !Number.isFinite(at.value) || at.value < least) {
      leaveOut(at, `'${key}' must be a number of at least ${least}`, problems);
    } else set(leaf, at.value, at);
  };
  read("initialInterval", "retry.backoff.initial", 0);
  read("maxInterval", "retry.backoff.max", 0);
  read("exponent", "retry.backoff.factor", 1);
  read("maxElapsedTime", "timeout.total", 1);
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
    status === 0 ? `'${text}' is no status that can be retried` : `${status} does not go away by repeating`,
    problems,
  );
  return [];
}

function leaveOut(at: Cursor, why: string, problems: Problems): void {
  problems.add("foreignRetries", `${name}: ${why}`, "It is left out; say in x-resilience what you want.", at);
}
