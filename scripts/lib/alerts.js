// Alert rules for Prometheus, over the metrics of resil-gen-runtime/prometheus.

/** @param name gives a metric's name in Prometheus by its own */
export function alertRules(name) {
  const by = "by (job, client, scope)";
  const status = name("breaker.status");
  const calls = name("retry_budget.window.calls");
  const retries = name("retry_budget.window.retries");
  const failures = name("breaker.window.failures");
  const attempts = name("breaker.window.attempts");
  const who = "{{ $labels.client }}, {{ $labels.scope }}";
  const rules = [
    {
      alert: "ResilBreakerOpenTooLong",
      // An open breaker looks half-open whenever its cool-down is over: within two minutes it is seen open again as long
      // as its probes fail.
      expr: `max ${by} (max_over_time(${status}{state="open"}[2m])) == 1`,
      for: "5m",
      labels: { severity: "critical" },
      annotations: {
        summary: `The breaker of ${who} does not close.`,
        description:
          "Its probes have failed for more than five minutes: calls are refused. Look at the service behind it; the breaker closes by itself.",
      },
    },
    {
      alert: "ResilBreakerOpensTooOften",
      expr: `sum ${by} (increase(${name("breaker.transitions")}{from="closed", to="open"}[1h])) > 5`,
      labels: { severity: "warning" },
      annotations: {
        summary: `The breaker of ${who} has opened {{ $value | printf "%.0f" }} times within an hour.`,
        description: "Either the service comes and goes, or failureRate or minimumCalls is too low for its traffic.",
      },
    },
    {
      alert: "ResilBreakerNeverOpens",
      expr: [
        `${failures} / (${attempts} > 0) >= ${name("breaker.failure_threshold")}`,
        `and ignoring (state) ${status}{state="closed"} == 1`,
      ].join("\n"),
      for: "5m",
      labels: { severity: "warning" },
      annotations: {
        summary: `The breaker of ${who} stays closed although its calls fail.`,
        description:
          "The window never holds minimumCalls distinct calls. Lower minimumCalls, widen the window, or share the breaker by scope.",
      },
    },
    {
      alert: "ResilBulkheadNearCapacity",
      expr: `avg_over_time(${name("bulkhead.running")}[5m]) / ${name("bulkhead.running.limit")} > 0.8`,
      for: "5m",
      labels: { severity: "warning" },
      annotations: {
        summary: `The bulkhead of ${who} is {{ $value | humanizePercentage }} full.`,
        description: "Calls will soon wait and be refused. The service has become slow, or concurrency is too low.",
      },
    },
    {
      alert: "ResilBulkheadRefuses",
      expr: `sum by (job, client, operation) (rate(${name("refusals")}{reason="bulkhead-full"}[5m])) > 0`,
      for: "5m",
      labels: { severity: "critical" },
      annotations: {
        summary: "Calls of {{ $labels.client }}, {{ $labels.operation }} are refused: its bulkhead is full.",
        description:
          "More calls come than the service answers in time. Shed load, or raise concurrency if it can bear that.",
      },
    },
    {
      alert: "ResilRetryRatioAboveBudget",
      // Below a call a second (2 in a `burst` of 2 s) the budget's floor lets single calls through, whatever the ratio.
      expr: [
        `sum ${by} (avg_over_time(${retries}[5m])) / sum ${by} (avg_over_time(${calls}[5m]))`,
        `> max ${by} (${name("retry_budget")})`,
        `and sum ${by} (avg_over_time(${calls}[5m])) > 2`,
      ].join("\n"),
      for: "5m",
      labels: { severity: "warning" },
      annotations: {
        summary: `{{ $value | humanizePercentage }} of the calls of ${who} are retries: more than the ratio of its budget.`,
        description:
          "The service fails so often that retries add to its load; only the budget's floor (minPerSecond) still lets them through. Look at the service before you raise the budget.",
      },
    },
    {
      alert: "ResilRetryBudgetExhausted",
      expr: `sum by (job, client, operation) (rate(${name("given_up")}{reason="budget"}[5m])) > 0`,
      for: "5m",
      labels: { severity: "warning" },
      annotations: {
        summary: "Calls of {{ $labels.client }}, {{ $labels.operation }} fail without a retry: the budget is used up.",
        description: "The budget keeps a failing service from a storm of retries. Look at the service.",
      },
    },
  ];
  return { groups: [{ name: "resil-gen", rules }] };
}
