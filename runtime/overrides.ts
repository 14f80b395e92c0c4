import { type Duration, durationMs } from "./duration.js";
import { InvalidInput } from "./invalid-input.js";
import { defaults, whenTrue } from "./policies/defaults.js";
import type { BackoffPolicy, Policies, RetryCondition } from "./policies/types.js";

type Patch<T> = { readonly [Name in keyof T]?: T[Name] | undefined };

/** What may be set for one call. What has shared state (breaker, bulkhead, rate limit) cannot. */
export interface CallResilience {
  /** One attempt, the whole call, the silence within a stream; a single value is the attempt's. `false`: no limit. */
  readonly timeout?:
    | Duration
    | boolean
    | Patch<{ attempt: Duration | false; total: Duration | false; idle: Duration | false }>
    | undefined;
  /** `false`: no retry; a number: `maxRetries`. */
  readonly retry?: number | boolean | RetryOverride | undefined;
  /** Further attempts of a call that only reads while the first has not answered; a time is `after`. */
  readonly hedge?: Duration | boolean | Patch<{ after: Duration; max: number }> | undefined;
  /** Whether identical GETs in flight share one call. */
  readonly coalesce?: boolean | undefined;
  /** What is given when the call failed for good; a `value` that is a function is called. */
  readonly fallback?: boolean | Patch<{ stale: Duration | false; value: unknown; message: string }> | undefined;
}

export type RetryOverride = Patch<{
  /** Attempts after the first. */
  maxRetries: number;
  /** A single value is the first wait. */
  backoff: Duration | Patch<{ initial: Duration; factor: number; max: Duration; jitter: BackoffPolicy["jitter"] }>;
  /** Replaces the whole list. */
  on: readonly RetryCondition[];
  retryAfter: boolean;
  budget: boolean | Patch<{ ratio: number; minPerSecond: number }>;
}>;

/** What may be set for all calls of a client, or for those of one operation, in the words of `x-resilience`. */
export interface ClientResilience extends CallResilience {
  readonly breaker?:
    | boolean
    | Patch<{
        window: Duration | { readonly calls: number };
        failureRate: number;
        minimumCalls: number;
        slowCall: boolean | Patch<{ duration: Duration; rate: number }>;
        cooldown: Duration;
        cooldownMax: Duration;
        probes: number;
        scope: string;
        shared: boolean;
        critical: boolean;
      }>
    | undefined;
  readonly bulkhead?:
    | number
    | boolean
    | Patch<{ concurrency: number; queue: number; queueTimeout: Duration | false; scope: string }>
    | undefined;
  readonly rateLimit?: boolean | Patch<{ calls: number; per: Duration; scope: string }> | undefined;
  /** Largest decoded body in bytes. */
  readonly maxResponse?: number | false | undefined;
}

/** The member that a single value stands for. */
const short: Readonly<Record<string, string>> = {
  timeout: "attempt",
  retry: "maxRetries",
  backoff: "initial",
  bulkhead: "concurrency",
  hedge: "after",
};

type Values = Record<string, unknown>;

/**
 * Policies with what somebody sets over them, key by key; lists and values are replaced. What was not set gives way:
 * the deadline to a longer attempt, the breaker's window too.
 *
 * @param pinned dotted names that are written more specifically, and stay
 * @throws InvalidInput for a value that is none
 */
export function withResilience(policies: Policies, patch: ClientResilience, pinned: readonly string[] = []): Policies {
  const merged = merge(policies, patch, "", pinned) as { -readonly [Key in keyof Policies]: Policies[Key] };
  const { attempt, total } = merged.timeout;
  if (attempt !== false && attempt !== policies.timeout.attempt) {
    if (total === policies.timeout.total && total !== false && total <= attempt) {
      merged.timeout = { ...merged.timeout, total: 3 * attempt };
    }
    const { breaker } = merged;
    if (breaker && typeof breaker.window === "number" && breaker.window < 2 * attempt) {
      merged.breaker = { ...breaker, window: 2 * attempt };
    }
  }
  return merged;
}

function merge(base: unknown, patch: unknown, path: string, pinned: readonly string[]): unknown {
  const name = path.slice(path.lastIndexOf(".") + 1);
  if (patch === undefined || pinned.includes(path)) return base;
  if (patch === false) return name === "timeout" ? { attempt: false, total: false, idle: false } : false;
  if (patch === true) return base || (whenTrue[name] ?? defaults[name] ?? true);
  const usual = typeof base === "object" && base !== null ? base : defaults[name];
  const isLeaf = typeof patch !== "object" || patch === null || Array.isArray(patch);
  if (isLeaf && usual === undefined) return leaf(base, patch, path);
  if (Array.isArray(base) || path === "fallback.value") return patch;
  const members: Values = { ...usual };
  for (const [key, value] of Object.entries(isLeaf ? { [short[name] ?? ""]: patch } : patch)) {
    members[key] = merge(members[key], value, path === "" ? key : `${path}.${key}`, pinned);
  }
  return members;
}

/** A number stays one; a text is a time where the value it replaces is a number or off. */
function leaf(base: unknown, patch: unknown, path: string): unknown {
  if (typeof patch !== "number" && (typeof patch !== "string" || typeof base === "string")) return patch;
  const ms = durationMs(patch);
  if (ms === undefined) throw new InvalidInput(`resilience.${path}`, "must be a number, or a time like '2s'");
  return ms;
}
