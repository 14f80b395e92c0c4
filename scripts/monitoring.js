// npm run monitoring
//
// Writes, from the names of the metrics in the code: docs/monitoring/ (a Grafana dashboard and Prometheus alert rules),
// and the tables of metrics and alerts in docs/observability.md.
import { readFileSync, writeFileSync } from "node:fs";
import { dump } from "js-yaml";
import { metrics } from "../runtime/dist/entries/metrics.js";
import { prometheusName } from "../runtime/dist/entries/prometheus.js";
import { alertRules } from "./lib/alerts.js";
import { dashboard } from "./lib/dashboard.js";

const docs = new URL("../docs/", import.meta.url);
const header =
  "# Alert rules for resil-gen-runtime/prometheus. Made by `npm run monitoring`; thresholds are yours to change.\n";

/** A metric's name in Prometheus; one that does not exist is a mistake of ours. */
function name(metric) {
  if (!(metric in metrics)) throw new Error(`there is no metric ${metric}`);
  return prometheusName(metric, metrics[metric]);
}

/** The files as they must be, by their paths in docs/. */
export function monitoringFiles() {
  const rules = alertRules(name);
  const guide = readFileSync(new URL("observability.md", docs), "utf8");
  return {
    "monitoring/dashboard.json": `${JSON.stringify(dashboard(name), null, 2)}\n`,
    "monitoring/alerts.yml": header + dump(rules, { lineWidth: 120 }),
    "observability.md": withTable(withTable(guide, "metrics", metricTable()), "alerts", alertTable(rules)),
  };
}

function metricTable() {
  const rows = Object.entries(metrics).map(([key, { kind, labels, help }]) => {
    const all = ["client", ...labels].map((label) => `\`${label}\``).join(", ");
    return `| \`${name(key)}\` | ${kind} | ${all} | ${help} |`;
  });
  return ["| metric | kind | labels | |", "| --- | --- | --- | --- |", ...rows];
}

function alertTable({ groups: [{ rules }] }) {
  const rows = rules.map(({ alert, for: wait, labels, annotations }) => {
    return `| \`${alert}\` | ${labels.severity} | ${wait ?? "at once"} | ${annotations.description} |`;
  });
  return ["| alert | severity | after | what it means |", "| --- | --- | --- | --- |", ...rows];
}

function withTable(text, topic, lines) {
  const [start, end] = [`<!-- ${topic}: written by npm run monitoring -->\n`, `<!-- /${topic} -->`];
  const [before, after] = [text.indexOf(start), text.indexOf(end)];
  if (before < 0 || after < before) throw new Error(`docs/observability.md has no place for ${topic}`);
  return `${text.slice(0, before) + start}\n${lines.join("\n")}\n\n${text.slice(after)}`;
}

if (process.argv[1] === import.meta.filename) {
  for (const [path, text] of Object.entries(monitoringFiles())) writeFileSync(new URL(path, docs), text);
}
