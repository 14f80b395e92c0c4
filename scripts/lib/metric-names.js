// How a metric and its labels are named where they are queried: by the Prometheus entry, and by OpenTelemetry's exporters.
import { metrics } from "../../runtime/dist/entries/metrics/index.js";
import { prometheusName } from "../../runtime/dist/entries/prometheus.js";

function metricOf(key) {
  if (!(key in metrics)) throw new Error(`there is no metric ${key}`);
  return metrics[key];
}

function selectorOf(label, matchers) {
  return matchers.map(([name, operator, value]) => `${label(name)}${operator}"${value}"`);
}

/** Names of `resil-gen-runtime/prometheus`. */
export const prometheusNames = {
  label: (name) => name,
  metric: (key, matchers = [], part = "") => {
    const selector = selectorOf(prometheusNames.label, matchers);
    return `${prometheusName(key, metricOf(key))}${part}${selector.length === 0 ? "" : `{${selector.join(", ")}}`}`;
  },
};

const ownLabels = new Set(["client", ...Object.values(metrics).flatMap(({ labels }) => labels)]);

/**
 * Names of `resil-gen-runtime/otel` behind a Prometheus exporter. Some exporters add the unit to the name (the Collector,
 * OTLP), others do not (the SDK for JavaScript): both match.
 */
export const otelNames = {
  label: (name) => (ownLabels.has(name) ? `resil_${name}` : name),
  metric: (key, matchers = [], part = "") => {
    const { kind, unit } = metricOf(key);
    const selector = selectorOf(otelNames.label, matchers);
    const name = `resil_${key.replaceAll(".", "_")}`;
    const suffix = unit === "s" ? "_seconds" : unit === "ratio" ? "_ratio" : "";
    if (kind === "counter" || suffix === "") {
      return `${name}${kind === "counter" ? "_total" : ""}${selector.length === 0 ? "" : `{${selector.join(", ")}}`}`;
    }
    return `{${[`__name__=~"${name}(${suffix})?${part}"`, ...selector].join(", ")}}`;
  },
};
