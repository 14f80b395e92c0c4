import { paintFor } from "../diagnostics/paint.js";
import { paragraph, width } from "../explain/layout.js";
import { plainLine, thousands, timeText, trim } from "../explain/words.js";
import type { Conclusions } from "./conclusions.js";
import type { Simulation, VariantResult } from "./index.js";
import { faultText } from "./scenario.js";
import { tableOf } from "./table.js";

const labels = 12;
const columns = 60;
const blocks = " ▁▂▃▄▅▆▇█";

/** The simulation as text, 80 columns wide: a plot for each variant, a table, and the conclusions. */
export function simulationText(simulation: Simulation, conclusions: Conclusions, color: boolean): string {
  const paint = paintFor(color);
  const { operation, method, path, scenario, variants } = simulation;
  const scales = {
    load: Math.max(...variants.flatMap(({ series }) => series.load), 1),
    latency: Math.max(...variants.flatMap(({ series }) => series.latency.map((ms) => ms ?? 0)), 1),
  };
  return [
    paint.bold(paragraph(plainLine(`${operation}  ${method} ${path}`), 0)),
    paragraph(scenarioText(simulation), 0),
    ...variants.map((variant) => `\n${plot(variant, simulation, scales, paint.bold)}`),
    `  ${" ".repeat(labels)}0${timeText(scenario.duration).padStart(columns - 1)}\n\n`,
    ...tableText(simulation),
    ...conclusionSections(conclusions).flatMap(([heading, sentences]) => [
      `\n${paint.bold(heading)}\n`,
      ...sentences.map((sentence) => paragraph(sentence)),
    ]),
  ].join("");
}

/** The conclusions under their headings. */
export function conclusionSections({
  gains,
  costs,
  retries,
}: Conclusions): [heading: string, sentences: readonly string[]][] {
  return [
    ["What you get", gains],
    ["What it costs", costs],
    ["What hand-written retries do", retries],
  ];
}

/** A moment, in seconds throughout, so that moments compare. */
function secondsText(ms: number): string {
  return `${trim(ms / 1_000)} s`;
}

/** The scenario in a few sentences. */
export function scenarioText({ scenario, capacity }: Simulation): string {
  const { rate, latency, duration, clients, seed, faults, backlog } = scenario;
  const from = clients === 1 ? "one client sends" : `${clients} clients send`;
  const what = faults.map(
    (fault) => `From ${secondsText(fault.from)} to ${secondsText(fault.to)}, it is ${faultText(fault)}.`,
  );
  return `For ${timeText(duration)}, ${from} ${trim(rate)} calls per second to a server that takes ${timeText(latency)} per request, handles up to ${trim(capacity)} requests per second, and queues up to ${thousands(backlog)}. ${what.join(" ")} Seed ${seed}.`;
}

function plot(
  { name, description, series }: VariantResult,
  { scenario }: Simulation,
  scales: { readonly load: number; readonly latency: number },
  bold: (text: string) => string,
): string {
  const { success, load, latency, open, bucketMs } = series;
  const line = (label: string, drawn: string, note: string): string =>
    `  ${label.padEnd(labels)}${drawn} ${note}`.trimEnd().concat("\n");
  const isFaulty = success.map((_, index) =>
    scenario.faults.some(({ from, to }) => (index + 0.5) * bucketMs >= from && (index + 0.5) * bucketMs < to) ? 1 : 0,
  );
  return [
    `${bold(name)}\n`,
    paragraph(description),
    line("fault", marks(isFaulty, "─", "▼"), ""),
    line("success", bars(success, 1), ""),
    line("p95 time", bars(latency, scales.latency), short(timeText(Math.round(highest(latency))))),
    line("requests", bars(load, scales.load), `${Math.round(highest(load))}/s`),
    open.some((share) => share > 0) ? line("breaker", marks(open, "·", "█"), "open") : "",
  ].join("");
}

function bars(values: readonly (number | null)[], scale: number): string {
  return squeeze(values)
    .map((value) =>
      value === null ? " " : (blocks[Math.max(value > 0 ? 1 : 0, Math.round((value / scale) * 8))] ?? "█"),
    )
    .join("");
}

function marks(values: readonly number[], off: string, on: string): string {
  return squeeze(values)
    .map((value) => ((value ?? 0) > 0 ? on : off))
    .join("");
}

/** The mean of the values in each column. */
function squeeze(values: readonly (number | null)[]): (number | null)[] {
  const size = values.length / columns;
  return Array.from({ length: columns }, (_, column) => {
    const own = values.slice(Math.floor(column * size), Math.floor((column + 1) * size)).filter((one) => one !== null);
    return own.length === 0 ? null : own.reduce((sum, one) => sum + one, 0) / own.length;
  });
}

function highest(values: readonly (number | null)[]): number {
  return Math.max(0, ...values.map((value) => value ?? 0));
}

function short(text: string): string {
  return text.replace(" ", "");
}

function tableText(simulation: Simulation): string[] {
  const names = simulation.variants.map(({ name }) => name);
  const widths = names.map((name) => Math.max(14, name.length + 2));
  const nameWidth = width - 2 - widths.reduce((sum, columns) => sum + columns, 0);
  return [["", ...names], ...tableOf(simulation)].map(([name = "", ...cells]) => {
    const line = cells.map((cell, index) => cell.padStart(widths[index] ?? 0)).join("");
    return `  ${name.padEnd(nameWidth)}${line}`.trimEnd().concat("\n");
  });
}
