// Alert rules for Prometheus. One source for the names of the Prometheus entry and of OpenTelemetry.

const runbook = "https://github.com/resil-gen/resil-gen/blob/main/docs/alerts.md";

/** Results that are the caller's own doing and say nothing about the service. */
const ownDoing = "ok|aborted|closed|invalid-request";

/**
 * @param names how metrics and labels are called: see metric-names.js
 * @param scale divides all times, to try the rules in minutes
 */
export function alertRules({ label, metric }, scale = 1) {
  const t = (minutes) => duration(minutes * 60_000, scale);
  const J = `job, ${label("client")}`;
  const [byClient, byReason, byOperation, byScope] = [[], ["outcome"], ["operation"], ["scope"]].map(
    (more) => `(${[J, ...more.map(label)].join(", ")})`,
  );
  const rate = (key, matchers, minutes) => `rate(${metric(key, matchers)}[${t(minutes)}])`;
  const sum = (by, what) => `sum by ${by} (${what})`;
  const share = (by, part, all) => `${sum(by, part)} / ${sum(by, all)}`;
  const $ = (name) => `{{ $labels.${label(name)} }}`;
  const percent = "{{ $value | humanizePercentage }}";

  const calls = (minutes) => rate("calls", [["outcome", "!=", "aborted"]], minutes);
  const failed = (minutes) => rate("calls", [["outcome", "!~", ownDoing]], minutes);
  const attempts = (minutes) => rate("attempts", [["outcome", "!=", "aborted"]], minutes);
  const failedCount = (by, minutes) =>
    sum(by, `increase(${metric("calls", [["outcome", "!~", ownDoing]])}[${t(minutes)}])`);
  const refusals = (minutes) => rate("refusals", [["reason", "=", "bulkhead-full"]], minutes);
  const brokenAttempts = (minutes) =>
    `${rate("attempts", [["outcome", "=~", "network|timeout|deadline"]], minutes)} or ${rate("attempts", [["code", "=~", "5.."]], minutes)}`;
  /** Each reason that stands for a twentieth of the calls, while all reasons together are above the limit. */
  const failShare = (minutes) =>
    `${sum(byReason, failed(minutes))} / on ${byClient} group_left ${sum(byClient, calls(minutes))} > 0.05`;

  const verdicts = (matchers, minutes) =>
    `sum without (${label("verdict")}) (increase(${metric("breaker.attempts", matchers)}[${t(minutes)}]))`;

  const rules = [
    {
      alert: "ResilCallsFail",
      expr: [
        failShare(1),
        `and on ${byClient} ${share(byClient, failed(1), calls(1))} > 0.5`,
        `and on ${byClient} ${failedCount(byClient, 5)} >= 5`,
      ],
      for: 1,
      severity: "critical",
      summary: `Most calls to ${$("client")} fail: ${percent} of them with ${$("outcome")}.`,
      description: "More than half of the calls of the last minute failed. There is one alert for each error code.",
      check: [
        "`network`, `timeout`, `deadline`: the service is down, unreachable, or hangs. Check its own alerts, then DNS and the network between.",
        "`unexpected-response`, `http`: the service answers with errors. The panel *Attempts by status* shows which.",
        "`breaker-open`: the circuit breaker protects the service after earlier failures. Look for the cause in the other codes and in the log line `circuit breaker … opened`.",
        "`auth`: the credentials of the client are missing or expired.",
      ],
    },
    {
      alert: "ResilCallsFailPartially",
      expr: [
        failShare(5),
        `and on ${byClient} ${share(byClient, failed(5), calls(5))} > 0.1`,
        `and on ${byClient} ${share(byClient, failed(1), calls(1))} > 0.1`,
        `and on ${byClient} ${failedCount(byClient, 5)} >= 5`,
      ],
      for: 2,
      severity: "warning",
      summary: `Some calls to ${$("client")} fail: ${percent} of them with ${$("outcome")}.`,
      description: "More than a tenth of the calls of the last five minutes failed, and calls are failing now.",
      check: [
        "The panel *Failing calls by operation* shows whether one operation or all of them are affected.",
        "The panel *Calls by instance* shows whether one instance of your service is affected: then suspect its network or node.",
      ],
    },
    {
      alert: "ResilOperationFails",
      expr: [
        `${share(byOperation, failed(5), calls(5))} > 0.5`,
        `and ${share(byOperation, failed(1), calls(1))} > 0.5`,
        `and ${failedCount(byOperation, 5)} >= 5`,
        `unless on ${byClient} ${share(byClient, failed(1), calls(1))} > 0.5`,
      ],
      for: 2,
      severity: "warning",
      summary: `${percent} of the calls to ${$("operation")} of ${$("client")} fail.`,
      description: "One operation fails while the client as a whole works.",
      check: ["The log lines of the operation give the status or the error code of each failure."],
    },
    {
      alert: "ResilAttemptsFail",
      expr: [
        `${share(byClient, brokenAttempts(2), attempts(2))} > 0.25`,
        `and ${share(byClient, brokenAttempts(1), attempts(1))} > 0.25`,
        `and on ${byClient} ${sum(byClient, `increase(${metric("attempts")}[${t(5)}])`)} >= 20`,
      ],
      for: 2,
      severity: "warning",
      summary: `${percent} of the attempts to ${$("client")} fail. Retries may still hide it.`,
      description: "The service fails often, although retries may still turn failures into successful calls.",
      check: [
        "The panel *Attempts by status* shows what the service answers.",
        "If the failure rate stays below the threshold of the circuit breaker, every call pays with retries: look at the latency panels.",
      ],
    },
    {
      alert: "ResilServerRateLimits",
      expr: [
        `${share(byClient, rate("attempts", [["code", "=", "429"]], 2), attempts(2))} > 0.05`,
        `and ${share(byClient, rate("attempts", [["code", "=", "429"]], 1), attempts(1))} > 0.05`,
      ],
      for: 1,
      severity: "warning",
      summary: `The rate limit of ${$("client")} is exceeded: ${percent} of the attempts are answered 429.`,
      description: "The service limits the rate of this client. Retries add to the load.",
      check: [
        "Compare your call rate with the limit that the service grants.",
        "Set `rateLimit` in `x-resilience`, so that calls wait for their turn instead of failing.",
        "Ask for a higher limit, or spread the load.",
      ],
    },
    {
      alert: "ResilCallsSlow",
      expr: [
        `${share(byClient, rate("calls.slow", [], 5), calls(5))} > 0.1`,
        `and ${share(byClient, rate("calls.slow", [], 1), calls(1))} > 0.1`,
        `and on ${byClient} ${sum(byClient, `increase(${metric("calls.slow")}[${t(5)}])`)} >= 5`,
      ],
      for: 2,
      severity: "warning",
      summary: `${percent} of the calls to ${$("client")} come close to their timeout.`,
      description:
        "Calls use more than half of their total timeout, or their attempts more than half of the attempt timeout. They will fail if the service becomes slower.",
      check: [
        "Compare *Duration of attempts* (the service) with *Time in the queue* (this client) and *Retries*.",
        "Slow attempts: the service or the network is slow. A long queue: the bulkhead is too small for the traffic.",
      ],
    },
    {
      alert: "ResilBreakerOpenTooLong",
      // Per instance: short openings of several instances, one after the other, are not one long opening.
      expr: [`count by ${byScope} (${metric("breaker.open.duration")} > ${seconds(2, scale)})`],
      severity: "critical",
      summary: `The circuit breaker ${$("scope")} of ${$("client")} has been open for over two minutes (instances: {{ $value }}).`,
      description: "All probes fail, and calls are refused. The breaker closes automatically when the service recovers.",
      check: [
        "The log line `circuit breaker … opened` gives the failures that opened it, `opened again` the failed probes.",
        "One instance only: its own network or node is at fault. All instances: the service is down.",
      ],
    },
    {
      alert: "ResilBreakerOpensTooOften",
      expr: [
        `max by ${byScope} (increase(${metric("breaker.transitions", [
          ["from", "=", "closed"],
          ["to", "=", "open"],
        ])}[${t(60)}])) > 5`,
      ],
      severity: "warning",
      summary: `The circuit breaker ${$("scope")} of ${$("client")} opened {{ $value | printf "%.0f" }} times within an hour on one instance.`,
      description: "The service is unstable, or the circuit breaker is too sensitive for the traffic.",
      check: [
        "Compare the openings with the deployments and restarts of the service.",
        "If the service is well: raise `minimumCalls` or `failureRate`.",
      ],
    },
    {
      alert: "ResilBreakerNeverOpens",
      expr: [
        `max by ${byScope} (`,
        `  ${verdicts([["verdict", "=", "failure"]], 10)} / ${verdicts([], 10)} >= ${metric("breaker.failure_threshold")}`,
        `  and ${verdicts([["verdict", "=", "failure"]], 10)} >= 5`,
        `  and ${verdicts([["verdict", "=", "failure"]], 2)} > 0`,
        `  and max_over_time(${metric("breaker.open.duration")}[${t(10)}]) == 0`,
        `  unless sum without (${label("from")}, ${label("to")}) (increase(${metric("breaker.transitions")}[${t(10)}])) > 0`,
        ")",
      ],
      for: 5,
      severity: "warning",
      summary: `The circuit breaker ${$("scope")} of ${$("client")} stays closed although ${percent} of the attempts fail.`,
      description: "Its window never contains `minimumCalls` calls, so it can't open.",
      check: [
        "Lower `minimumCalls`, widen `window`, or let operations share a breaker (`scope: service`).",
        "Check why the calls fail: the log lines give the reason.",
      ],
    },
    {
      alert: "ResilBulkheadNearCapacity",
      expr: [
        `max by ${byScope} (avg_over_time(${metric("bulkhead.running")}[${t(2)}]) / ${metric("bulkhead.running.limit")}) > 0.8`,
      ],
      for: 0.5,
      severity: "warning",
      summary: `The bulkhead ${$("scope")} of ${$("client")} is ${percent} full on one instance.`,
      description: "Calls will soon wait in the queue and then be refused.",
      check: [
        "Compare *Duration of attempts* with last week: a slow service fills the bulkhead at the same call rate.",
        "More traffic than before: raise `concurrency` if the service can bear it.",
      ],
    },
    {
      alert: "ResilBulkheadRefuses",
      expr: [
        `${sum(byOperation, refusals(2))} / (${sum(byOperation, refusals(2))} + ${sum(byOperation, rate("attempts", [], 2))}) > 0.01`,
        `and ${sum(byOperation, refusals(1))} > 0`,
      ],
      for: 3,
      severity: "critical",
      summary: `The bulkhead of ${$("client")} refuses ${percent} of the attempts to ${$("operation")}.`,
      description: "More calls arrive than the service answers in time, and the queue is full.",
      check: [
        "Shed load, or raise `concurrency` if the service can bear it.",
        "If the service is slow, fix that first: a larger bulkhead adds to its load.",
      ],
    },
    {
      alert: "ResilRetryRatioAboveBudget",
      expr: [
        // Below one call per second (2 in a `burst` of 2 s) the minimum of the budget allows single retries.
        `max by ${byScope} (`,
        `  avg_over_time(${metric("retry_budget.window.retries")}[${t(5)}]) / avg_over_time(${metric("retry_budget.window.calls")}[${t(5)}]) > ${metric("retry_budget")}`,
        `  and avg_over_time(${metric("retry_budget.window.calls")}[${t(5)}]) > 2`,
        `  and ${metric("retry_budget.window.retries")} / ${metric("retry_budget.window.calls")} > ${metric("retry_budget")}`,
        ")",
      ],
      for: 5,
      severity: "warning",
      summary: `${percent} of the calls in ${$("scope")} of ${$("client")} are retried, which is above the budget ratio.`,
      description: "The service fails so often that only the minimum of the budget (`minPerSecond`) allows retries.",
      check: ["Fix the service before you raise the budget: retries add to its load."],
    },
    {
      alert: "ResilRetryBudgetExhausted",
      expr: [
        `${share(byClient, rate("given_up", [["reason", "=", "budget"]], 2), calls(2))} > 0.01`,
        `and ${sum(byClient, rate("given_up", [["reason", "=", "budget"]], 1))} > 0`,
      ],
      for: 1,
      severity: "warning",
      summary: `${percent} of the calls to ${$("client")} fail without a further retry: the retry budget is used up.`,
      description: "The budget protects a failing service from a retry storm.",
      check: ["Look at the service. The budget is doing its work."],
    },
    {
      alert: "ResilStoreUnavailable",
      expr: [`count by ${byClient} (${metric("store.unavailable")} == 1)`],
      for: 1,
      severity: "warning",
      summary: `The shared store of ${$("client")} is unavailable (instances: {{ $value }}).`,
      description: "Each process decides by its own breaker state. Calls go on.",
      check: [
        "The log line `shared store is unavailable` gives the cause: `timeout`, or the code of the error (`ECONNREFUSED`, `NOAUTH`).",
        "Check Redis, its credentials, and the network.",
      ],
    },
    {
      alert: "ResilConnectionResets",
      expr: [`${sum(byClient, `increase(${metric("connection.resets")}[${t(15)}])`)} >= 3`],
      severity: "warning",
      summary: `The server of ${$("client")} closed a reused connection {{ $value | printf "%.0f" }} times within 15 minutes.`,
      description: "The server, or its proxy, closes idle connections before the client does.",
      check: [
        "Set the keep-alive timeout of the client below that of the server or proxy: see [Connections](connections.md).",
        "Mutations without a supported idempotency key fail in this case, because the client can't retry them.",
      ],
    },
  ];

  return {
    groups: [
      {
        name: "resil-gen",
        rules: rules.map(({ alert, expr, for: wait, severity, summary, description }) => ({
          alert,
          expr: expr.join("\n"),
          ...(wait === undefined ? {} : { for: t(wait) }),
          labels: { severity },
          annotations: { summary, description, runbook_url: `${runbook}#${alert.toLowerCase()}` },
        })),
      },
    ],
    runbook: rules.map(({ alert, for: wait, severity, description, check }) => ({
      alert,
      severity,
      wait: wait === undefined ? "at once" : t(wait),
      description,
      check,
    })),
  };
}

/** A duration in PromQL: whole minutes and seconds where it is some. */
function duration(ms, scale) {
  const scaled = ms / scale;
  if (scaled % 3_600_000 === 0) return `${scaled / 3_600_000}h`;
  if (scaled % 60_000 === 0) return `${scaled / 60_000}m`;
  return scaled % 1_000 === 0 ? `${scaled / 1_000}s` : `${Math.round(scaled)}ms`;
}

function seconds(minutes, scale) {
  return (minutes * 60) / scale;
}
