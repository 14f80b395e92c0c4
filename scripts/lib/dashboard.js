// A dashboard for Grafana, over the metrics of resil-gen-runtime/prometheus.

// biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of Grafana
const datasource = { type: "prometheus", uid: "${datasource}" };

/** @param name gives a metric's name in Prometheus by its own */
export function dashboard(name) {
  const of = (metric, more = "") => `${name(metric)}{job=~"$job", client=~"$client"${more && `, ${more}`}}`;
  const ofOperation = (metric, more = "") => of(metric, [`operation=~"$operation"`, more].filter(Boolean).join(", "));
  const perSecond = (metric, by, more) => `sum by (${by}) (rate(${ofOperation(metric, more)}[$__rate_interval]))`;
  const quantile = (q, metric) =>
    `histogram_quantile(${q}, sum by (le) (rate(${name(metric)}_bucket{job=~"$job", client=~"$client", operation=~"$operation"}[$__rate_interval])))`;

  const rows = [
    [
      "Calls",
      graph("Calls by outcome", "reqps", [perSecond("calls", "outcome"), "{{outcome}}"]),
      graph("Share of calls that fail", "percentunit", [
        `${perSecond("calls", "operation", 'outcome!="ok"')} / ${perSecond("calls", "operation")}`,
        "{{operation}}",
      ]),
      graph(
        "Length of calls, waits included",
        "s",
        [quantile(0.5, "call.duration"), "p50"],
        [quantile(0.95, "call.duration"), "p95"],
        [quantile(0.99, "call.duration"), "p99"],
      ),
      graph(
        "Length of attempts",
        "s",
        [quantile(0.5, "attempt.duration"), "p50"],
        [quantile(0.95, "attempt.duration"), "p95"],
        [quantile(0.99, "attempt.duration"), "p99"],
      ),
    ],
    [
      "Retries and fallbacks",
      graph("Retries by what they follow", "reqps", [perSecond("retries", "reason"), "{{reason}}"]),
      graph("Attempts per call", "short", [
        `${perSecond("attempts", "operation")} / ${perSecond("calls", "operation")}`,
        "{{operation}}",
      ]),
      graph(
        "Retries and hedges as a share of the calls, and the budget",
        "percentunit",
        [
          `sum by (client, scope) (${of("retry_budget.window.retries")}) / (sum by (client, scope) (${of("retry_budget.window.calls")}) > 0)`,
          "{{client}} {{scope}}",
        ],
        [`max by (client) (${of("retry_budget")})`, "budget of {{client}}"],
      ),
      graph("Why calls were given up", "reqps", [perSecond("given_up", "reason"), "{{reason}}"]),
      graph("Answers by fallbacks", "reqps", [perSecond("fallbacks", "operation, source"), "{{operation}} {{source}}"]),
      graph(
        "Hedges and warnings",
        "reqps",
        [perSecond("hedges", "operation"), "hedge {{operation}}"],
        [perSecond("warnings", "operation"), "warning {{operation}}"],
      ),
    ],
    [
      "Breakers",
      graph("Outages of the shared store within an hour", "short", [
        `sum by (client, reason) (increase(${of("store.outages")}[1h]))`,
        "{{client}} {{reason}}",
      ]),
      timeline("State", [
        // 0 closed, 1 half-open, 2 open; the worst of all instances.
        `max by (client, scope) (2 * ${of("breaker.status", 'state="open"')} + ignoring (state) ${of("breaker.status", 'state="half-open"')})`,
        "{{client}} {{scope}}",
      ]),
      graph("Times opened within an hour", "short", [
        `sum by (client, scope) (increase(${of("breaker.transitions", 'from="closed", to="open"')}[1h]))`,
        "{{client}} {{scope}}",
      ]),
      graph(
        "Share of failed attempts in the window, and where it opens",
        "percentunit",
        [
          `sum by (client, scope) (${of("breaker.window.failures")}) / (sum by (client, scope) (${of("breaker.window.attempts")}) > 0)`,
          "{{client}} {{scope}}",
        ],
        [`min by (client) (${of("breaker.failure_threshold")})`, "opens at, {{client}}"],
      ),
      graph(
        "Calls in the window, and how many it takes to open",
        "short",
        [`max by (client, scope) (${of("breaker.window.calls")})`, "{{client}} {{scope}}"],
        [`max by (client, scope) (${of("breaker.minimum_calls")})`, "takes {{client}} {{scope}}"],
      ),
    ],
    [
      "Bulkheads",
      graph("Share of places taken", "percentunit", [
        `max by (client, scope) (${of("bulkhead.running")} / ${of("bulkhead.running.limit")})`,
        "{{client}} {{scope}}",
      ]),
      graph("Share of the queue taken", "percentunit", [
        `max by (client, scope) (${of("bulkhead.queued")} / (${of("bulkhead.queued.limit")} > 0))`,
        "{{client}} {{scope}}",
      ]),
      graph("Refusals by policy", "reqps", [perSecond("refusals", "reason"), "{{reason}}"]),
    ],
  ];
  return {
    title: "Calls by resil-gen",
    uid: "resil-gen",
    tags: ["resil-gen"],
    schemaVersion: 39,
    editable: true,
    time: { from: "now-1h", to: "now" },
    refresh: "30s",
    templating: {
      list: [
        { name: "datasource", label: "Data source", type: "datasource", query: "prometheus" },
        variable("job", "Job", `label_values(${name("calls")}, job)`),
        variable("client", "Client", `label_values(${name("calls")}{job=~"$job"}, client)`),
        variable("operation", "Operation", `label_values(${name("calls")}{job=~"$job", client=~"$client"}, operation)`),
      ],
    },
    panels: laidOut(rows),
  };
}

