import pc from "picocolors";
import type { Problem } from "../diagnostics/index.js";
import { renderProblems } from "../diagnostics/render.js";
import { visibleInline } from "../diagnostics/visible.js";
import type { GenerateReport } from "../generate.js";
import type { OperationSummary } from "../summary.js";

interface ReportOptions {
  readonly output: string;
  readonly isCheck: boolean;
  readonly elapsedMs: number;
  readonly color: boolean;
}

/** What a person reads after a run. */
export function renderReport(report: GenerateReport, { output, isCheck, elapsedMs, color }: ReportOptions): string {
  const paint = pc.createColors(color);
  const { problems, summary, written, removed, unchanged } = report;
  const changes = written.length + removed.length;
  const seconds = `${(elapsedMs / 1000).toFixed(1)} s`;
  if (report.isUpToDate || (isCheck && changes === 0)) return `${paint.green("✔")} ${output} is up to date\n`;
  const warnings = problems.length === 0 ? "" : `${renderProblems(problems, { color, perKind: 3 })}\n`;
  if (isCheck)
    return `${warnings}${report.differences}\n${paint.red("✘")} ${output} is out of date: run resil-gen without --check\n`;
  const counts = [
    `${written.length} written`,
    `${unchanged} unchanged`,
    ...(removed.length === 0 ? [] : [`${removed.length} removed`]),
    ...(problems.length === 0 ? [] : [`${problems.length} ${problems.length === 1 ? "warning" : "warnings"}`]),
  ];
  return `${warnings}${summary === undefined ? "" : summaryText(summary)}${paint.green("✔")} ${output}: ${counts.join(", ")} in ${seconds}\n`;
}

/** What a person reads after a run that failed. */
export function renderFailure(problems: readonly Problem[], color: boolean, output?: string): string {
  const errors = problems.filter(({ severity }) => severity === "error").length;
  const count =
    errors === 0 ? "Warnings count as errors (--strict)." : `${errors} ${errors === 1 ? "error" : "errors"}.`;
  const mark = output === undefined ? "" : `${pc.createColors(color).red("✘")} ${output}: `;
  return `${renderProblems(problems, { color, perKind: 3 })}\n${mark}${count} Nothing was written.\n`;
}

function summaryText({
  operations,
  safe,
  idempotent,
  keyed,
  unrepeatable,
  foreignRetries,
  looksLikeRead,
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
  return `${lines.join("\n")}\n`;
}
