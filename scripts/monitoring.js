// npm run monitoring
//
// Writes, from the names of the metrics in the code: docs/monitoring/ (Grafana dashboards and Prometheus alert rules, each
// for the names of the Prometheus entry and for those of OpenTelemetry), the runbook in docs/alerts.md, and the tables in
// docs/observability.md.
import { readFileSync, writeFileSync } from "node:fs";
import { dump } from "js-yaml";
import { metrics } from "../runtime/dist/entries/metrics/index.js";
import { prometheusName } from "../runtime/dist/entries/prometheus.js";
import { alertRules } from "./lib/alerts.js";
import { dashboard } from "./lib/dashboard.js";
import { otelNames, prometheusNames } from "./lib/metric-names.js";

const docs = new URL("../docs/", import.meta.url);

/** The files as they must be, by their paths in docs/. */
export function monitoringFiles() {
  const { runbook } = alertRules(prometheusNames);
  const guide = readFileSync(new URL("observability.md", docs), "utf8");
  const alerts = readFileSync(new URL("alerts.md", docs), "utf8");
  return {
    "monitoring/dashboard.json": json(dashboard(prometheusNames, { title: "Calls by resil-gen", uid: "resil-gen" })),
    "monitoring/dashboard-otel.json": json(
      dashboard(otelNames, { title: "Calls by resil-gen (OpenTelemetry)", uid: "resil-gen-otel" }),
    ),
    "monitoring/alerts.yml": rulesFile(prometheusNames, "resil-gen-runtime/prometheus"),
    "monitoring/alerts-otel.yml": rulesFile(otelNames, "resil-gen-runtime/otel"),
    "alerts.md": withPart(withPart(alerts, "alerts", alertTable(runbook)), "runbook", runbookOf(runbook)),
    "observability.md": withPart(guide, "metrics", metricTable()),
  };
}

/** Alert rules as a file, whose times are divided by `scale`. */
export function rulesFile(names, entry, scale = 1) {
  const { groups } = alertRules(names, scale);
  const header = [
    `# Alert rules for ${entry}, for scrape intervals of up to 30 s.`,
    "# Written by `npm run monitoring`. Adjust the thresholds to your service.",
  ];
  return `${header.join("\n")}\n${dump({ groups }, { lineWidth: 120 })}`;
}

function json(value) {
  return `${JSON.stringify(value, null, 2)}\n`;
}

function metricTable() {
  const rows = Object.entries(metrics).map(([key, metric]) => {
    const { kind, labels, help } = metric;
    const all = ["client", ...labels].map((label) => `\`${label}\``).join(", ");
    return `| \`${prometheusName(key, metric)}\` | ${kind} | ${all} | ${help} |`;
  });
  return ["| metric | kind | labels | |", "| --- | --- | --- | --- |", ...rows];
}

function alertTable(runbook) {
  const rows = runbook.map(({ alert, severity, wait, description }) => {
    return `| [\`${alert}\`](#${alert.toLowerCase()}) | ${severity} | ${wait} | ${description} |`;
  });
  return ["| alert | severity | after | meaning |", "| --- | --- | --- | --- |", ...rows];
}

function runbookOf(runbook) {
  return runbook.flatMap(({ alert, description, check }, index) => [
    ...(index === 0 ? [] : [""]),
    `### ${alert}`,
    "",
    description,
    "",
    ...check.map((step) => `- ${step}`),
  ]);
}

function withPart(text, topic, lines) {
  const [start, end] = [`<!-- ${topic}: written by npm run monitoring -->\n`, `<!-- /${topic} -->`];
  const [before, after] = [text.indexOf(start), text.indexOf(end)];
  if (before < 0 || after < before) throw new Error(`there is no place for ${topic}`);
  return `${text.slice(0, before) + start}\n${lines.join("\n")}\n\n${text.slice(after)}`;
}

if (process.argv[1] === import.meta.filename) {
  for (const [path, text] of Object.entries(monitoringFiles())) writeFileSync(new URL(path, docs), text);
}