function variable(name, label, query) {
  const all = { text: "All", value: "$__all" };
  const values = { definition: query, query: { query, refId: name }, refresh: 2, sort: 1 };
  return {
    name,
    label,
    type: "query",
    datasource,
    ...values,
    multi: true,
    includeAll: true,
    allValue: ".*",
    current: all,
  };
}

function graph(title, unit, ...queries) {
  const defaults = { unit, min: 0, custom: { lineWidth: 1, fillOpacity: 8, showPoints: "never", spanNulls: true } };
  const options = { legend: { displayMode: "list", placement: "bottom" }, tooltip: { mode: "multi", sort: "desc" } };
  return {
    type: "timeseries",
    title,
    datasource,
    fieldConfig: { defaults, overrides: [] },
    options,
    ...targets(queries),
  };
}

function timeline(title, ...queries) {
  const states = {
    0: { text: "closed", color: "green", index: 0 },
    1: { text: "half-open", color: "yellow", index: 1 },
    2: { text: "open", color: "red", index: 2 },
  };
  const defaults = { mappings: [{ type: "value", options: states }], custom: { fillOpacity: 80 } };
  const options = { mergeValues: true, showValue: "auto", rowHeight: 0.8 };
  return {
    type: "state-timeline",
    title,
    datasource,
    fieldConfig: { defaults, overrides: [] },
    options,
    ...targets(queries),
  };
}

function targets(queries) {
  return {
    targets: queries.map(([expr, legendFormat], index) => ({
      refId: String.fromCharCode(65 + index),
      datasource,
      expr,
      legendFormat,
    })),
  };
}

/** Two panels beside each other, under a line with the row's title. */
function laidOut(rows) {
  const panels = [];
  let y = 0;
  for (const [title, ...graphs] of rows) {
    panels.push({ type: "row", title, collapsed: false, panels: [], gridPos: { x: 0, y: y++, w: 24, h: 1 } });
    graphs.forEach((panel, index) => {
      panels.push({ ...panel, gridPos: { x: (index % 2) * 12, y: y + Math.floor(index / 2) * 8, w: 12, h: 8 } });
    });
    y += Math.ceil(graphs.length / 2) * 8;
  }
  return panels.map((panel, index) => ({ id: index + 1, ...panel }));
}
