import { type Duration, durationMs } from "../base/duration.js";
import { InvalidInput } from "../base/invalid-input.js";
import { defaults } from "./defaults.js";
import type { BackoffPolicy, Policies, RetryCondition } from "./types.js";

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

/** The member that a single value stands for. */
const short: Readonly<Record<string, string>> = {
  timeout: "attempt",
  retry: "maxRetries",
  backoff: "initial",
  bulkhead: "concurrency",
  hedge: "after",
};

/**
 * Policies with what somebody sets over them, key by key; lists and values are replaced. What nobody wrote gives way to a
 * longer attempt: the deadline, and the breaker's window.
 *
 * @param pinned dotted names that are written more specifically, and stay
 * @throws InvalidInput for a value that is none
 */
export function withResilience(policies: Policies, patch: ClientResilience, pinned: readonly string[] = []): Policies {
  const merged = merge(policies, patch, "", pinned) as Policies;
  const { timeout, breaker } = merged;
  const { attempt, total } = timeout;
  const isChanged = attempt !== policies.timeout.attempt;
  const set = (name: string, isSet: boolean): string[] => (isSet && !pinned.includes(name) ? [name] : []);
  const written = [
    ...(policies.written ?? []),
    ...set("timeout.attempt", isChanged),
    ...set("timeout.total", has(patch.timeout, "total")),
    ...set("breaker.window", has(patch.breaker, "window")),
  ].filter((name) => breaker || name !== "breaker.window");
  const least = (name: string, value: number, times: number): number =>
    written.includes(name) ? value : Math.max(value, times * Number(attempt));
  return {
    ...merged,
    ...(written.length > 0 ? { written } : {}),
    timeout: isChanged && total !== false ? { ...timeout, total: least("timeout.total", total, 3) } : timeout,
    breaker:
      breaker && typeof breaker.window === "number"
        ? { ...breaker, window: least("breaker.window", breaker.window, 2) }
        : breaker,
  };
}

/** What options for all operations say of a mutation: no value stands for its success but one that is written for it. */
export function withoutValue(patch: ClientResilience | undefined): ClientResilience | undefined {
  if (typeof patch?.fallback !== "object") return patch;
  const { value: _, ...fallback } = patch.fallback;
  return { ...patch, fallback };
}

/** An attempt timeout that nobody wrote gives way to a deadline: it is a third of it. */
export function fitted(policies: Policies): Policies {
  const { timeout, written } = policies;
  const { attempt, total } = timeout;
  if (attempt === false || total === false || attempt < total || written?.includes("timeout.attempt")) return policies;
  return { ...policies, timeout: { ...timeout, attempt: Math.round(total / 3) } };
}

function has(section: unknown, key: string): boolean {
  return (section as Readonly<Record<string, unknown>> | undefined)?.[key] !== undefined;
}

function merge(base: unknown, patch: unknown, path: string, pinned: readonly string[]): unknown {
  const name = path.slice(path.lastIndexOf(".") + 1);
  const usual = (defaults as unknown as Partial<Record<string, object>>)[name];
  // Of a policy that is on, being written says only that it is: its members are pinned each by itself.
  if (patch === undefined || (pinned.includes(path) && !(base && usual))) return base;
  if (Array.isArray(patch) || path === "fallback.value") return patch;
  if (patch === true) return base || (usual ?? true);
  if (patch === false && name === "timeout") {
    return merge(base, { attempt: false, total: false, idle: false }, path, pinned);
  }
  // What is written for an operation about a part of it keeps the whole on.
  if (patch === false) return pinned.some((other) => `${other}.`.startsWith(`${path}.`)) ? base : false;
  if (typeof patch === "object" && patch !== null) {
    const members = { ...(base || (name === "fallback" ? { stale: false } : usual)) } as Record<string, unknown>;
    for (const [key, value] of Object.entries(patch)) {
      members[key] = merge(members[key], value, path === "" ? key : `${path}.${key}`, pinned);
    }
    return members;
  }
  const member = short[name];
  if (member !== undefined) return merge(base, { [member]: patch }, path, pinned);
  // A text is a time where the value that it replaces is a number, or off.
  const value = typeof patch === "number" || typeof base !== "string" ? durationMs(patch) : patch;
  if (value === undefined && name !== "message")
    throw new InvalidInput(`resilience.${path}`, "must be a number, or a time like '2s'");
  return value ?? patch;
}
