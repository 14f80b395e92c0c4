import { durationMs } from "../base/duration.js";
import { type SettingRow, settingOf } from "./settings.js";

/** What is wrong with a setting. */
export interface WrongSetting {
  /** Its dotted name. */
  readonly name: string;
  readonly value: unknown;
  /** What it must be, after "must be"; `undefined`: there is no such setting. */
  readonly expected: string | undefined;
}

/** Whether somebody may write a setting at a place. */
export type Allows = (name: string) => boolean;

/** The first setting in a patch that is unknown or not what its row in the table asks for. */
export function wrongSetting(patch: unknown, path: string, allows: Allows): WrongSetting | undefined {
  const row = path === "" ? root : settingOf(path);
  if (row === undefined || !allows(path)) return { name: path, value: patch, expected: undefined };
  if (patch === undefined || path === "fallback.value") return undefined;
  const [, unit, short] = row;
  const isSection = unit === "policy" || unit === "group";
  if (isRecord(patch) && (isSection || unit === "window")) {
    for (const [key, value] of Object.entries(patch)) {
      const wrong = wrongSetting(value, path === "" ? key : `${path}.${key}`, allows);
      if (wrong !== undefined) return wrong;
    }
    return unit === "window" && patch["calls"] === undefined
      ? { name: path, value: patch, expected: expectedOf(row) }
      : undefined;
  }
  if (isSection && typeof short === "string" && typeof patch !== "boolean" && !isRecord(patch)) {
    return wrongSetting(patch, `${path}.${short}`, allows);
  }
  return fits(patch, row, path) ? undefined : { name: path, value: patch, expected: expectedOf(row) };
}

const root: SettingRow = [true, "group"];

/** Whether a single value is what its row asks for. */
export function fits(value: unknown, row: SettingRow, name: string): boolean {
  const [usual, unit, least, most] = row;
  switch (unit) {
    case "policy":
      return typeof value === "boolean";
    case "group":
      return name === "timeout" && typeof value === "boolean";
    case "limit":
    case "time":
    case "window":
      return (unit === "limit" && value === false) || isWithin(durationMs(value), least, most);
    case "bytes":
      return value === false || (Number.isInteger(value) && isWithin(value, least, most));
    case "integer":
      return Number.isInteger(value) && isWithin(value, least, most);
    case "number":
      return isWithin(value, least, most);
    case "jitter":
      return jitters.includes(value);
    case "conditions":
      return (
        Array.isArray(value) &&
        value.every((item) => conditions.includes(item) || (Number.isInteger(item) && isWithin(item, least, most)))
      );
    case "scope":
    case "text":
      return typeof value === "string" && value !== "" && (unit === "text" || value.length <= 100);
    default:
      return typeof value === typeof usual || unit === "any";
  }
}

const jitters: readonly unknown[] = ["full", "equal", "none"];
const conditions: readonly unknown[] = ["network", "timeout", "5XX"];

function isWithin(value: unknown, least: SettingRow[2], most: SettingRow[3]): boolean {
  return typeof value === "number" && value >= (durationMs(least) ?? 0) && value <= (durationMs(most) ?? value);
}

/** What a row asks for, in words. */
export function expectedOf([, unit, least, most]: SettingRow): string {
  const range = `from ${least} to ${most}`;
  switch (unit) {
    case "time":
      return `a duration ${range}, such as '2s' or 250 (ms)`;
    case "limit":
      return `a duration ${range}, such as '2s' or 250 (ms), or false`;
    case "window":
      return `a duration ${range}, or { calls: 100 }`;
    case "bytes":
      return `a number of bytes ${range}, or false`;
    case "integer":
      return `an integer ${range}`;
    case "number":
      return `a number ${range}`;
    case "policy":
      return "an object, true or false";
    case "jitter":
      return "'full', 'equal' or 'none'";
    case "conditions":
      return `a list of 'network', 'timeout', '5XX' and statuses ${range}`;
    case "scope":
      return "'operation', 'service' or a name of up to 100 characters";
    case "boolean":
      return "true or false";
    default:
      return unit === "group" ? "an object" : "a non-empty string";
  }
}

