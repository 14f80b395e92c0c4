import { durationMs } from "../base/duration.js";
import { type SettingRow, settingOf, type Unit } from "./settings.js";

/** What is wrong with a setting. */
export interface WrongSetting {
  /** Its dotted name. */
  readonly name: string;
  readonly value: unknown;
  /** What it must be; `undefined`: there is no such setting. */
  readonly expected: string | undefined;
}

/** The first setting in a patch that is unknown or not what its row in the table asks for. */
export function wrongSetting(
  patch: unknown,
  path: string,
  allows: (name: string) => boolean,
): WrongSetting | undefined {
  const row = path === "" ? root : settingOf(path);
  if (row === undefined || !allows(path)) return { name: path, value: patch, expected: undefined };
  if (patch === undefined || path === "fallback.value") return undefined;
  const [, unit, short] = row;
  const isSection = unit === "policy" || unit === "group";
  if (isRecord(patch) && (isSection || (unit === "window" && "calls" in patch))) {
    for (const [key, value] of Object.entries(patch)) {
      const wrong = wrongSetting(value, path === "" ? key : `${path}.${key}`, allows);
      if (wrong !== undefined) return wrong;
    }
    return undefined;
  }
  if (isSection && short !== undefined && typeof patch !== "boolean")
    return wrongSetting(patch, `${path}.${short}`, allows);
  return fits(patch, row, path) ? undefined : { name: path, value: patch, expected: expectedOf(row) };
}

const root: SettingRow = [true, "group"];

type Fits = (value: unknown, isWithin: (value: unknown) => boolean) => boolean;

const isWhole: Fits = (value, isWithin) => Number.isInteger(value) && isWithin(value);
const isTime: Fits = (value, isWithin) => isWithin(durationMs(value));
const isBoolean: Fits = (value) => typeof value === "boolean";
const words = ["network", "timeout", "5XX"] as readonly unknown[];
const jitters = ["full", "equal", "none"] as readonly unknown[];

/** What each kind of setting takes, in words and as a question. */
const kinds: Readonly<Record<Unit, readonly [text: string, fits: Fits]>> = {
  time: ["a duration", isTime],
  limit: ["false or a duration", (value, isWithin) => value === false || isTime(value, isWithin)],
  window: ["{ calls: 100 } or a duration", isTime],
  integer: ["an integer", isWhole],
  number: ["a number", (value, isWithin) => isWithin(value)],
  boolean: ["true or false", isBoolean],
  bytes: ["false or bytes", (value, isWithin) => value === false || isWhole(value, isWithin)],
  scope: [
    "'operation', 'service' or a name",
    (value) => typeof value === "string" && value.length > 0 && value.length <= 100,
  ],
  jitter: [jitters.join(" or "), (value) => jitters.includes(value)],
  conditions: [
    `a list of ${words.join(", ")} and statuses`,
    (value, isWithin) => Array.isArray(value) && value.every((item) => words.includes(item) || isWhole(item, isWithin)),
  ],
  text: ["a text", (value) => typeof value === "string" && value !== ""],
  any: ["anything", () => true],
  policy: ["true, false or an object", isBoolean],
  group: ["an object", () => false],
};

/** Whether a single value is what its row asks for. */
export function fits(value: unknown, [, unit, least, most]: SettingRow, name: string): boolean {
  const isWithin = (number: unknown): boolean =>
    typeof number === "number" && number >= (durationMs(least) ?? 0) && number <= (durationMs(most) ?? 0);
  return kinds[unit][1](value, isWithin) || (name === "timeout" && typeof value === "boolean");
}

/** What a row asks for, in words. */
export function expectedOf([, unit, least, most]: SettingRow): string {
  return kinds[unit][0] + (most === undefined ? "" : ` from ${least} to ${most}`);
}

/** Durations of which the first, so many times, must not be above the second; `isStrict`: nor equal to it. */
const ordered: readonly (readonly [first: string, times: number, second: string, isStrict?: boolean])[] = [
  ["timeout.attempt", 1, "timeout.total"],
  ["retry.backoff.initial", 1, "retry.backoff.max"],
  ["timeout.attempt", 2, "breaker.window"],
  ["breaker.cooldown", 1, "breaker.cooldownMax"],
  ["hedge.after", 1, "timeout.attempt", true],
];

/** The first two numbers among written settings that contradict each other, in words. */
export function contradiction(written: ReadonlyMap<string, unknown>): string | undefined {
  const at = (name: string): number | undefined =>
    written.get(name.split(".")[0] as string) === false ? undefined : durationMs(written.get(name));
  const told = (first: string, relation: string, second: string): string =>
    `${first} is ${shown(written.get(first))}, ${relation} ${second} (${shown(written.get(second))})`;
  for (const [first, times, second, isStrict = false] of ordered) {
    const [low = 0, high = low * times + 1] = [at(first), at(second)];
    if (low * times > high || (isStrict && low === high))
      return told(first, isStrict ? "not below" : times > 1 ? "more than 1/2 of" : "above", second);
  }
  const { attempt, total, initial, calls, minimumCalls } = {
    attempt: at("timeout.attempt"),
    total: at("timeout.total"),
    initial: at("retry.backoff.initial") ?? 0,
    calls: at("breaker.window.calls"),
    minimumCalls: at("breaker.minimumCalls"),
  };
  const jitter = written.get("retry.backoff.jitter");
  const wait = jitter === "none" ? initial : jitter === "equal" ? initial / 2 : 0;
  const mayRetry = written.get("retry") !== false && at("retry.maxRetries") !== 0;
  if (mayRetry && attempt !== undefined && total !== undefined && attempt + wait >= total)
    return `${told("timeout.attempt", "after which no retry fits into", "timeout.total")}. Lower it, or set 'retry: false'`;
  return calls !== undefined && minimumCalls !== undefined && calls < minimumCalls
    ? told("breaker.window.calls", "below", "breaker.minimumCalls")
    : undefined;
}

/** A value in a message. */
export function shown(value: unknown): string {
  if (typeof value === "string") return `'${value}'`;
  return isRecord(value) || Array.isArray(value) ? JSON.stringify(value) : String(value);
}

/** Writes a patch out by dotted names, single values under the name of the member that they stand for. */
export function writtenOut(patch: unknown, path = "", into: Map<string, unknown> = new Map()): Map<string, unknown> {
  if (patch === undefined) return into;
  const [, unit, short] = settingOf(path) ?? root;
  if (isRecord(patch) && path !== "fallback.value") {
    for (const [key, value] of Object.entries(patch)) writtenOut(value, path === "" ? key : `${path}.${key}`, into);
    // What is written about a part of it switches it on.
    into.delete(path);
    return into;
  }
  const isShort = (unit === "policy" || unit === "group") && short !== undefined && typeof patch !== "boolean";
  return into.set(isShort ? `${path}.${short}` : path, patch);
}

/** A plain object, and no list. */
function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
