import fc from "fast-check";
import type {
  BreakerPolicy,
  BudgetPolicy,
  BulkheadPolicy,
  Policies,
  RateLimitPolicy,
  RetryPolicy,
} from "../../runtime/src/policies/types.js";
import { offPolicies } from "../rig/rig.js";
import type { Act, CallPlan, OperationPlan, ReplyPlan, RetryAfterPlan, Scenario } from "./scenario.js";

// Whole milliseconds in the policies and fractions everywhere else: two things hardly ever happen at one moment, of
// which no rule says which comes first. Fractions are of 1024, so that all sums are exact.
const fraction = (index: number): number => (((index * 389) % 1_021) + 1) / 1_024;

const often = <T>(value: T, other: fc.Arbitrary<T>, weight = 3): fc.Arbitrary<T> =>
  fc.oneof({ arbitrary: fc.constant(value), weight }, { arbitrary: other, weight: 2 });
const ms = (max: number): fc.Arbitrary<number> => fc.integer({ min: 1, max });

const breaker: fc.Arbitrary<BreakerPolicy> = fc.record({
  window: fc.oneof(fc.constantFrom<BreakerPolicy["window"]>(1_000, 10_000, { calls: 4 }), ms(8_000)),
  failureRate: fc.constantFrom(0.25, 0.5, 1),
  minimumCalls: fc.integer({ min: 1, max: 4 }),
  slowCall: often<BreakerPolicy["slowCall"]>(
    false,
    fc.record({ duration: ms(800), rate: fc.constantFrom(0.5, 0.75, 1) }),
  ),
  cooldown: ms(2_500),
  cooldownMax: ms(6_000),
  probes: fc.integer({ min: 1, max: 3 }),
  scope: fc.constant("operation"),
  shared: fc.constant(false),
  critical: fc.constant(false),
});

const bulkhead: fc.Arbitrary<BulkheadPolicy> = fc.record({
  concurrency: fc.integer({ min: 1, max: 3 }),
  queue: fc.integer({ min: 0, max: 4 }),
  queueTimeout: fc.oneof(fc.constant(false as const), ms(1_500)),
  scope: fc.constant("operation"),
});

const limit: fc.Arbitrary<RateLimitPolicy> = fc.record({
  calls: fc.integer({ min: 1, max: 4 }),
  per: ms(1_500),
  scope: fc.constant("operation"),
});

const budget: fc.Arbitrary<BudgetPolicy> = fc.record({
  ratio: fc.constantFrom(0, 0.25, 1),
  minPerSecond: fc.constantFrom(0, 0.125, 0.5, 2),
  burst: fc.constantFrom(1_000, 2_000, 10_000),
});

const standardList: RetryPolicy["on"] = ["network", "timeout", 408, 421, 425, 429, 500, 502, 503, 504];

const retry: fc.Arbitrary<RetryPolicy> = fc.record({
  maxRetries: fc.oneof({ arbitrary: fc.integer({ min: 1, max: 4 }), weight: 6 }, fc.constant(0)),
  backoff: fc.record({
    initial: fc.integer({ min: 0, max: 600 }),
    factor: fc.constantFrom(1, 1.5, 2, 4),
    max: fc.integer({ min: 600, max: 3_000 }),
    jitter: fc.constantFrom("full", "equal", "none"),
  }),
  on: often(
    standardList,
    fc.constantFrom<RetryPolicy["on"]>(
      ["network"],
      ["timeout", "5XX"],
      [409, 429, 503],
      ["network", "timeout", "5XX", 404],
    ),
  ),
  retryAfter: often(true, fc.constant(false), 5),
  budget: often<RetryPolicy["budget"]>(false, budget),
});

// One of the two at least, or a server that hangs would never end.
const timeout = fc
  .record({ attempt: often<number | false>(false, ms(1_500)), more: often<number | false>(false, ms(9_000), 1) })
  .map(({ attempt, more }) => ({
    attempt,
    total: more === false && attempt === false ? 5_000 : more && more + (attempt || 0),
    idle: false as const,
  }));

