// The runtime's policies around any function, as peers offer theirs: retry, breaker, bulkhead and attempt timeout, by the
// very classes that a client's call goes through.

import { systemClock } from "../../runtime/dist/src/base/clock.js";
import { callError } from "../../runtime/dist/src/call/call-error.js";
import { PolicyRun } from "../../runtime/dist/src/pipeline/run.js";
import { Breaker } from "../../runtime/dist/src/policies/breaker.js";
import { Bulkhead } from "../../runtime/dist/src/policies/bulkhead.js";
import { defaults } from "../../runtime/dist/src/policies/defaults.js";

/** One neutral policy; each adapter maps it as closely as its library allows. Times in ms. */
export const policy = {
  retry: { maxAttempts: 3, minDelayMs: 100, maxDelayMs: 2_000 },
  breaker: { windowMs: 10_000, minCalls: 20, failureRate: 0.5, openMs: 30_000 },
  bulkhead: { limit: 50, queue: 100 },
  timeoutMs: 5_000,
  totalTimeoutMs: 20_000,
};

function policiesOf({ retry, breaker, bulkhead, timeoutMs, totalTimeoutMs }) {
  return {
    repeat: "always",
    timeout: { attempt: timeoutMs, total: totalTimeoutMs, idle: false },
    retry: {
      ...defaults.retry,
      maxRetries: retry.maxAttempts - 1,
      backoff: { initial: retry.minDelayMs, factor: 2, max: retry.maxDelayMs, jitter: "full" },
      budget: false,
    },
    breaker: {
      ...defaults.breaker,
      window: breaker.windowMs,
      minimumCalls: breaker.minCalls,
      failureRate: breaker.failureRate,
      cooldown: breaker.openMs,
    },
    bulkhead: { ...defaults.bulkhead, concurrency: bulkhead.limit, queue: bulkhead.queue },
    streaming: false,
  };
}

const operation = { id: "work", method: "GET", path: "/work", safe: true };

/** `(fn) => Promise`; `fn` is given an object with a `signal`. */
export function createPipeline(given) {
  const policies = policiesOf(given);
  const core = { clock: systemClock };
  const state = {
    clock: systemClock,
    random: Math.random,
    breaker: new Breaker(policies.breaker, Math.random, () => {}),
    bulkhead: new Bulkhead(policies.bulkhead),
  };
  const settings = { policies, own: policies, isReplayable: true };
  return (fn) =>
    new Promise((resolve, reject) => {
      const send = (attempt) => work(fn, attempt).then(answer, failure);
      const run = new PolicyRun(state, settings, send);
      run.start((outcome) => {
        if (outcome.ok) return resolve(outcome.data);
        // As a call of a client does: by then somebody listens, and the platform takes no rejection for an unhandled one.
        queueMicrotask(() =>
          reject(callError({ core, operation, run, startedAt: run.startedAt }, outcome, outcome.sent)),
        );
      });
    });
}

/** What a function throws before its promise is there is a failure like any other. */
function work(fn, attempt) {
  try {
    return fn(attempt);
  } catch (cause) {
    return Promise.reject(cause);
  }
}

function answer(data) {
  return { ok: true, data, status: 200, response: undefined, source: "network" };
}

function failure(cause) {
  return { ok: false, code: "network", sent: "maybe", cause };
}
