import { durationMs } from "../base/duration.js";
import { type SettingRow, settings } from "./settings.js";
import type {
  BreakerPolicy,
  BudgetPolicy,
  BulkheadPolicy,
  FallbackPolicy,
  HedgePolicy,
  RateLimitPolicy,
  RetryPolicy,
} from "./types.js";

/** What `true` means where a policy is switched on without numbers, by the names of `x-resilience`. */
export interface Defaults {
  readonly retry: RetryPolicy;
  readonly budget: BudgetPolicy;
  readonly breaker: BreakerPolicy & { readonly window: number };
  readonly slowCall: { readonly duration: number; readonly rate: number };
  readonly bulkhead: BulkheadPolicy & { readonly queueTimeout: number };
  readonly rateLimit: RateLimitPolicy;
  readonly hedge: HedgePolicy;
  readonly fallback: FallbackPolicy;
}

/**
 * What `true` means for a policy: its members with their defaults, durations in ms. A policy within it is off where the
 * table says so. `undefined` for what has no members.
 */
export function usualOf(policy: string): Readonly<Record<string, unknown>> | undefined {
  const members: Record<string, unknown> = {};
  for (const [name, row] of Object.entries<SettingRow>(settings)) {
    const end = name.lastIndexOf(".");
    if (name.slice(0, end) !== policy || end < 0) continue;
    const value = usualValue(name, row);
    if (value !== undefined) members[name.slice(end + 1)] = value;
  }
  return Object.keys(members).length > 0 ? members : undefined;
}

/** The default of a setting, a duration in ms. */
export function usualValue(name: string, [usual, unit]: SettingRow): unknown {
  if (unit === "policy" || unit === "group") return usual && usualOf(name);
  return unit === "time" || unit === "limit" || unit === "window" ? durationMs(usual) : usual;
}

/** The policies of the preset `standard`. */
export const defaults: Defaults = /* @__PURE__ */ (() =>
  ({
    retry: usualOf("retry"),
    budget: usualOf("retry.budget"),
    breaker: usualOf("breaker"),
    slowCall: usualOf("breaker.slowCall"),
    bulkhead: usualOf("bulkhead"),
    rateLimit: usualOf("rateLimit"),
    hedge: usualOf("hedge"),
    fallback: usualOf("fallback"),
  }) as unknown as Defaults)();
