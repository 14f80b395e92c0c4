import { readFileSync } from "node:fs";
import { plainLine, timeText, trim } from "../explain/words.js";
import { packageFile, packageVersion } from "../package-file.js";
import { escapeHtml, webPage } from "../web-page.js";
import { type Chart, chartSvg } from "./chart.js";
import type { Simulation, VariantResult } from "./index.js";
import { tableOf } from "./table.js";
import { scenarioText } from "./text.js";

/** The simulation as one page that works offline; it has no script. */
export function simulationPage(simulation: Simulation, conclusions: readonly string[]): string {
  const name = plainLine(simulation.operation);
  return webPage({
    title: `${name}: simulation`,
    style: readFileSync(packageFile("dist/pages/simulate.css"), "utf8"),
    body: [
      `<header><p class="kicker">Simulation</p><h1><bdi>${escapeHtml(name)}</bdi></h1>`,
      `<p class="lead"><code><bdi>${escapeHtml(plainLine(`${simulation.method} ${simulation.path}`))}</bdi></code></p></header>`,
      `<p class="lead">${escapeHtml(scenarioText(simulation))}</p>`,
      `<ul class="conclusions">${conclusions.map((one) => `<li>${escapeHtml(one)}</li>`).join("")}</ul>`,
      charts(simulation),
      table(simulation),
      notes,
      `<footer><p class="small">Made by resil-gen ${escapeHtml(packageVersion())}. This page loads nothing and sends nothing.</p></footer>`,
    ].join("\n"),
  });
}

/** A row for each question, a column for each variant, one scale along a row. */
function charts(simulation: Simulation): string {
  const { variants, scenario, capacity } = simulation;
  const { faults } = scenario;
  const most = (of: (variant: VariantResult) => readonly (number | null)[]): number =>
    Math.max(1, ...variants.flatMap(of).map((value) => value ?? 0));
  const rows: [heading: string, hint: string, chart: (variant: VariantResult) => Partial<Chart>][] = [
    [
      "Calls that go well",
      `Answered within ${timeText(simulation.patienceMs)}, of the calls that began at that moment.`,
      ({ series }) => ({ values: series.success, top: 1, label: percent }),
    ],
    [
      "Circuit breaker",
      `${scenario.clients === 1 ? "While it is open" : "The share of clients whose breaker is open: there"}, calls are refused at once. Callers do not wait, and the dependency is spared.`,
      ({ series, hasBreaker }) =>
        hasBreaker
          ? { values: series.open, top: 1, label: scenario.clients === 1 ? openness : percent }
          : { values: series.open, top: 1, label: () => "", note: "has none" },
    ],
    [
      "Requests to the dependency, per second",
      "The dashed line is what it can do when nothing is wrong with it.",
      ({ series }) => ({
        values: series.load,
        top: niceTop(most(({ series: { load } }) => load)),
        label: trim,
        limit: { value: capacity, name: "capacity" },
      }),
    ],
    [
      "How long callers wait",
      "95 % of those who began at that moment knew how it ended within this time.",
      ({ series }) => ({
        values: series.latency,
        top: niceTop(most(({ series: { latency } }) => latency)),
        label: (ms) => (ms === 0 ? "0" : timeText(ms)),
      }),
    ],
    [
      "Requests waiting in the dependency",
      "Also those whose caller has given up.",
      ({ series }) => ({
        values: series.waiting,
        top: niceTop(
          Math.max(
            2,
            most(({ series: { waiting } }) => waiting),
          ),
        ),
        label: trim,
      }),
    ],
  ];
  const heads = variants
    .map(
      ({ name, description, id }) =>
        `<div class="head ${id}"><h2>${name}</h2><p class="small">${escapeHtml(description)}</p></div>`,
    )
    .join("");
  const body = rows.map(([heading, hint, chart]) => {
    const cells = variants.map((variant) => {
      const { bucketMs } = variant.series;
      const title = `${variant.name}: ${heading}`;
      const drawn = chartSvg({ title, bucketMs, faults, values: [], top: 1, label: String, ...chart(variant) });
      return `<figure class="${variant.id}"><figcaption>${variant.name}</figcaption>${drawn}</figure>`;
    });
    return `<h3>${heading}</h3><p class="small">${hint}</p><div class="row">${cells.join("")}</div>`;
  });
  const legend = '<p class="small"><span class="swatch"></span> the time in which something is wrong</p>';
  return `<div class="row heads">${heads}</div>${legend}${body.join("")}`;
}

const percent = (share: number): string => `${Math.round(share * 100)} %`;
const openness = (share: number): string => (share === 0 ? "closed" : share === 1 ? "open" : "");

function table(simulation: Simulation): string {
  const head = simulation.variants.map(({ name }) => `<th>${name}</th>`).join("");
  const rows = tableOf(simulation).map(([name, ...cells]) => {
    const indent = name.startsWith(" ") ? ' class="indent"' : "";
    return `<tr><th${indent}>${escapeHtml(name.trim())}</th>${cells.map((cell) => `<td>${escapeHtml(cell)}</td>`).join("")}</tr>`;
  });
  return `<h3>In numbers</h3><div class="scroll"><table><thead><tr><th></th>${head}</tr></thead><tbody>${rows.join("")}</tbody></table></div>`;
}

const notes = `<details><summary>What is simulated</summary>
<p>The client is the real one: the runtime that generated clients have, on a clock that jumps from event to event. The
calls begin at the same moments in all three columns, whatever becomes of them.</p>
<p>The dependency is a model: a fixed number of workers, a queue in front of them, and service times that vary. Its
latency grows with its load. It works on a request to the end also when the client has given up, as servers do that do
not notice; so a repeated request is work twice. A full queue is answered 503 at once. Every call asks for something
else: earlier answers (fallback) and shared calls (coalescing) do not help here. Each client has a breaker of its own, also
where the policies share its state.</p></details>`;

/** The next round number. */
function niceTop(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return ([1, 2, 4, 6, 8, 10].find((factor) => factor * power >= value) ?? 10) * power;
}
