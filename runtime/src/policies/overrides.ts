import { type Duration, durationMs } from "../base/duration.js";
import { InvalidInput } from "../base/invalid-input.js";
import { wrongSetting } from "./check-settings.js";
import { usualOf } from "./defaults.js";
import { settingOf } from "./settings.js";
import type { BackoffPolicy, Policies, RetryCondition } from "./types.js";

type Patch<T> = { readonly [Name in keyof T]?: T[Name] | undefined };

/** What may be set for one call: nothing that calls share (breaker, bulkhead, rate limit, budget). */
export interface CallResilience {
  /** Limits of one attempt, of the whole call, and of the silence within a stream. `false`: no limit. */
  readonly timeout?:
    | boolean
    | Patch<{ attempt: Duration | false; total: Duration | false; idle: Duration | false }>
    | undefined;
  /** `false`: no retry; a number: `maxRetries`. */
  readonly retry?: number | boolean | RetryOverride | undefined;
  /** Further attempts of a safe call while the first has not been answered; a duration is `after`. */
  readonly hedge?: Duration | boolean | Patch<{ after: Duration; max: number }> | undefined;
  /** `false`: this call does not share its response with identical GETs in flight. */
  readonly coalesce?: false | undefined;
  /** What is returned when the call failed for good; a `value` that is a function is called. */
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
}>;

/** What may be set for all calls of a client, or for those of one operation, in the words of `x-resilience`. */
export interface ClientResilience extends Omit<CallResilience, "retry" | "coalesce"> {
  /** `false`: no retry; a number: `maxRetries`. */
  readonly retry?:
    | number
    | boolean
    | (RetryOverride & {
        readonly budget?: boolean | Patch<{ ratio: number; minPerSecond: number; burst: Duration }> | undefined;
      })
    | undefined;
  /** Whether identical GETs in flight share one call. */
  readonly coalesce?: boolean | undefined;
  /** `false`: none; `true`: that of the document, else of `standard`. */
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
  /** `false`: none; a number: `concurrency`. */
  readonly bulkhead?:
    | number
    | boolean
    | Patch<{ concurrency: number; queue: number; queueTimeout: Duration | false; scope: string }>
    | undefined;
  /** At most `calls` attempts in any span of `per`; needs the extension `rateLimit` in the bundle. */
  readonly rateLimit?: boolean | Patch<{ calls: number; per: Duration; scope: string }> | undefined;
  /** Largest decoded body, event of a stream, or line of one, in bytes. */
  readonly maxResponse?: number | false | undefined;
}

/**
 * Policies with what somebody sets over them, key by key; lists and values are replaced. What nobody wrote gives way: the
 * deadline and the breaker's window to a longer attempt, the longest cool-down to a longer first one, the longest wait
 * between attempts to a longer first one.
 *
 * @param ownKeys dotted names that are written more specifically, and stay
 */
export function withResilience(policies: Policies, patch: ClientResilience, ownKeys: readonly string[] = []): Policies {
  const merged = merge(policies, patch, "", ownKeys) as Policies;
  const { timeout, breaker, retry } = merged;
  const { attempt, total } = timeout;
  const isChanged = attempt !== policies.timeout.attempt;
  const isSet = (name: string): boolean => {
    const value = name.split(".").reduce<unknown>((section, key) => (section as Section)?.[key], patch);
    return value !== undefined && !ownKeys.includes(name);
  };
  const explicit = [...new Set([...(policies.explicit ?? []), ...givingWay.filter(isSet)])].filter(
    (name) => merged[name.split(".")[0] as "breaker"] !== false,
  );
  const least = (name: string, value: number, other: number): number =>
    explicit.includes(name) ? value : Math.max(value, other);
  return {
    ...merged,
    ...(explicit.length > 0 ? { explicit } : {}),
    timeout:
      isChanged && total !== false
        ? { ...timeout, total: least("timeout.total", total, 3 * Number(attempt)) }
        : timeout,
    retry: retry && {
      ...retry,
      backoff: { ...retry.backoff, max: least("retry.backoff.max", retry.backoff.max, retry.backoff.initial) },
    },
    breaker: breaker && {
      ...breaker,
      window:
        typeof breaker.window === "number"
          ? least("breaker.window", breaker.window, 2 * Number(attempt))
          : breaker.window,
      cooldownMax: least("breaker.cooldownMax", breaker.cooldownMax, breaker.cooldown),
    },
  };
}

