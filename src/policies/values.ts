import type { BreakerPolicy, Policies, RetryPolicy } from "../../runtime/policies/types.js";
import type { Leaves } from "./origin.js";

/** The runtime's form of an operation's values. */
export function policiesOf(leaves: Leaves, repeat: Policies["repeat"], transfer: boolean): Policies {
  const at = <T>(name: string): T => leaves.get(name)?.value as T;
  const isOn = (name: string): boolean => at<unknown>(name) === true;
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
    maxResponse: !transfer && at("maxResponse"),
    transfer,
  };
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
    budget: isOn("retry.budget") && { ratio: at("retry.budget.ratio"), minPerSecond: at("retry.budget.minPerSecond") },
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
