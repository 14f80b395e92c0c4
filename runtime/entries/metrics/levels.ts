import type { ScopeSnapshot } from "../../src/client/control.js";
import type { BreakerState, BreakerTotals } from "../../src/policies/circuit-breaker.js";
import type { MetricName, Sample } from "./table.js";

const states: readonly BreakerState[] = ["closed", "half-open", "open"];

/**
 * The levels of all scopes at one moment. Only `limit` scopes are exported in full, those in trouble first; of the others
 * only whether the breaker is open.
 */
export function levelsOf(snapshot: readonly ScopeSnapshot[], limit: number, isStoreAway: boolean): readonly Sample[] {
  const store: Sample = { metric: "store.unavailable", labels: {}, value: Number(isStoreAway) };
  const detailed = new Set(snapshot.length <= limit ? snapshot : mostTroubled(snapshot, limit));
  return [store, ...snapshot.flatMap((scope) => (detailed.has(scope) ? allOf(scope) : openOf(scope)))];
}

/** Sorting is stable: without trouble these are the scopes that were called first. */
function mostTroubled(snapshot: readonly ScopeSnapshot[], limit: number): readonly ScopeSnapshot[] {
  return [...snapshot].sort((a, b) => trouble(b) - trouble(a)).slice(0, limit);
}

function trouble({ breaker, bulkhead }: ScopeSnapshot): number {
  const isOpen = breaker !== undefined && breaker.state !== "closed";
  return Number(isOpen) * 1e9 + (breaker?.failures ?? 0) * 1e3 + (bulkhead?.queued ?? 0);
}

function verdictsOf(scope: string, { attempts, failures }: BreakerTotals): readonly Sample[] {
  const counted = { success: attempts - failures, failure: failures };
  return Object.entries(counted).map(([verdict, value]) => ({
    metric: "breaker.attempts",
    labels: { scope, verdict },
    value,
  }));
}

function openOf({ scope, breaker }: ScopeSnapshot): readonly Sample[] {
  if (breaker === undefined) return [];
  return [{ metric: "breaker.status", labels: { scope, state: "open" }, value: Number(breaker.state === "open") }];
}

function allOf({ scope, breaker, bulkhead, budget }: ScopeSnapshot): readonly Sample[] {
  const level = (metric: MetricName, value: number): Sample => ({ metric, labels: { scope }, value });
  return [
    ...(breaker === undefined
      ? []
      : [
          ...states.map((state) => ({
            metric: "breaker.status" as const,
            labels: { scope, state },
            value: Number(breaker.state === state),
          })),
          level("breaker.open.duration", breaker.openMs / 1_000),
          ...verdictsOf(scope, breaker.totals),
          level("breaker.window.calls", breaker.calls),
          level("breaker.window.attempts", breaker.attempts),
          level("breaker.window.failures", breaker.failures),
          level("breaker.minimum_calls", breaker.minimumCalls),
          level("breaker.failure_threshold", breaker.failureRate),
        ]),
    ...(bulkhead === undefined
      ? []
      : [
          level("bulkhead.running", bulkhead.running),
          level("bulkhead.running.limit", bulkhead.concurrency),
          level("bulkhead.queued", bulkhead.queued),
          level("bulkhead.queued.limit", bulkhead.queue),
        ]),
    ...(budget === undefined
      ? []
      : [
          level("retry_budget.window.calls", budget.calls),
          level("retry_budget.window.retries", budget.retries),
          level("retry_budget", budget.ratio),
        ]),
  ];
}
