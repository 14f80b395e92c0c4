import type { Policies } from "./types.js";

/** What extensions carry out, by the names of `x-resilience`. */
export type ExtendedPolicy = "rateLimit" | "hedge" | "coalesce" | "fallback.stale" | "fallback.value" | "propagate";

/**
 * When a policy needs its extension: the generator names these on an operation, in this order, and the runtime refuses a
 * call whose options switch one on that its bundle does not hold.
 */
export const extendedPolicies: readonly (readonly [ExtendedPolicy, (policies: Policies) => unknown])[] = [
  ["coalesce", ({ coalesce }) => coalesce],
  ["fallback.value", ({ fallback }) => fallback && ("value" in fallback || fallback.message !== undefined)],
  ["fallback.stale", ({ fallback }) => fallback && fallback.stale !== false],
  ["rateLimit", ({ rateLimit }) => rateLimit],
  ["hedge", ({ hedge }) => hedge],
  ["propagate", ({ propagate }) => propagate],
];
