import { timeText, trim } from "../explain/words.js";
import { escapeHtml } from "../web-page.js";
import { type Chart, chartSvg } from "./chart.js";
import { policyNames } from "./conclusions.js";
import type { Simulation, VariantResult } from "./index.js";
import { rejectingPolicies } from "./measure.js";

/** One question, and a chart of it for each variant. All charts of a question have the same scale. */
interface Question {
  readonly heading: string;
  readonly hint: string;
  readonly legend?: readonly (readonly [className: string, name: string])[];
  readonly chart: (variant: VariantResult) => Omit<Chart, "title" | "bucketMs" | "faults">;
}

type Values = readonly (number | null)[];

/** Charts under the names of the variants: what you get, what it costs, and the effect on the server. */
export function chartsHtml(simulation: Simulation): string {
  const { variants } = simulation;
  const heads = variants.map(({ name, id }) => `<div class="head ${id}">${escapeHtml(name)}</div>`).join("");
  const descriptions = variants
    .map(({ name, description }) => `<p class="small"><b>${escapeHtml(name)}: </b>${escapeHtml(description)}</p>`)
    .join("");
  const legend = '<p class="small"><span class="swatch fault-window"></span> fault window</p>';
  return [
    `<section class="charts"><div class="row heads">${heads}</div><div class="row descriptions">${descriptions}</div>${legend}`,
    ...[success(simulation), latency(simulation), rejections(simulation), breaker(simulation)].map(html),
    ...[load(simulation), queue(simulation)].map(html),
    "</section>",
  ].join("\n");

  function html({ heading, hint, legend: entries = [], chart }: Question): string {
    const cells = variants.map((variant) => {
      const { bucketMs } = variant.series;
      const title = `${variant.name}: ${heading}`;
      const drawn = chartSvg({ title, bucketMs, faults: simulation.scenario.faults, ...chart(variant) });
      return `<figure class="${variant.id}"><figcaption>${escapeHtml(variant.name)}</figcaption>${drawn}</figure>`;
    });
    const swatches = entries.map(([name, text]) => ` <span class="swatch ${name}"></span> ${text}`).join("");
    return `<h3>${heading}</h3><p class="small">${escapeHtml(hint)}${swatches}</p><div class="row">${cells.join("")}</div>`;
  }
}

function success({ patienceMs }: Simulation): Question {
  return {
    heading: "Successful calls",
    hint: `Share of calls that succeeded within ${timeText(patienceMs)}, by start time.`,
    chart: ({ series }) => ({ layers: single(series.success), top: 1, label: percent }),
  };
}

function latency({ variants }: Simulation): Question {
  const top = niceTop(highest(variants.map(({ series }) => series.latency)));
  return {
    heading: "Time to result (p95)",
    hint: "95% of callers had a result within this time, by start time.",
    chart: ({ series }) => ({ layers: single(series.latency), top, label: (ms) => (ms === 0 ? "0" : timeText(ms)) }),
  };
}

function rejections({ variants }: Simulation): Question {
  const used = rejectingPolicies.filter((policy) => variants.some(({ summary }) => summary.rejectedBy[policy] > 0));
  const sums = variants.flatMap(({ series }) =>
    series.load.map((_, index) => used.reduce((sum, policy) => sum + (series.rejected[policy][index] ?? 0), 0)),
  );
  const top = niceTop(Math.max(1, ...sums));
  return {
    heading: "Calls rejected by the client, per second",
    hint: "Rejected calls fail immediately, and nothing is sent.",
    legend: used.map((policy) => [policy, policyNames[policy]]),
    chart: ({ series, summary }) => ({
      layers: used.map((name) => ({ name, values: series.rejected[name] })),
      top,
      label: trim,
      ...(summary.rejected === 0 ? { note: "none" } : {}),
    }),
  };
}

function breaker({ scenario: { clients } }: Simulation): Question {
  return {
    heading: "Circuit breaker",
    hint: clients === 1 ? "Whether the breaker is open." : "Share of clients with an open breaker.",
    chart: ({ series, hasBreaker }) => ({
      layers: single(series.open),
      top: 1,
      label: !hasBreaker ? () => "" : clients === 1 ? openness : percent,
      ...(hasBreaker ? {} : { note: "no breaker" }),
    }),
  };
}

function load({ variants, capacity }: Simulation): Question {
  const top = niceTop(Math.max(capacity, highest(variants.map(({ series }) => series.load))));
  return {
    heading: "Requests to the server, per second",
    hint: "The dashed line is the server’s capacity without a fault.",
    chart: ({ series }) => ({
      layers: single(series.load),
      top,
      label: trim,
      limit: { value: capacity, name: "capacity" },
    }),
  };
}

function queue({ variants }: Simulation): Question {
  const top = niceTop(Math.max(2, highest(variants.map(({ series }) => series.waiting))));
  return {
    heading: "Requests in the server’s queue",
    hint: "Includes requests whose client has given up.",
    chart: ({ series }) => ({ layers: single(series.waiting), top, label: trim }),
  };
}

function single(values: Values): Chart["layers"] {
  return [{ name: "only", values }];
}

function highest(series: readonly Values[]): number {
  return Math.max(1, ...series.flat().map((value) => value ?? 0));
}

const percent = (share: number): string => `${Math.round(share * 100)}%`;
const openness = (share: number): string => (share === 0 ? "closed" : share === 1 ? "open" : "");

/** The next round number. */
function niceTop(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return ([1, 2, 4, 6, 8, 10].find((factor) => factor * power >= value) ?? 10) * power;
}