type Section = Readonly<Record<string, unknown>> | undefined;

/** What gives way where nobody wrote it. */
export const givingWay: readonly string[] = [
  "timeout.attempt",
  "timeout.total",
  "retry.backoff.max",
  "breaker.window",
  "breaker.cooldownMax",
  "bulkhead.queueTimeout",
];

/** What options for all operations say of a mutation: no value stands for its success but one that is written for it. */
export function withoutValue(patch: ClientResilience | undefined): ClientResilience | undefined {
  if (typeof patch?.fallback !== "object") return patch;
  const { value: _, ...fallback } = patch.fallback;
  return { ...patch, fallback };
}

/** An attempt timeout that nobody wrote gives way to a deadline: it is a third of it. */
export function fitted(policies: Policies): Policies {
  const { timeout, explicit } = policies;
  const { attempt, total } = timeout;
  if (attempt === false || total === false || attempt < total || explicit?.includes("timeout.attempt")) return policies;
  return { ...policies, timeout: { ...timeout, attempt: Math.round(total / 3) } };
}

function merge(base: unknown, patch: unknown, path: string, ownKeys: readonly string[]): unknown {
  const row = settingOf(path);
  const isPolicy = row?.[1] === "policy";
  const usual = (): object | undefined => (isPolicy ? usualOf(path) : undefined);
  // Of a policy that is on, being written says only that it is: its members are pinned each by itself.
  if (patch === undefined || (ownKeys.includes(path) && !(base && isPolicy))) return base;
  if (Array.isArray(patch) || path === "fallback.value") return patch;
  if (patch === true) return base || (usual() ?? true);
  if (patch === false && path === "timeout") {
    return merge(base, { attempt: false, total: false, idle: false }, path, ownKeys);
  }
  // What is written for an operation about a part of it keeps the whole on.
  if (patch === false) return ownKeys.some((other) => `${other}.`.startsWith(`${path}.`)) ? base : false;
  if (typeof patch === "object" && patch !== null) {
    const members = { ...(base || (path === "fallback" ? { stale: false } : usual())) } as Record<string, unknown>;
    for (const [key, value] of Object.entries(patch)) {
      members[key] = merge(members[key], value, path === "" ? key : `${path}.${key}`, ownKeys);
    }
    return members;
  }
  const [, unit, short] = row ?? [];
  if ((isPolicy || unit === "group") && typeof short === "string") {
    return merge(base, { [short]: patch }, path, ownKeys);
  }
  return unit === "time" || unit === "limit" || unit === "window" ? durationMs(patch) : patch;
}

/**
 * What one call sets, checked against the table of settings.
 *
 * @param under what the names in a message begin with; without it, the names are those of the call's own options
 * @throws InvalidInput
 */
export function checkedForCall(patch: CallResilience, under?: string): CallResilience {
  const wrong = wrongSetting(patch, "", mayOneCall);
  if (wrong === undefined) return patch;
  const { name, expected } = wrong;
  const own = name.startsWith("timeout") ? "timeout" : "maxRetries";
  throw new InvalidInput(
    under === undefined ? own : `${under}${name}`,
    expected === undefined ? "is not a setting of one call" : `must be ${expected}`,
  );
}

/** What one call may set: nothing that others share. */
function mayOneCall(name: string): boolean {
  return !/^(breaker|bulkhead|rateLimit|maxResponse|retry\.budget)\b/.test(name);
}