/** Pairs of durations of which the first times a factor must not be above the second; `isStrict`: nor equal to it. */
export const ordered: readonly (readonly [first: string, factor: number, second: string, isStrict: boolean])[] = [
  ["timeout.attempt", 1, "timeout.total", false],
  ["retry.backoff.initial", 1, "retry.backoff.max", false],
  ["timeout.attempt", 2, "breaker.window", false],
  ["breaker.cooldown", 1, "breaker.cooldownMax", false],
  ["hedge.after", 1, "timeout.attempt", true],
];

/** The first two numbers among written settings that contradict each other, in words. */
export function contradiction(written: ReadonlyMap<string, unknown>): string | undefined {
  const numberOf = (name: string): number | undefined => {
    const value = durationMs(written.get(name));
    return isOff(written, name) ? undefined : value;
  };
  const told = (name: string): string => `${name} is ${shown(written.get(name))}`;
  for (const [first, factor, second, isStrict] of ordered) {
    const [low, high] = [numberOf(first), numberOf(second)];
    if (low === undefined || high === undefined) continue;
    const least = factor * low;
    if (least > high || (isStrict && least === high)) {
      const relation = isStrict ? "not below" : factor === 1 ? "above" : `more than 1/${factor} of`;
      return `${told(first)}, ${relation} ${second} (${shown(written.get(second))})`;
    }
  }
  const [attempt, total] = ["timeout.attempt", "timeout.total"].map(numberOf);
  const retries = written.get("retry") !== false && written.get("retry.maxRetries") !== 0;
  if (attempt !== undefined && total !== undefined && retries && attempt + smallestWait(written) >= total) {
    return `${told("timeout.attempt")}, after which no retry fits into timeout.total (${shown(written.get("timeout.total"))}). Lower the attempt, raise the total, or set 'retry: false'`;
  }
  const calls = written.get("breaker.window.calls");
  const minimum = written.get("breaker.minimumCalls");
  if (Number(calls) < Number(minimum))
    return `breaker.window holds ${String(calls)} calls, below breaker.minimumCalls (${String(minimum)})`;
  return undefined;
}

/** The shortest that the first wait can be, of what is written. */
function smallestWait(written: ReadonlyMap<string, unknown>): number {
  const initial = durationMs(written.get("retry.backoff.initial")) ?? 0;
  const jitter = written.get("retry.backoff.jitter");
  return jitter === "none" ? initial : jitter === "equal" ? initial / 2 : 0;
}

/** Whether the policy of a setting is switched off. */
function isOff(written: ReadonlyMap<string, unknown>, name: string): boolean {
  const [policy = ""] = name.split(".");
  return written.get(policy) === false;
}

/** A value in a message. */
export function shown(value: unknown): string {
  if (typeof value === "string") return `'${value}'`;
  return typeof value === "object" && value !== null ? JSON.stringify(value) : String(value);
}

/** Writes a patch out by dotted names, single values under the name of the member that they stand for. */
export function writtenOut(patch: unknown, path = "", into: Map<string, unknown> = new Map()): Map<string, unknown> {
  if (patch === undefined) return into;
  if (isRecord(patch) && path !== "fallback.value") {
    for (const [key, value] of Object.entries(patch)) writtenOut(value, path === "" ? key : `${path}.${key}`, into);
    if (path !== "" && into.get(path) === false) into.delete(path);
    return into;
  }
  const row = settingOf(path);
  const short = row?.[1] === "policy" || row?.[1] === "group" ? row[2] : undefined;
  return into.set(typeof short === "string" && typeof patch !== "boolean" ? `${path}.${short}` : path, patch);
}

/** A plain object, and no list. */
function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
