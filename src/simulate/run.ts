import { seededRandom } from "../../runtime/src/base/seeded-random.js";
import { callOperation } from "../../runtime/src/call/call.js";
import { buildClient, type Client } from "../../runtime/src/client/client.js";
import type { Extension } from "../../runtime/src/contract/extension.js";
import type { Operation } from "../../runtime/src/contract/operation.js";
import { hedge } from "../../runtime/src/extensions/hedge.js";
import { propagate } from "../../runtime/src/extensions/propagate.js";
import { rateLimit } from "../../runtime/src/extensions/rate-limit.js";
import type { OperationInput } from "../../runtime/src/http/operation-facts.js";
import type { Policies } from "../../runtime/src/policies/types.js";
import type { ApiOperation } from "../ir/index.js";
import { EventClock } from "./clock.js";
import { Dependency } from "./dependency.js";
import { Measure, type RejectingPolicy } from "./measure.js";
import type { Scenario } from "./scenario.js";

/** Number of points in each chart. */
const intervals = 120;
/** Calls that are still running this long after the run count as failed. */
const graceMs = 60_000;

/** The error codes of rejections. */
const rejections: Readonly<Record<string, RejectingPolicy>> = {
  "breaker-open": "breaker",
  "bulkhead-full": "bulkhead",
  "rate-limited": "rateLimit",
};

/** Runs the calls of a scenario through the real runtime, in virtual time. The same seed gives the same result. */
export async function run(
  operation: ApiOperation,
  policies: Policies,
  scenario: Scenario,
  patienceMs: number,
): Promise<Measure> {
  const { duration, clients: count, rate, seed } = scenario;
  const clock = new EventClock();
  const measure = new Measure(duration, duration / intervals, patienceMs);
  const dependency = new Dependency(clock, seededRandom(seed + 1), scenario, measure);
  const clients = Array.from({ length: count }, (_, index) =>
    clientOf(clock, seededRandom(seed + 2 + index), dependency),
  );
  const literal = literalOf(operation, policies);
  const running = new Map<number, number>();
  const startCall = (call: number): void => {
    const startedAt = clock.now();
    running.set(call, startedAt);
    const input: OperationInput = { path: { call: String(call) }, idempotencyKey: `call-${call}` };
    const client = clients[call % count] as Client;
    void callOperation(client, literal, input, undefined)
      .result()
      .then((end) => {
        running.delete(call);
        const wasSent = end.ok || end.attempts > 0;
        const rejectedBy = wasSent ? undefined : rejections[(end.error as { code: string }).code];
        measure.ended({ startedAt, tookMs: clock.now() - startedAt, isOk: end.ok, rejectedBy });
      });
  };
  schedule(clock, arrivals(rate, duration, seededRandom(seed)), startCall);
  sample(clock, measure, dependency, () => openShare(clients, literal));
  await clock.runUntil(duration + graceMs);
  for (const startedAt of running.values()) {
    measure.ended({ startedAt, tookMs: clock.now() - startedAt, isOk: false, rejectedBy: undefined });
  }
  return measure;
}

function clientOf(clock: EventClock, random: () => number, dependency: Dependency): Client {
  return buildClient(
    { contract: 1, servers: ["https://dependency.example"] },
    {
      clock,
      random,
      transport: (input, init) => dependency.request((input as URL).pathname, init?.signal),
    },
  );
}

/** The operation with its policies. Every call requests something else, so that calls share no response. */
function literalOf({ name, method, safe }: ApiOperation, policies: Policies): Operation {
  const byPolicy: readonly (readonly [keyof Policies, Extension])[] = [
    ["rateLimit", rateLimit],
    ["hedge", hedge],
    ["propagate", propagate],
  ];
  const extensions = byPolicy.flatMap(([policy, extension]) => (policies[policy] ? [extension] : []));
  return { id: name, method, path: "/{call}", policies, safe, responses: { "204": "", default: "" }, extensions };
}

/** Start times of the calls: a Poisson process, independent of the responses (open loop). */
function* arrivals(rate: number, durationMs: number, random: () => number): Generator<number> {
  for (let at = 0; ; ) {
    at += (-Math.log(1 - random()) * 1_000) / rate;
    if (at >= durationMs) return;
    yield at;
  }
}

function schedule(clock: EventClock, moments: Iterator<number>, start: (call: number) => void): void {
  let call = 0;
  const next = (): void => {
    const { done, value } = moments.next();
    if (done) return;
    clock.setTimer(() => {
      next();
      start(call++);
    }, value - clock.now());
  };
  next();
}

function sample(clock: EventClock, measure: Measure, dependency: Dependency, open: () => number): void {
  measure.buckets.forEach((bucket, index) => {
    clock.setTimer(
      () => {
        bucket.waiting = dependency.waiting;
        bucket.open = open();
      },
      (index + 1) * measure.bucketMs,
    );
  });
}

function openShare(clients: readonly Client[], { id }: Operation): number {
  const open = clients.filter(({ resilience }) => {
    const { state } = resilience.operation(id);
    return state !== undefined && state !== "closed";
  });
  return open.length / clients.length;
}
