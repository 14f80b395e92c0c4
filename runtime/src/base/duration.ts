/** A length of time: a number of milliseconds, or a string with a unit (`250ms`, `2s`, `5m`, `1h`). */
export type Duration = number | `${number}${"ms" | "s" | "m" | "h"}`;

/**
 * Milliseconds of a {@link Duration}; `undefined` for what is none (negative, not finite, another unit, a string
 * without a unit).
 */
export function durationMs(value: unknown): number | undefined {
  if (typeof value === "number") return value >= 0 && Number.isFinite(value) ? value : undefined;
  const [, count, unit = ""] = /^(\d+(?:\.\d+)?) ?(ms|s|m|h)$/.exec(String(value)) ?? [];
  return count === undefined ? undefined : Number(count) * ({ ms: 1, s: 1_000, m: 60_000, h: 3_600_000 }[unit] ?? 0);
}
