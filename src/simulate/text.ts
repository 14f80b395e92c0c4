import { paintFor } from "../diagnostics/paint.js";
import { paragraph, width } from "../explain/layout.js";
import { plainLine, timeText, trim } from "../explain/words.js";
import type { Simulation, VariantResult } from "./index.js";
import { faultText } from "./scenario.js";
import { tableOf } from "./table.js";

const labels = 12;
const columns = 60;
const blocks = " ▁▂▃▄▅▆▇█";

/** The simulation in 80 columns: a plot for each variant, a table, and what the numbers say. */
export function simulationText(simulation: Simulation, conclusions: readonly string[], color: boolean): string {
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
    "\n",
    ...conclusions.map((sentence) => paragraph(sentence, 0)),
  ].join("");
}

/** What was simulated, in a sentence. */
export function scenarioText({ scenario, capacity }: Simulation): string {
  const { rate, latency, duration, clients, seed, faults, backlog } = scenario;
  const from = clients === 1 ? "one client" : `${clients} clients`;
  const what = faults.map((fault) => `${faultText(fault)}, from ${timeText(fault.from)} to ${timeText(fault.to)}`);
  return `${trim(rate)} calls a second from ${from} for ${timeText(duration)}, to a service that takes ${timeText(latency)} for one request and can do ${trim(capacity)} a second; ${backlog} may wait in it. It is ${what.join("; then ")}. Seed ${seed}.`;
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
    line("95 % time", bars(latency, scales.latency), short(timeText(Math.round(highest(latency))))),
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

/** As many values as there are columns: means. */
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
  const head = ["", ...simulation.variants.map(({ name }) => name)];
  return [head, ...tableOf(simulation)].map(([name = "", ...cells]) => {
    return `  ${name.padEnd(width - 2 - 3 * 17)}${cells.map((cell) => cell.padStart(17)).join("")}`
      .trimEnd()
      .concat("\n");
  });
}
