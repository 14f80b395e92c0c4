import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { dump, load } from "js-yaml";
import { Registry } from "prom-client";
import { describe, expect, test } from "vitest";
import { metricList } from "../../runtime/entries/metrics.js";
import { prometheus, prometheusName } from "../../runtime/entries/prometheus.js";
import { Rig } from "../rig/rig.js";
import { folderWith } from "../support/folders.js";
import { programOnPath } from "../support/programs.js";

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly annotations?: unknown;
}

const script = new URL("../../scripts/monitoring.js", import.meta.url).href;
const { monitoringFiles } = (await import(script)) as {
  monitoringFiles(): Record<"monitoring/dashboard.json" | "monitoring/alerts.yml", string>;
};
const files = monitoringFiles();
const rules = (load(files["monitoring/alerts.yml"]) as { groups: [{ rules: Rule[] }] }).groups[0].rules;
const dashboard = JSON.parse(files["monitoring/dashboard.json"]) as {
  panels: { title: string; targets?: { expr: string }[] }[];
  templating: { list: { definition?: string }[] };
};
const shown = dashboard.panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
const queries = [
  ...rules.map(({ expr }) => expr),
  ...shown,
  ...dashboard.templating.list.flatMap(({ definition = [] }) => definition),
];

test.each(Object.keys(files))("docs/%s is up to date (else: npm run monitoring)", (file) => {
  const text = readFileSync(new URL(`../../docs/${file}`, import.meta.url), "utf8");
  expect(text).toBe(files[file as keyof typeof files]);
});

test("every metric in a query is one that is exposed, and every label is one that it has", async () => {
  const register = new Registry();
  prometheus(new Rig().client, { register });
  const exposed = new Set([...(await register.metrics()).matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name));
  const labels = new Map(
    metricList().map(([key, metric]) => [prometheusName(key, metric), ["client", ...metric.labels]]),
  );
  const uses = queries.flatMap((query) => [
    ...query.matchAll(/(resil_[a-z_]+?)(?:_bucket)?(?:\{([^}]*)\}|(?![a-z_]))/g),
  ]);
  expect(uses.length).toBeGreaterThan(30);
  for (const [, metric = "", selector = ""] of uses) {
    expect([...exposed]).toContain(metric);
    for (const [, label] of selector.matchAll(/([a-z]+)=/g))
      expect(["job", ...(labels.get(metric) ?? [])]).toContain(label);
  }
});

test("the dashboard shows every metric", () => {
  for (const [key, metric] of metricList()) {
    const name = prometheusName(key, metric);
    expect(
      shown.some((expr) => new RegExp(`\\b${name}(_bucket)?\\b`).test(expr)),
      name,
    ).toBe(true);
  }
});

test("no two panels overlap, and each has a title", () => {
  const panels = dashboard.panels as unknown as {
    title: string;
    gridPos: { x: number; y: number; w: number; h: number };
  }[];
  const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
    Array.from({ length: w * h }, (_, index) => `${x + (index % w)} ${y + Math.floor(index / w)}`),
  );
  expect(new Set(cells).size).toBe(cells.length);
  expect(new Set(panels.map(({ title }) => title)).size).toBe(panels.length);
});

