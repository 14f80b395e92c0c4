// node policies.js ROUNDS PEERS
//
// What policies cost around a function that resolves at once, and what a refusal by an open breaker costs. Prints JSON.
import { createRequire } from "node:module";
import { join } from "node:path";
import { createPipeline, policy } from "./adapter.js";
import { batchOf, cpuPerCall } from "./turns.js";

const [rounds, modules] = process.argv.slice(2);
const require = createRequire(join(modules, "from-here.js"));
const work = async () => 1;
const fails = () => Promise.reject(failure);
const failure = new Error("down");
failure.stack = "";

/** As near to the same policies as each can come; opossum has no retry and no queue. */
const peers = {
  opossum: ({ breaker, bulkhead, timeoutMs }) => {
    const Opossum = require("opossum");
    const own = new Opossum((fn) => fn(), {
      timeout: timeoutMs,
      resetTimeout: breaker.openMs,
      errorThresholdPercentage: breaker.failureRate * 100,
      rollingCountTimeout: breaker.windowMs,
      volumeThreshold: breaker.minCalls,
      capacity: bulkhead.limit,
    });
    return (fn) => own.fire(fn);
  },
  cockatiel: ({ retry, breaker, bulkhead, timeoutMs }) => {
    const { handleAll, wrap, ...cockatiel } = require("cockatiel");
    const backoff = new cockatiel.ExponentialBackoff({ initialDelay: retry.minDelayMs, maxDelay: retry.maxDelayMs });
    const own = wrap(
      cockatiel.retry(handleAll, { maxAttempts: retry.maxAttempts - 1, backoff }),
      cockatiel.circuitBreaker(handleAll, {
        halfOpenAfter: breaker.openMs,
        breaker: new cockatiel.SamplingBreaker({
          threshold: breaker.failureRate,
          duration: breaker.windowMs,
          minimumRps: (breaker.minCalls * 1_000) / breaker.windowMs,
        }),
      }),
      cockatiel.timeout(timeoutMs, cockatiel.TimeoutStrategy.Aggressive),
      cockatiel.bulkhead(bulkhead.limit, bulkhead.queue),
    );
    return (fn) => own.execute(fn);
  },
};

const pipelines = { ours: createPipeline, ...peers };

async function overhead() {
  const subjects = { bare: await batchOf(work, 40) };
  for (const [name, make] of Object.entries(pipelines)) {
    const run = make(policy);
    subjects[name] = await batchOf(() => run(work), 40);
  }
  return cpuPerCall(subjects, Number(rounds));
}

/** Calls of a breaker that is open, whatever it looks like from outside. */
async function refusals() {
  const swallow = (promise) => promise.then(undefined, () => {});
  const subjects = { bare: await batchOf(() => swallow(fails()), 40) };
  for (const [name, make] of Object.entries(pipelines)) {
    const run = make({ ...policy, retry: { ...policy.retry, maxAttempts: 1 } });
    for (let call = 0; call < 2_000; call++) await swallow(run(fails));
    subjects[name] = await batchOf(() => swallow(run(work)), 40);
  }
  return cpuPerCall(subjects, Number(rounds));
}

console.log(JSON.stringify({ overhead: await overhead(), refusals: await refusals() }));
process.exit(0);
