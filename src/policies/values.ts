import { givingWay } from "../../runtime/src/policies/overrides.js";
import type { BreakerPolicy, Policies, RetryPolicy } from "../../runtime/src/policies/types.js";
import { isWritten, type Leaves } from "./origin.js";

/** The runtime's form of an operation's values. */
export function policiesOf(leaves: Leaves, repeat: Policies["repeat"], streaming: boolean): Policies {
  const at = <T>(name: string): T => leaves.get(name)?.value as T;
  const isOn = (name: string): boolean => at<unknown>(name) === true;
  const ownKeys = pinnedOf(leaves);
  const explicit = givingWay.filter((name) => isWritten(leaves.get(name)) && isPolicyOn(leaves, name));
  return {
    repeat,
    timeout: { attempt: at("timeout.attempt"), total: at("timeout.total"), idle: at("timeout.idle") },
    retry: isOn("retry") && at<number>("retry.maxRetries") > 0 && retryOf(at, isOn),
    breaker: isOn("breaker") && breakerOf(at, isOn),
    bulkhead: isOn("bulkhead") && {
      concurrency: at("bulkhead.concurrency"),
      queue: at("bulkhead.queue"),
      queueTimeout: at("bulkhead.queueTimeout"),
      scope: at("bulkhead.scope"),
    },
    maxResponse: at("maxResponse"),
    ...(isOn("rateLimit")
      ? { rateLimit: { calls: at("rateLimit.calls"), per: at("rateLimit.per"), scope: at("rateLimit.scope") } }
      : {}),
    ...(isOn("hedge") ? { hedge: { after: at("hedge.after"), max: at("hedge.max") } } : {}),
    ...(isOn("coalesce") ? { coalesce: true } : {}),
    ...(at("responses") === "public" ? { responses: "public" as const } : {}),
    ...fallbackOf(leaves),
    ...propagateOf(at, isOn),
    streaming,
    ...(ownKeys.length > 0 ? { ownKeys } : {}),
    ...(explicit.length > 0 ? { explicit } : {}),
  };
}

/** Whether the policy of a value is on; timeouts have no switch. */
function isPolicyOn(leaves: Leaves, name: string): boolean {
  const [policy = ""] = name.split(".");
  return leaves.get(policy)?.value !== false;
}

/** What a path, an operation, or a preset of theirs decides, and options for all operations do not. */
function pinnedOf(leaves: Leaves): string[] {
  const isOff = (name: string): boolean => leaves.get(name)?.value === false;
  return [...leaves].flatMap(([name, { origin }]) => {
    const [policy = ""] = name.split(".");
    if (origin.level === "all" || ["idempotency", "safe", "responses"].includes(policy)) return [];
    // The members of what stays off mean nothing.
    return policy !== name && isOff(policy) ? [] : [name];
  });
}

function retryOf(at: <T>(name: string) => T, isOn: (name: string) => boolean): RetryPolicy {
  return {
    maxRetries: at("retry.maxRetries"),
    backoff: {
      initial: at("retry.backoff.initial"),
      factor: at("retry.backoff.factor"),
      max: at("retry.backoff.max"),
      jitter: at("retry.backoff.jitter"),
    },
    on: at("retry.on"),
    retryAfter: at("retry.retryAfter"),
    budget: isOn("retry.budget") && {
      ratio: at("retry.budget.ratio"),
      minPerSecond: at("retry.budget.minPerSecond"),
      burst: at("retry.budget.burst"),
    },
  };
}

function breakerOf(at: <T>(name: string) => T, isOn: (name: string) => boolean): BreakerPolicy {
  return {
    window: at("breaker.window"),
    failureRate: at("breaker.failureRate"),
    minimumCalls: at("breaker.minimumCalls"),
    slowCall: isOn("breaker.slowCall") && {
      duration: at("breaker.slowCall.duration"),
      rate: at("breaker.slowCall.rate"),
    },
    cooldown: at("breaker.cooldown"),
    cooldownMax: at("breaker.cooldownMax"),
    probes: at("breaker.probes"),
    scope: at("breaker.scope"),
    shared: at("breaker.shared"),
    critical: at("breaker.critical"),
  };
}

/** A fallback that has nothing to give is none. */
function fallbackOf(leaves: Leaves): Pick<Policies, "fallback"> {
  if (leaves.get("fallback")?.value !== true) return {};
  const stale = (leaves.get("fallback.stale")?.value ?? false) as number | false;
  const value = leaves.get("fallback.value");
  const message = leaves.get("fallback.message")?.value as string | undefined;
  if (stale === false && value === undefined && message === undefined) return {};
  return {
    fallback: {
      stale,
      ...(value === undefined ? {} : { value: value.value }),
      ...(message === undefined ? {} : { message }),
    },
  };
}

function propagateOf(at: <T>(name: string) => T, isOn: (name: string) => boolean): Pick<Policies, "propagate"> {
  if (!isOn("propagate")) return {};
  const header = (name: string): string | false => at<string | undefined>(`propagate.${name}`) ?? false;
  return {
    propagate: {
      deadline: header("deadline"),
      retryCount: header("retryCount"),
      correlationId: header("correlationId"),
    },
  };
}
