// The generated monitoring files, and how each edition names metrics and labels.
import { load } from "js-yaml";
import { type MetricName, metrics } from "../../runtime/entries/metrics/index.js";
import { prometheusName } from "../../runtime/entries/prometheus.js";

export interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<"summary" | "description" | "runbook_url", string>>;
}

export interface Panel {
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets?: readonly { readonly expr: string }[];
}

export interface Dashboard {
  readonly uid: string;
  readonly panels: readonly Panel[];
  readonly annotations: { readonly list: readonly { readonly expr: string }[] };
  readonly templating: { readonly list: readonly { readonly definition?: string }[] };
}

const script = new URL("../../scripts/monitoring.js", import.meta.url).href;
const { monitoringFiles } = (await import(script)) as { monitoringFiles(): Readonly<Record<string, string>> };

export const files: Readonly<Record<string, string>> = monitoringFiles();

export interface Edition {
  readonly name: string;
  readonly rules: readonly Rule[];
  readonly rulesText: string;
  readonly dashboard: Dashboard;
  /** The name of a metric, as it is exposed. */
  readonly metric: (key: MetricName) => string;
  readonly label: (name: string) => string;
}

function edition(name: string, suffix: string, naming: Pick<Edition, "metric" | "label">): Edition {
  const rulesText = files[`monitoring/alerts${suffix}.yml`] ?? "";
  const { groups } = load(rulesText) as { groups: [{ rules: Rule[] }] };
  const dashboard = JSON.parse(files[`monitoring/dashboard${suffix}.json`] ?? "") as Dashboard;
  return { name, rules: groups[0].rules, rulesText, dashboard, ...naming };
}

export const editions: readonly Edition[] = [
  edition("Prometheus", "", { metric: (key) => prometheusName(key, metrics[key]), label: (name) => name }),
  edition("OpenTelemetry", "-otel", {
    // As the exporter of the SDK for JavaScript names them.
    metric: (key) => `resil_${key.replaceAll(".", "_")}${metrics[key].kind === "counter" ? "_total" : ""}`,
    label: (name) => (["job", "instance", "le"].includes(name) ? name : `resil_${name}`),
  }),
];

/** All queries of an edition: of its alerts, its panels, its annotations, and its variables. */
export function queriesOf({ rules, dashboard }: Edition): readonly string[] {
  const { panels, annotations, templating } = dashboard;
  return [
    ...rules.map(({ expr }) => expr),
    ...panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr)),
    ...annotations.list.map(({ expr }) => expr),
    ...templating.list.flatMap(({ definition = [] }) => definition),
  ];
}
