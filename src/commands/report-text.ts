import type { Problem } from "../diagnostics/index.js";
import { paintFor } from "../diagnostics/paint.js";
import { visibleInline } from "../diagnostics/visible.js";
import type { GenerateReport } from "../generate.js";
import type { OperationSummary } from "../summary.js";

interface ReportOptions {
  readonly output: string;
  readonly isCheck: boolean;
  readonly seconds: number;
  readonly color: boolean;
}

/** What a person reads after a run. */
export async function renderReport(
  report: GenerateReport,
  { output, isCheck, seconds, color }: ReportOptions,
): Promise<string> {
  const paint = paintFor(color);
  const { problems, summary, written, removed, unchanged } = report;
  const changes = written.length + removed.length;
  if (report.isUpToDate || (isCheck && changes === 0)) return `${paint.green("✔")} ${output} is up to date\n`;
  const warnings = problems.length === 0 ? "" : `${await textOf(problems, color)}\n`;
  if (isCheck)
    return `${warnings}${report.differences}\n${paint.red("✘")} ${output} is out of date: run resil-gen without --check\n`;
  const counts = [
    `${written.length} written`,
    `${unchanged} unchanged`,
    ...(removed.length === 0 ? [] : [`${removed.length} removed`]),
    ...(problems.length === 0 ? [] : [`${problems.length} ${problems.length === 1 ? "warning" : "warnings"}`]),
  ];
  return `${warnings}${summary === undefined ? "" : summaryText(summary)}${paint.green("✔")} ${output}: ${counts.join(", ")} in ${seconds.toFixed(1)} s\n`;
}

/** What a person reads after a run that failed. */
export async function renderFailure(problems: readonly Problem[], color: boolean, output?: string): Promise<string> {
  const errors = problems.filter(({ severity }) => severity === "error").length;
  const count =
    errors === 0 ? "Warnings count as errors (--strict)." : `${errors} ${errors === 1 ? "error" : "errors"}.`;
  const mark = output === undefined ? "" : `${paintFor(color).red("✘")} ${output}: `;
  return `${await textOf(problems, color)}\n${mark}${count} Nothing was written.\n`;
}

/** Loaded only when there is a problem: most runs have none, and the shortest must be short. */
async function textOf(problems: readonly Problem[], color: boolean): Promise<string> {
  const { renderProblems } = await import("../diagnostics/render.js");
  return renderProblems(problems, { color, perKind: 3 });
}

function summaryText({
  operations,
  safe,
  idempotent,
  keyed,
  unrepeatable,
  foreignRetries,
  looksLikeRead,
  basePath,
}: OperationSummary): string {
  const lines = [`${operations} ${operations === 1 ? "operation" : "operations"}`];
  const add = (count: number, text: string): void => {
    if (count > 0) lines.push(`  ${String(count).padStart(5)}  ${text}`);
  };
  add(safe, "only read: retried");
  add(idempotent, "PUT or DELETE: retried, HTTP makes repeating them harmless");
  add(keyed, "take a key that the server supports: retried under one key");
  add(unrepeatable, "POST or PATCH: repeated only when they cannot have been processed");
  if (unrepeatable > 0)
    lines.push(
      "         If the server executes one key once, say so: x-resilience: { idempotency: { supported: true } }",
    );
  add(foreignRetries, "take waits and statuses from x-speakeasy-retries, under resil-gen's limits");
  if (looksLikeRead.length > 0) {
    const shown = visibleInline(looksLikeRead.slice(0, 5).join(", "));
    const more = looksLikeRead.length > 5 ? ` and ${looksLikeRead.length - 5} more` : "";
    lines.push(
      `         These look as if they only read; if so, x-resilience: { safe: true } on them: ${shown}${more}`,
    );
  }
  if (basePath !== undefined)
    lines.push(
      `         The document names no host. Its paths are below ${visibleInline(basePath)}: pass baseUrl: "https://host${visibleInline(basePath)}"`,
    );
  return `${lines.join("\n")}\n`;
}
