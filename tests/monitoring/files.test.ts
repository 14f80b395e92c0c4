// docs/monitoring: what is exposed and what is queried are the same.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { PrometheusSerializer } from "@opentelemetry/exporter-prometheus";
import { MeterProvider, MetricReader } from "@opentelemetry/sdk-metrics";
import { dump } from "js-yaml";
import { Registry } from "prom-client";
import { describe, expect, test } from "vitest";
import { metricList } from "../../runtime/entries/metrics/index.js";
import { openTelemetry } from "../../runtime/entries/otel/index.js";
import { prometheus } from "../../runtime/entries/prometheus.js";
import { defaults } from "../../runtime/src/policies/defaults.js";
import { getWith, Rig, retriesAtOnce } from "../rig/rig.js";
import { folderWith } from "../support/folders.js";
import { programOnPath } from "../support/programs.js";
import { type Edition, editions, files, queriesOf } from "./editions.js";

test.each(Object.keys(files))("docs/%s is up to date (else: npm run monitoring)", (file) => {
  const text = readFileSync(new URL(`../../docs/${file}`, import.meta.url), "utf8");
  expect(text).toBe(files[file]);
});

class Reader extends MetricReader {
  protected override async onShutdown(): Promise<void> {}
  protected override async onForceFlush(): Promise<void> {}
}

/** What each entry exposes of a client with breaker, bulkhead, and budget: names of metrics, and all labels. */
async function exposed(edition: Edition): Promise<{ names: Set<string>; labels: Set<string> }> {
  const rig = new Rig();
  const register = new Registry();
  const reader = new Reader();
  if (edition.name === "Prometheus") prometheus(rig.client, { register });
  else openTelemetry(rig.client, { meterProvider: new MeterProvider({ readers: [reader] }) });
  rig.replies(503, 200);
  const bulkhead = { concurrency: 1, queue: 1, queueTimeout: false, scope: "operation" } as const;
  const retry = retriesAtOnce(1, { budget: { ratio: 0.2, minPerSecond: 3, burst: 2_000 } });
  await rig.end(getWith({ breaker: defaults.breaker, bulkhead, retry }));
  const text =
    edition.name === "Prometheus"
      ? await register.metrics()
      : new PrometheusSerializer().serialize((await reader.collect()).resourceMetrics);
  const names = new Set([...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name = ""]) => name));
  const labels = new Set([...text.matchAll(/[{,]([a-z_]+)="/g)].map(([, name = ""]) => name));
  return { names, labels };
}

/** Metrics that only streams have. They are declared as soon as a client is attached; OpenTelemetry shows them later. */
const later = /^resil_stream/;

describe.each(editions)("the edition for $name", (edition) => {
  test("queries only metrics and labels that are exposed", async () => {
    const { names, labels } = await exposed(edition);
    let uses = 0;
    for (const query of queriesOf(edition)) {
      for (const [, name = ""] of query.matchAll(/\b(resil_[a-z_]+?)(?:_bucket)?(?=[{\s)[]|$)(?!\s*=)/g)) {
        if (edition.label("client") !== "client" && labels.has(name)) continue;
        if (later.test(name) || /^resil_(client|operation|scope|outcome|reason|source|state|code|from|to)$/.test(name))
          continue;
        uses++;
        expect([...names]).toContain(name);
      }
      for (const [, pattern = ""] of query.matchAll(/__name__=~"([^"]+)"/g)) {
        const full = new RegExp(`^${pattern.replace(/_bucket$/, "")}$`);
        if (later.test(pattern)) continue;
        uses++;
        expect(
          [...names].filter((name) => full.test(name)),
          pattern,
        ).toHaveLength(1);
      }
      for (const [, label = ""] of query.matchAll(/[{,] ?([a-z_]+)(?:=~|!~|!=|=)"/g)) {
        if (label !== "__name__")
          expect(["job", "instance", ...labels, ...(later.exec(query) ? [label] : [])]).toContain(label);
      }
    }
    expect(uses).toBeGreaterThan(40);
  });

  test("shows every metric on its dashboard", () => {
    const shown = edition.dashboard.panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr)).join("\n");
    for (const [key] of metricList()) {
      const name = edition.metric(key).replace(/_(seconds|ratio)$/, "");
      expect(shown, key).toMatch(new RegExp(`\\b${name}`));
    }
  });

  test("gives every panel a title of its own and a description, and overlaps none", () => {
    const { panels } = edition.dashboard;
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, index) => `${x + (index % w)} ${y + Math.floor(index / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
    expect(new Set(panels.map(({ title }) => title)).size).toBe(panels.length);
    for (const { type, title, description } of panels) {
      if (type !== "row") expect(description, title).toMatch(/^\S.{15,}\.$/s);
    }
  });

  test("begins with a row of stats", () => {
    const [row, ...rest] = edition.dashboard.panels;
    expect(row?.type).toBe("row");
    expect(rest.slice(0, 6).map(({ type, gridPos }) => [type, gridPos.y])).toEqual(Array(6).fill(["stat", 1]));
  });

  test("links every alert to its part of the runbook", () => {
    const headings = [...(files["alerts.md"] ?? "").matchAll(/^### (\w+)$/gm)].map(([, name]) => name?.toLowerCase());
    for (const { alert, annotations } of edition.rules) {
      expect(annotations.runbook_url).toMatch(/^https:.*\/docs\/alerts\.md#/);
      expect(headings, alert).toContain(annotations.runbook_url.split("#")[1]);
    }
  });
});

const promtool = programOnPath("promtool");

describe.skipIf(promtool === undefined)("promtool (skipped where it is not on PATH)", () => {
  test.each(editions)("accepts every query of the edition for $name", async (edition) => {
    const queries = queriesOf(edition).filter((query) => !query.startsWith("label_values"));
    const plain = queries.map((expr) => expr.replaceAll("$__rate_interval", "5m").replaceAll(/\$\w+/g, ".*"));
    const groups = [{ name: "queries", rules: plain.map((expr, index) => ({ record: `query:${index}`, expr })) }];
    const folder = await folderWith({ "queries.yml": dump({ groups }) });
    const { status, stdout, stderr } = spawnSync(promtool as string, ["check", "rules", `${folder}/queries.yml`], {
      encoding: "utf8",
    });
    expect(status, stdout + stderr).toBe(0);
  });
});
