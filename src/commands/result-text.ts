import type { Problem } from "../diagnostics/index.js";
import { paintFor } from "../diagnostics/paint.js";
import type { RenderOptions } from "../diagnostics/render.js";
import type { GenerateReport } from "../generate.js";
import { diffText } from "./diff-text.js";
import { nextSteps } from "./next-steps.js";
import { summaryText } from "./summary-text.js";

interface ResultOptions extends RenderOptions {
  readonly output: string;
  readonly isCheck: boolean;
  readonly seconds: number;
}

/** What a person reads after a run. */
export async function renderResult(report: GenerateReport, options: ResultOptions): Promise<string> {
  const { output, isCheck, terminal } = options;
  const paint = paintFor(terminal.color);
  const isSame = report.isUpToDate || (isCheck && report.changes.length === 0);
  const warnings = report.problems.length === 0 ? "" : `${await textOf(report.problems, options)}\n`;
  if (isSame) return `${warnings}${paint.green("✔")} ${output} is up to date\n`;
  if (isCheck) return `${warnings}${checkText(report, options)}`;
  const { summary } = report;
  const table = summary === undefined ? "" : `${summaryText(summary, terminal)}\n`;
  return `${warnings}${table}${paint.green("✔")} ${output}: ${writtenText(report, options)}\n${nextSteps(report, output)}`;
}

/** `8 operations, 23 files (10 runtime) in 1.2 s`; for a client that was there before, what has changed. */
function writtenText(
  { isNew, written, removed, unchanged, summary }: GenerateReport,
  { seconds }: ResultOptions,
): string {
  const time = `in ${seconds.toFixed(1)} s`;
  if (!isNew) {
    const gone = removed.length === 0 ? "" : `, ${removed.length} removed`;
    return `${written.length} written, ${unchanged} unchanged${gone} ${time}`;
  }
  const runtime = written.filter((path) => path.startsWith("runtime/")).length;
  const files = `${count(written.length, "file")}${runtime === 0 ? "" : ` (${runtime} runtime)`}`;
  return `${summary === undefined ? "" : `${count(summary.operations, "operation")}, `}${files} ${time}`;
}

/** Which files differ and why, after their diffs. */
function checkText({ changes, differences, reasons }: GenerateReport, options: ResultOptions): string {
  const { output, terminal, isVerbose } = options;
  const paint = paintFor(terminal.color);
  const diffs = differences === "" ? "" : `${diffText(differences, terminal, isVerbose)}\n`;
  const files = changes.map(({ path, state }) => `  ${state}: ${path}\n`).join("");
  const why = reasons.map((reason) => `  ${reason}\n`).join("");
  return `${diffs}${paint.red("✘")} ${output} is out of date:\n${files}${why}  Run resil-gen without --check and commit the result.\n`;
}

/** What a person reads after a run that failed. */
export async function renderFailure(
  problems: readonly Problem[],
  options: RenderOptions,
  output?: string,
): Promise<string> {
  const errors = problems.filter(({ severity }) => severity === "error").length;
  const found = errors === 0 ? "Warnings count as errors (--strict)." : `${count(errors, "error")}.`;
  const mark = `${paintFor(options.terminal.color).red("✘")} `;
  const ending = output === undefined ? `${mark}${found}` : `${mark}${output}: ${found} Nothing was written.`;
  return `${await textOf(problems, options)}\n${ending}\n`;
}

/** Loaded only when there is a problem: most runs have none, and the shortest must be short. */
async function textOf(problems: readonly Problem[], options: RenderOptions): Promise<string> {
  const { renderProblems } = await import("../diagnostics/render.js");
  return renderProblems(problems, options);
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
