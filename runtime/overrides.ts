import { type Duration, durationMs } from "./duration.js";
import { InvalidInput, orInvalid } from "./invalid-input.js";
import type { Failure } from "./outcome.js";
import { defaultRetry } from "./policies/defaults.js";
import type { BackoffPolicy, Policies, RetryCondition, RetryPolicy, TimeoutPolicy } from "./policies/types.js";

/** What may be set for one call. What has shared state (breaker, bulkhead) cannot. */
export interface CallResilience {
  /** One attempt, the whole call, the silence within a stream; a single value is the attempt's. `false`: no limit. */
  readonly timeout?: Duration | boolean | TimeoutOverride | undefined;
  /** `false`: no retry; a number: `maxRetries`. */
  readonly retry?: number | boolean | RetryOverride | undefined;
}

export interface TimeoutOverride {
  readonly attempt?: Duration | false | undefined;
  readonly total?: Duration | false | undefined;
  readonly idle?: Duration | false | undefined;
}

export interface RetryOverride {
  /** Attempts after the first. */
  readonly maxRetries?: number | undefined;
  readonly backoff?: BackoffOverride | undefined;
  /** Replaces the whole list. */
  readonly on?: readonly RetryCondition[] | undefined;
  readonly retryAfter?: boolean | undefined;
}

export interface BackoffOverride {
  readonly initial?: Duration | undefined;
  readonly factor?: number | undefined;
  readonly max?: Duration | undefined;
  readonly jitter?: BackoffPolicy["jitter"] | undefined;
}

/** An operation's policies with what a call sets, or what is wrong with that. */
export function withCallResilience(policies: Policies, { timeout, retry }: CallResilience): Policies | Failure {
  return orInvalid(() => ({
    ...policies,
    timeout: timeoutOf(policies.timeout, timeout),
    retry: retryOf(policies.retry, retry),
  }));
}

function timeoutOf(given: TimeoutPolicy, value: CallResilience["timeout"]): TimeoutPolicy {
  if (value === undefined || value === true) return given;
  if (value === false) return { attempt: false, total: false, idle: false };
  const { attempt, total, idle } = typeof value === "object" ? value : { attempt: value };
  return {
    attempt: limit(attempt, given.attempt, "timeout.attempt"),
    total: limit(total, given.total, "timeout.total"),
    idle: limit(idle, given.idle, "timeout.idle"),
  };
}

function retryOf(given: RetryPolicy | false, value: CallResilience["retry"]): RetryPolicy | false {
  if (value === undefined) return given;
  if (value === false) return false;
  const base = given === false ? defaultRetry : given;
  if (value === true) return base;
  const { maxRetries, backoff = {}, on, retryAfter } = typeof value === "object" ? value : { maxRetries: value };
  return {
    ...base,
    maxRetries: number(maxRetries, base.maxRetries, "retry.maxRetries"),
    backoff: {
      initial: duration(backoff.initial, base.backoff.initial, "retry.backoff.initial"),
      factor: number(backoff.factor, base.backoff.factor, "retry.backoff.factor"),
      max: duration(backoff.max, base.backoff.max, "retry.backoff.max"),
      jitter: backoff.jitter ?? base.backoff.jitter,
    },
    on: on ?? base.on,
    retryAfter: retryAfter ?? base.retryAfter,
  };
}

function limit(value: Duration | false | undefined, given: number | false, name: string): number | false {
  if (value === undefined) return given;
  return value === false ? false : duration(value, 0, name);
}

function duration(value: Duration | undefined, given: number, name: string): number {
  const ms = value === undefined ? given : durationMs(value);
  if (ms === undefined) throw new InvalidInput(`resilience.${name}`, "must be a number of ms or a text like '2s'");
  return ms;
}

function number(value: number | undefined, given: number, name: string): number {
  if (value === undefined) return given;
  if (!(value >= 0 && Number.isFinite(value))) throw new InvalidInput(`resilience.${name}`, "must be a number from 0");
  return value;
}
