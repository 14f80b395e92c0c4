// npm run monitoring
//
// Writes docs/monitoring/: a Grafana dashboard and Prometheus alert rules, from the names of the metrics in the code.
import { writeFileSync } from "node:fs";
import { dump } from "js-yaml";
import { metrics } from "../dist/runtime/adapters/metrics.js";
import { prometheusName } from "../dist/runtime/adapters/prometheus.js";
import { alertRules } from "./lib/alerts.js";
import { dashboard } from "./lib/dashboard.js";

const header =
  "# Alert rules for resil-gen/prometheus. Made by `npm run monitoring`; thresholds are yours to change.\n";

/** A metric's name in Prometheus; one that does not exist is a mistake of ours. */
function name(metric) {
  if (!(metric in metrics)) throw new Error(`there is no metric ${metric}`);
  return prometheusName(metric, metrics[metric]);
}

/** The files, by their names. */
export function monitoringFiles() {
  return {
    "dashboard.json": `${JSON.stringify(dashboard(name), null, 2)}\n`,
    "alerts.yml": header + dump(alertRules(name), { lineWidth: 120 }),
  };
}

if (process.argv[1] === import.meta.filename) {
  for (const [file, text] of Object.entries(monitoringFiles()))
    writeFileSync(new URL(`../docs/monitoring/${file}`, import.meta.url), text);
}
