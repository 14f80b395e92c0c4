import { durationMs } from "../../runtime/src/base/duration.js";
import { isRecord } from "../diagnostics/index.js";
import { membersOf, rowOf } from "./reference.js";

/** One value of an `x-resilience` block: its dotted name, what it means, and the keys that lead to where it is written. */
export interface Setting {
  readonly name: string;
  readonly value: unknown;
  readonly path: readonly string[];
}

/** What `true` sets in a policy beside switching it on, where that is more than its defaults. */
const whenTrue: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  fallback: { stale: true },
  propagate: { deadline: true, retryCount: true, correlationId: true },
};

/** Writes out the short forms of a block that fits the JSON Schema. `preset` is not a setting. */
export function expand(block: Readonly<Record<string, unknown>>): Setting[] {
  const { preset: _preset, ...rest } = block;
  return members("", rest, (key) => [key]);
}

function expandValue(name: string, value: unknown, path: readonly string[]): Setting[] {
  const [usual, unit, short] = rowOf(name) ?? [];
  if (unit === undefined) return [];
  if (unit === "group" || unit === "policy") return expandSection(name, unit, short, value, path);
  const read = readers[typeof unit === "string" ? unit : ""]?.(value, usual) ?? value;
  return read === undefined ? [] : [{ name, value: read, path }];
}

function expandSection(
  name: string,
  unit: "group" | "policy",
  short: unknown,
  value: unknown,
  path: readonly string[],
): Setting[] {
  if (typeof value === "boolean" && unit === "group") {
    return membersOf(name).map((member) => ({ name: member, value, path }));
  }
  const state: Setting[] = unit === "policy" ? [{ name, value: value !== false, path }] : [];
  if (typeof value === "boolean") {
    return value ? [...state, ...members(name, whenTrue[name] ?? {}, () => path)] : state;
  }
  if (isRecord(value)) return [...state, ...members(name, value, (key) => [...path, key])];
  return typeof short === "string" ? [...state, ...expandValue(`${name}.${short}`, value, path)] : state;
}

function members(
  section: string,
  values: Readonly<Record<string, unknown>>,
  pathOf: (key: string) => readonly string[],
): Setting[] {
  return Object.entries(values).flatMap(([key, value]) =>
    expandValue(section === "" ? key : `${section}.${key}`, value, pathOf(key)),
  );
}

/** How values are read that mean something else than what they are; by the kind of setting. */
const readers: Readonly<Record<string, (value: unknown, usual: unknown) => unknown>> = {
  time: durationMs,
  limit: (value) => (typeof value === "boolean" ? value : durationMs(value)),
  window: (value) => (isRecord(value) ? value : durationMs(value)),
  bytes: bytesOf,
  headerOrOff: (value, usual) => (value === true ? usual : value),
};

const byteUnits: Readonly<Record<string, number>> = { B: 1, kB: 1e3, MB: 1e6, GB: 1e9 };

function bytesOf(value: unknown): unknown {
  const match = typeof value === "string" ? /^([\d.]+) ?(B|kB|MB|GB)$/.exec(value) : null;
  return match === null ? value : Math.round(Number(match[1]) * (byteUnits[match[2] ?? ""] ?? 1));
}