/** Values of series every 15 s, in promtool's words, with which an alert fires, or does not. */
const scenes: readonly [alert: string, what: string, fires: boolean, series: Record<string, string>][] = [
  [
    "ResilBreakerOpenTooLong",
    "a breaker whose probes fail: it looks half-open in between",
    true,
    {
      'resil_breaker_status{state="open"}':
        "1 1 0 1 1 0 1 1 0 1 1 0 1 1 0 1 1 0 1 1 0 1 1 0 1 1 0 1 1 0 1 1 0 1 1 0 1 1 0 1",
    },
  ],
  [
    "ResilBreakerOpenTooLong",
    "one that was open for two minutes",
    false,
    { 'resil_breaker_status{state="open"}': "0x20 1x8 0x40" },
  ],
  [
    "ResilBreakerOpensTooOften",
    "one that opens every minute",
    true,
    { 'resil_breaker_transitions_total{from="closed",to="open"}': "0+0.25x40" },
  ],
  [
    "ResilBreakerOpensTooOften",
    "one that opened once, and whose probes failed often",
    false,
    {
      'resil_breaker_transitions_total{from="closed",to="open"}': "0x10 1x30",
      'resil_breaker_transitions_total{from="half-open",to="open"}': "0+1x40",
    },
  ],
  ["ResilBreakerNeverOpens", "failures, and a breaker that stays closed", true, failing("1x40")],
  ["ResilBreakerNeverOpens", "failures, and a breaker that opened", false, failing("0x40")],
  ["ResilBulkheadNearCapacity", "nine places of ten taken", true, bulkhead("9x40")],
  ["ResilBulkheadNearCapacity", "a short rush", false, bulkhead("2x20 10x4 2x20")],
  [
    "ResilBulkheadRefuses",
    "refusals by the bulkhead",
    true,
    { 'resil_refusals_total{reason="bulkhead-full"}': "0+1x40" },
  ],
  [
    "ResilBulkheadRefuses",
    "refusals by the breaker",
    false,
    { 'resil_refusals_total{reason="breaker-open"}': "0+1x40" },
  ],
  ["ResilRetryRatioAboveBudget", "a third of the calls retried", true, budget("100x40", "33x40")],
  ["ResilRetryRatioAboveBudget", "a tenth of the calls retried", false, budget("100x40", "10x40")],
  ["ResilRetryRatioAboveBudget", "one call now and then, retried", false, budget("1x40", "3x40")],
  ["ResilRetryBudgetExhausted", "calls given up for it", true, { 'resil_given_up_total{reason="budget"}': "0+1x40" }],
  [
    "ResilRetryBudgetExhausted",
    "calls given up for their number",
    false,
    { 'resil_given_up_total{reason="max-retries"}': "0+1x40" },
  ],
];

function failing(closed: string): Record<string, string> {
  return {
    resil_breaker_window_failures: "4x40",
    resil_breaker_window_attempts: "5x40",
    resil_breaker_failure_threshold_ratio: "0.5x40",
    'resil_breaker_status{state="closed"}': closed,
  };
}

function bulkhead(running: string): Record<string, string> {
  return { resil_bulkhead_running: running, resil_bulkhead_running_limit: "10x40" };
}

function budget(calls: string, retries: string): Record<string, string> {
  return {
    resil_retry_budget_window_calls: calls,
    resil_retry_budget_window_retries: retries,
    resil_retry_budget_ratio: "0.2x40",
  };
}

const promtool = programOnPath("promtool");

describe.skipIf(promtool === undefined)("asked of Prometheus' own promtool (skipped where it is not on PATH)", () => {
  test("every query of the dashboard is one", async () => {
    const plain = shown.map((expr) => expr.replaceAll("$__rate_interval", "5m").replaceAll(/\$\w+/g, ".*"));
    const groups = [{ name: "queries", rules: plain.map((expr, index) => ({ record: `query:${index}`, expr })) }];
    const folder = await folderWith({ "queries.yml": dump({ groups }) });
    const { status, stdout, stderr } = spawnSync(promtool as string, ["check", "rules", `${folder}/queries.yml`], {
      encoding: "utf8",
    });
    expect(status, stdout + stderr).toBe(0);
  });

  test("every alert has a scene in which it fires, and one in which it does not", () => {
    for (const { alert } of rules) {
      expect(new Set(scenes.filter(([name]) => name === alert).map(([, , fires]) => fires)).size, alert).toBe(2);
    }
  });

  test.each(scenes)("%s: %s (fires: %s)", async (alert, _what, fires, series) => {
    const bare = rules.map(({ annotations, ...rule }) => rule);
    const expected = (bare.find((rule) => rule.alert === alert) as Rule & { labels: object }).labels;
    const scene = {
      rule_files: ["alerts.yml"],
      evaluation_interval: "15s",
      tests: [
        {
          interval: "15s",
          input_series: Object.entries(series).map(([name, values]) => ({ series: name, values })),
          alert_rule_test: [
            { eval_time: "9m30s", alertname: alert, exp_alerts: fires ? [{ exp_labels: expected }] : [] },
          ],
        },
      ],
    };
    const folder = await folderWith({ "alerts.yml": dump({ groups: [{ name: "all", rules: bare }] }) });
    await writeFile(join(folder, "scene.yml"), dump(scene));
    const { status, stdout, stderr } = spawnSync(promtool as string, ["test", "rules", "scene.yml"], {
      cwd: folder,
      encoding: "utf8",
    });
    expect(status, stdout + stderr).toBe(0);
  });
});
