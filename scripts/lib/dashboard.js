// A Grafana dashboard. One source for the names of the Prometheus entry and of OpenTelemetry.
import { datasource, graph, laidOut, stat, table, timeline } from "./panels.js";

const instance = ["instance", "=~", "$instance"];
const chosen = [["job", "=~", "$job"], instance, ["client", "=~", "$client"]];
const chosenOperation = [...chosen, ["operation", "=~", "$operation"]];
const interval = "$__rate_interval";

/** Results that are the caller's own doing. */
const ownDoing = ["outcome", "!~", "ok|aborted|closed|invalid-request"];

/**
 * @param names how metrics and labels are called: see metric-names.js
 * @param edition the title's addition and the uid of the dashboard
 */
export function dashboard({ label, metric }, { title, uid }) {
  const of = (key, ...more) => metric(key, [...chosen, ...more]);
  const labels = (names) => names.map(label).join(", ");
  const legend = (...names) => names.map((name) => `{{${label(name)}}}`).join(" ");
  const rate = (key, ...more) => `rate(${metric(key, [...chosenOperation, ...more])}[${interval}])`;
  const perSecond = (key, by, ...more) => `sum by (${labels(by)}) (${rate(key, ...more)})`;
  const total = (key, ...more) => `sum(${rate(key, ...more)})`;
  const quantile = (q, key) =>
    `histogram_quantile(${q}, sum by (le) (rate(${metric(key, chosenOperation, "_bucket")}[${interval}])))`;
  const quantiles = (key) => [0.5, 0.95, 0.99].map((q) => [quantile(q, key), `p${q * 100}`]);
  const maxBy = (by, what) => `max by (${labels(by)}) (${what})`;
  const scope = ["client", "scope"];
  const scopeInstance = ["client", "scope", "instance"];
  const increase = (key, window, by, ...more) => `sum by (${labels(by)}) (increase(${of(key, ...more)}[${window}]))`;

  const rows = [
    [
      "Overview",
      stat("Call rate", "Finished calls per second.", "reqps", [total("calls"), "calls"]),
      stat(
        "Failing calls",
        "Share of the calls that fail. Calls that the caller aborted don't count.",
        "percentunit",
        [`${total("calls", ownDoing)} / ${total("calls", ["outcome", "!=", "aborted"])}`, "failing"],
        [0.1, 0.5],
      ),
      stat("Duration p95", "95% of the calls that were sent finish within this time, including retries.", "s", [
        quantile(0.95, "call.duration"),
        "p95",
      ]),
      stat(
        "Open breakers",
        "Circuit breakers that are not closed, counted per instance.",
        "short",
        [`count(${of("breaker.open.duration")} > 0) or vector(0)`, "open"],
        [1],
      ),
      stat(
        "Answered 429",
        "Share of the attempts that exceed the rate limit of the service.",
        "percentunit",
        [`${total("attempts", ["code", "=", "429"])} / ${total("attempts")}`, "429"],
        [0.01, 0.05],
      ),
      stat(
        "Shared store away",
        "Instances that can't reach the shared store.",
        "short",
        [`sum(${of("store.unavailable")})`, "away"],
        [1],
      ),
      table(
        "Down now: circuit breakers",
        "Circuit breakers that are not closed at this moment, with the time since they opened.",
        "s",
        `${maxBy(scopeInstance, of("breaker.open.duration"))} > 0`,
      ),
      table(
        "Down now: operations",
        "Operations that fail for more than a tenth of their calls at this moment, with that share.",
        "percentunit",
        `${perSecond("calls", ["client", "operation"], ownDoing)} / ${perSecond("calls", ["client", "operation"])} > 0.1`,
      ),
    ],
    [
      "Calls",
      graph("Calls by result", "Finished calls per second. `ok` includes calls answered by a fallback.", "reqps", [
        [perSecond("calls", ["outcome"]), legend("outcome")],
      ]),
      graph(
        "Failing calls by operation",
        "Share of the calls that fail, including refused calls. The line marks the warning at 10%.",
        "percentunit",
        [
          [
            `${perSecond("calls", ["operation"], ownDoing)} / ${perSecond("calls", ["operation"])}`,
            legend("operation"),
          ],
        ],
        0.1,
      ),
      graph(
        "Duration of calls",
        "Only calls that were sent: refusals take no time and would hide a slow service. Includes waits and retries.",
        "s",
        quantiles("call.duration"),
      ),
      graph(
        "Duration of attempts",
        "How fast the service answers, without waits and retries.",
        "s",
        quantiles("attempt.duration"),
      ),
      graph(
        "Calls close to their timeout",
        "Share of the calls that use more than half of their total timeout or attempt timeout. The line marks the alert at 10%.",
        "percentunit",
        [[`${perSecond("calls.slow", ["operation"])} / ${perSecond("calls", ["operation"])}`, legend("operation")]],
        0.1,
      ),
      graph(
        "Calls by instance",
        "Failing calls per second on each instance. One line alone: suspect that instance.",
        "reqps",
        [
          [perSecond("calls", ["instance"], ownDoing), `failing ${legend("instance")}`],
          [perSecond("calls", ["instance"], ["outcome", "=", "ok"]), `ok ${legend("instance")}`],
        ],
      ),
    ],
    [
      "Attempts and retries",
      graph("Attempts by status", "What the service answers. A network error or timeout has no status.", "reqps", [
        [perSecond("attempts", ["outcome", "code"]), legend("code", "outcome")],
      ]),
      graph(
        "Attempts answered 429",
        "Share of the attempts that exceed the rate limit of the service. The line marks the alert at 5%.",
        "percentunit",
        [
          [
            `${perSecond("attempts", ["operation"], ["code", "=", "429"])} / ${perSecond("attempts", ["operation"])}`,
            legend("operation"),
          ],
        ],
        0.05,
      ),
      graph("Retries by cause", "Scheduled retries per second, by the status or error that caused them.", "reqps", [
        [perSecond("retries", ["reason"]), legend("reason")],
      ]),
      graph("Attempts per call", "1 without retries and hedges. Refused calls make none.", "short", [
        [`${perSecond("attempts", ["operation"])} / ${perSecond("calls", ["operation"])}`, legend("operation")],
      ]),
      graph(
        "Retry budget",
        "Retries and hedges per call in the last `burst` of the budget, and the ratio that the budget allows.",
        "percentunit",
        [
          [
            `${maxBy(scope, `${of("retry_budget.window.retries")} / (${of("retry_budget.window.calls")} > 0)`)}`,
            legend("client", "scope"),
          ],
          [maxBy(["client"], of("retry_budget")), `budget of ${legend("client")}`],
        ],
      ),
      graph(
        "Why there was no further attempt",
        "Failed calls per second, by the reason that the client gave up.",
        "reqps",
        [[perSecond("given_up", ["reason"]), legend("reason")]],
      ),
      graph(
        "Closed reused connections",
        "Attempts that failed because the server had closed an idle connection.",
        "short",
        [[increase("connection.resets", "15m", ["client", "operation"]), legend("client", "operation")]],
      ),
      graph("Hedges and shared requests", "Hedged attempts and coalesced calls per second.", "reqps", [
        [perSecond("hedges", ["operation"]), `hedges ${legend("operation")}`],
        [perSecond("joins", ["operation"]), `shared ${legend("operation")}`],
      ]),
    ],
    [
      "Refusals and queues",
      graph("Refusals by policy", "Attempts per second that the client refused before sending them.", "reqps", [
        [perSecond("refusals", ["reason"]), legend("reason")],
      ]),
      graph(
        "Time in the queue",
        "Time that attempts wait for a bulkhead slot and for the rate limit. 0 if they don't wait.",
        "s",
        quantiles("queue.duration"),
      ),
      graph(
        "Bulkhead slots in use",
        "Share of the slots in use, on the fullest instance. The line marks the alert at 80%.",
        "percentunit",
        [[maxBy(scope, `${of("bulkhead.running")} / ${of("bulkhead.running.limit")}`), legend("client", "scope")]],
        0.8,
      ),
      graph(
        "Bulkhead queue in use",
        "Share of the queue in use, on the fullest instance. At 100% attempts are refused.",
        "percentunit",
        [[maxBy(scope, `${of("bulkhead.queued")} / (${of("bulkhead.queued.limit")} > 0)`), legend("client", "scope")]],
        1,
      ),
    ],
    [
      "Circuit breakers",
      timeline("State", "State of each circuit breaker on each instance.", [
        [
          `${maxBy(scopeInstance, `2 * ${of("breaker.status", ["state", "=", "open"])}`)} + on (${labels(scopeInstance)}) ${maxBy(scopeInstance, of("breaker.status", ["state", "=", "half-open"]))}`,
          legend("client", "scope", "instance"),
        ],
      ]),
      graph(
        "Failed attempts in the window",
        "Share of the attempts in the window that failed, and the threshold. A breaker that is open counts as 100%.",
        "percentunit",
        [
          [
            `${maxBy(scopeInstance, `${of("breaker.window.failures")} / (${of("breaker.window.attempts")} > 0)`)} or ${maxBy(scopeInstance, of("breaker.open.duration"))} > bool 0 > 0`,
            legend("client", "scope", "instance"),
          ],
          [`min by (${labels(["client"])}) (${of("breaker.failure_threshold")})`, `threshold of ${legend("client")}`],
        ],
      ),
      graph(
        "Openings within an hour",
        "Openings of each breaker on the instance where it opened most. The line marks the alert at more than 5.",
        "short",
        [
          [
            maxBy(scope, `increase(${of("breaker.transitions", ["from", "=", "closed"], ["to", "=", "open"])}[1h])`),
            legend("client", "scope"),
          ],
        ],
        5,
      ),
      graph(
        "Attempts by verdict",
        "Attempts per second that each breaker counts as failed and in all. 4xx responses don't count as failures.",
        "reqps",
        [
          [
            `sum by (${labels(scope)}) (rate(${of("breaker.attempts", ["verdict", "=", "failure"])}[${interval}]))`,
            `failed ${legend("client", "scope")}`,
          ],
          [
            `sum by (${labels(scope)}) (rate(${of("breaker.attempts")}[${interval}]))`,
            `all ${legend("client", "scope")}`,
          ],
        ],
      ),
      graph(
        "Calls in the window",
        "A breaker can't open while its window contains fewer calls than its minimum.",
        "short",
        [
          [maxBy(scope, of("breaker.window.calls")), legend("client", "scope")],
          [maxBy(["client"], of("breaker.minimum_calls")), `minimum of ${legend("client")}`],
        ],
      ),
      graph(
        "Shared store",
        "Instances that can't reach the shared store now, and outages within an hour by cause.",
        "short",
        [
          [`sum by (${labels(["client"])}) (${of("store.unavailable")})`, `away ${legend("client")}`],
          [increase("store.outages", "1h", ["client", "reason"]), `outages ${legend("client", "reason")}`],
        ],
      ),
    ],
    [
      "Fallbacks and streams",
      graph("Fallbacks", "Calls per second that were answered by a fallback.", "reqps", [
        [perSecond("fallbacks", ["operation", "source"]), legend("operation", "source")],
      ]),
      graph(
        "Warnings",
        "Warnings per second, for example responses accepted despite an anomaly. The log has the messages.",
        "reqps",
        [[perSecond("warnings", ["operation"]), legend("operation")]],
      ),
      graph("Streams by result", "Finished streams and reconnects per second.", "reqps", [
        [perSecond("streams", ["outcome"]), legend("outcome")],
        [perSecond("stream.reconnects", ["reason"]), `reconnect ${legend("reason")}`],
      ]),
      graph("Time that streams were open", "Measured when a stream ends.", "s", quantiles("stream.duration")),
    ],
  ];
  return {
    title,
    uid,
    tags: ["resil-gen"],
    schemaVersion: 39,
    editable: true,
    time: { from: "now-1h", to: "now" },
    refresh: "30s",
    annotations: {
      list: [
        {
          name: "Circuit breakers",
          datasource,
          enable: true,
          iconColor: "orange",
          expr: `sum by (${labels([...scope, "from", "to"])}) (increase(${of("breaker.transitions", ["to", "=~", "open|closed"])}[1m])) > 0`,
          step: "60s",
          titleFormat: `${legend("scope")}: ${legend("from")} → ${legend("to")}`,
          textFormat: legend("client"),
        },
      ],
    },
    templating: {
      list: [
        { name: "datasource", label: "Data source", type: "datasource", query: "prometheus" },
        variable("job", "Job", `label_values(${metric("calls")}, job)`),
        variable("instance", "Instance", `label_values(${metric("calls", [["job", "=~", "$job"]])}, instance)`),
        variable("client", "Client", `label_values(${metric("calls", [["job", "=~", "$job"]])}, ${label("client")})`),
        variable("operation", "Operation", `label_values(${metric("calls", chosen)}, ${label("operation")})`),
      ],
    },
    panels: laidOut(rows),
  };
}

function variable(name, title, query) {
  const all = { text: "All", value: "$__all" };
  const values = { definition: query, query: { query, refId: name }, refresh: 2, sort: 1 };
  const choice = { multi: true, includeAll: true, allValue: ".*", current: all };
  return { name, label: title, type: "query", datasource, ...values, ...choice };
}