/** `operation` is by itself; others share with all that name the same scope. */
const scope = fc.constantFrom("off", "operation", "service", "payments");

/** Numbers that all share that are in one scope. */
const shared = fc.record({ breaker, bulkhead, limit, budget });

const operation = fc.record({
  method: fc.constantFrom<OperationPlan["method"][]>("GET", "GET", "PUT", "POST"),
  isSupported: fc.boolean(),
  isReplayable: often(true, fc.constant(false), 5),
  timeout,
  retry: fc.oneof({ arbitrary: fc.constant(false as const), weight: 1 }, { arbitrary: retry, weight: 12 }),
  breaker,
  bulkhead,
  limit,
  hedge: often<Policies["hedge"]>(false, fc.record({ after: ms(500), max: fc.integer({ min: 1, max: 2 }) })),
  breakerScope: scope,
  bulkheadScope: scope,
  limitScope: fc.oneof({ arbitrary: fc.constant("off"), weight: 3 }, { arbitrary: scope, weight: 1 }),
});

type Shared = typeof shared extends fc.Arbitrary<infer T> ? T : never;
type Drawn = typeof operation extends fc.Arbitrary<infer T> ? T : never;

function planOf(drawn: Drawn, all: Shared): OperationPlan {
  const { method, isSupported, isReplayable, breakerScope, bulkheadScope, limitScope } = drawn;
  const scoped = <T extends object>(name: string, own: T, common: T): (T & { scope: string }) | false =>
    name === "off" ? false : { ...(name === "operation" ? own : common), scope: name };
  // The budget is of the breaker's scope.
  const isShared = breakerScope !== "off" && breakerScope !== "operation";
  const tries = drawn.retry && {
    ...drawn.retry,
    budget: isShared && drawn.retry.budget ? all.budget : drawn.retry.budget,
  };
  const policies: Policies = {
    ...offPolicies,
    repeat: method !== "POST" ? "always" : isSupported ? "keyed" : "unprocessed",
    timeout: drawn.timeout,
    retry: tries,
    breaker: scoped(breakerScope, drawn.breaker, all.breaker),
    bulkhead: scoped(bulkheadScope, drawn.bulkhead, all.bulkhead),
    rateLimit: scoped(limitScope, drawn.limit, all.limit),
    hedge: method === "GET" ? (drawn.hedge ?? false) : false,
  };
  return { method, policies, isReplayable: isReplayable || method !== "POST" };
}

const retryAfter: fc.Arbitrary<RetryAfterPlan> = fc.oneof(
  fc.record({ form: fc.constant("seconds" as const), value: fc.constantFrom(0, 1, 2, 5, 120) }),
  fc.record({ form: fc.constant("ms" as const), value: fc.integer({ min: 0, max: 3_000 }) }),
  fc.record({ form: fc.constant("date" as const), value: fc.constantFrom(-100, 0, 1, 3) }),
  fc.constant({ form: "nonsense" as const }),
);

const status = fc.oneof(
  { arbitrary: fc.constant(200), weight: 5 },
  { arbitrary: fc.constantFrom(500, 503), weight: 7 },
  {
    arbitrary: fc.constantFrom(201, 400, 404, 408, 409, 421, 422, 425, 429, 429, 501, 502, 504, 505, 507),
    weight: 4,
  },
);

const lingers = often(0, ms(1_000), 6);
const after = fc.oneof({ arbitrary: ms(60), weight: 3 }, { arbitrary: ms(1_800), weight: 1 });

const reply: fc.Arbitrary<ReplyPlan> = fc.oneof(
  {
    arbitrary: fc.record({
      kind: fc.constant("answers" as const),
      status,
      after,
      lingers,
      retryAfter: often<RetryAfterPlan | undefined>(undefined, retryAfter),
      body: fc.oneof(
        { arbitrary: fc.constant("whole" as const), weight: 12 },
        fc.constantFrom("cut" as const, "hangs" as const),
      ),
      bodyAfter: often(0, ms(500)),
    }),
    weight: 8,
  },
  {
    arbitrary: fc.record({
      kind: fc.constant("fails" as const),
      code: fc.constantFrom<"ECONNREFUSED" | "ECONNRESET" | "CERT_HAS_EXPIRED">(
        "ECONNREFUSED",
        "ECONNREFUSED",
        "ECONNRESET",
        "ECONNRESET",
        "CERT_HAS_EXPIRED",
      ),
      after,
      lingers,
    }),
    weight: 2,
  },
  { arbitrary: fc.record({ kind: fc.constant("hangs" as const), after: fc.constant(0), lingers }), weight: 1 },
);

