import type { Place } from "../diagnostics/index.js";
import { locate } from "../diagnostics/locate.js";
import type { Leaf, Leaves, Origin } from "../policies/index.js";
import { timeText, trim } from "./words.js";

/** One policy value and where it comes from. */
export interface Value {
  /** Path of the setting, e.g. `retry.backoff.initial`. */
  readonly name: string;
  readonly value: unknown;
  /** The value as text: `5 s`, `off`. */
  readonly text: string;
  /** Whether it has an effect. Settings of a policy that is off have none. */
  readonly isActive: boolean;
  readonly origin: ValueOrigin;
}

export interface ValueOrigin {
  readonly source: Origin["source"];
  readonly level: Origin["level"];
  /** Name of the preset, or why a value was derived. */
  readonly detail?: string;
  /** Where it is set. */
  readonly at?: Place;
  /** The origin as text: `preset microservices`, `openapi.yaml:12`. */
  readonly text: string;
}

/** Display order: the pipeline of a call, then the rest. */
const order = [
  "safe",
  "idempotent",
  "timeout",
  "retry",
  "rateLimit",
  "bulkhead",
  "breaker",
  "hedge",
  "coalesce",
  "responses",
  "fallback",
  "idempotency",
  "propagate",
  "maxResponse",
];

/** All values of an operation, by policy. Settings for idempotency keys are inactive if the operation takes no key. */
export function valuesOf(leaves: Leaves, takesKey = true): Value[] {
  const rank = (name: string): number => order.indexOf(name.split(".", 1)[0] as string);
  return [...leaves]
    .sort(([a], [b]) => rank(a) - rank(b))
    .map(([name, leaf]) => ({
      name,
      value: leaf.value,
      text: valueText(name, leaf.value),
      isActive: isActive(name, leaves) && (takesKey || !name.startsWith("idempotency")),
      origin: originOf(leaf),
    }));
}

/** Settings below a policy that is off are inactive. */
function isActive(name: string, leaves: Leaves): boolean {
  const keys = name.split(".");
  return keys.slice(1).every((_, index) => leaves.get(keys.slice(0, index + 1).join("."))?.value !== false);
}

const times =
  /^timeout\.|^retry\.(backoff\.(initial|max)|budget\.burst)$|^breaker\.(window|cooldown|cooldownMax|slowCall\.duration)$|^bulkhead\.queueTimeout$|^rateLimit\.per$|^hedge\.after$|^fallback\.stale$/;
const shares = /\.(failureRate|ratio|rate)$/;

function valueText(name: string, value: unknown): string {
  if (value === true) return "on";
  if (value === false) return times.test(name) ? "none" : "off";
  if (typeof value !== "number") return Array.isArray(value) ? value.join(", ") : (calls(value) ?? text(value));
  if (times.test(name)) return timeText(value);
  if (shares.test(name)) return `${trim(value * 100)}%`;
  return name === "maxResponse" ? `${trim(value / 1e6)} MB` : String(value);
}

/** A window of calls. */
function calls(value: unknown): string | undefined {
  const count = typeof value === "object" && value !== null ? (value as { calls?: unknown }).calls : undefined;
  return typeof count === "number" ? `${count} calls` : undefined;
}

function text(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function originOf({ origin: { source, level, detail, at } }: Leaf): ValueOrigin {
  const place = at === undefined ? undefined : locate(at);
  const described = {
    source,
    level,
    ...(detail === undefined ? {} : { detail }),
    ...(place === undefined ? {} : { at: place }),
  };
  return { ...described, text: originText(described) };
}

function originText({ source, detail, at }: Omit<ValueOrigin, "text">): string {
  const place = at === undefined ? "" : `${at.file.split(/[\\/]/).at(-1)}:${at.line}`;
  switch (source) {
    case "preset":
      return `preset ${detail}`;
    case "derived":
      return `derived: ${detail}`;
    case "overlay":
      return `overlay ${place}`;
    case "config":
      return `config ${place || detail || ""}`.trimEnd();
    case "spec":
      return place;
    default:
      return source;
  }
}