const call = fc.record({
  operation: fc.nat({ max: 2 }),
  at: fc.oneof(fc.nat({ max: 300 }), fc.nat({ max: 5_000 }), fc.integer({ min: 5_000, max: 30_000 })),
  abortAfter: fc.oneof(
    { arbitrary: fc.constant(undefined), weight: 5 },
    { arbitrary: fc.integer({ min: 1, max: 2_000 }), weight: 1 },
  ),
  timeout: often<CallPlan["timeout"]>(
    undefined,
    fc.record({ attempt: ms(600), total: fc.integer({ min: 700, max: 4_000 }) }),
    8,
  ),
  maxRetries: often<number | undefined>(undefined, fc.nat({ max: 2 }), 12),
  replies: fc.array(reply, { minLength: 1, maxLength: 4 }),
});

const outage = fc.record({ from: fc.nat({ max: 6_000 }), lasts: ms(4_000), reply });

const act: fc.Arbitrary<Act> = fc.oneof(
  {
    arbitrary: fc.record({
      at: fc.nat({ max: 8_000 }),
      does: fc.constantFrom("open" as const, "close" as const, "auto" as const),
      operation: fc.nat({ max: 2 }),
    }),
    weight: 3,
  },
  {
    arbitrary: fc.record({
      at: fc.nat({ max: 8_000 }),
      does: fc.constant("shut" as const),
      drain: fc.constantFrom(0, 100, 1_500),
    }),
    weight: 1,
  },
);

/** Any run: up to three operations that may share what they like, and up to 16 calls. */
export const scenario: fc.Arbitrary<Scenario> = fc
  .record({
    seed: fc.nat(),
    operations: fc.array(operation, { minLength: 1, maxLength: 3 }),
    shared,
    calls: fc.array(call, { minLength: 1, maxLength: 16, size: "max" }),
    outages: fc.array(outage, { maxLength: 2 }),
    acts: fc.oneof(
      { arbitrary: fc.constant<Act[]>([]), weight: 3 },
      { arbitrary: fc.array(act, { maxLength: 4 }), weight: 1 },
    ),
  })
  .map(({ seed, operations, shared: all, calls, outages, acts }) => ({
    seed,
    operations: operations.map((drawn) => planOf(drawn, all)),
    calls: calls.map((plan, index) => ({
      ...plan,
      operation: plan.operation % operations.length,
      // A number of retries would switch them on.
      maxRetries: operations[plan.operation % operations.length]?.retry ? plan.maxRetries : undefined,
      at: plan.at + fraction(index),
      abortAfter: plan.abortAfter && plan.abortAfter + fraction(index + 500),
      replies: plan.replies.map((one, number) => apart(one, 20 + index * 4 + number)),
    })),
    outages: outages.map(({ from, lasts, reply: same }, index) => ({
      from: from + fraction(900 + index),
      to: from + lasts + fraction(910 + index),
      reply: apart(same, 920 + index),
    })),
    acts: acts.map((one, index) => ({
      ...one,
      at: one.at + fraction(940 + index),
      ...("operation" in one ? { operation: one.operation % operations.length } : {}),
    })),
  }));

/** The same reply at moments that no other has. */
function apart(one: ReplyPlan, index: number): ReplyPlan {
  return {
    ...one,
    after: one.after + fraction(index),
    ...("bodyAfter" in one && one.bodyAfter > 0 ? { bodyAfter: one.bodyAfter + fraction(index + 300) } : {}),
    ...(one.lingers > 0 ? { lingers: one.lingers + fraction(index + 600) } : {}),
  };
}
