import type { Terminal } from "../diagnostics/terminal.js";
import { visibleInline } from "../diagnostics/visible.js";
import { wrap } from "../diagnostics/wrap.js";
import type { OperationSummary } from "../summary.js";

/** Where the text of a row begins. */
const margin = 9;

const namesShown = 5;

/** How many operations a document has, by what happens when one of them fails, and what is worth deciding about them. */
export function summaryText(summary: OperationSummary, { width }: Terminal): string {
  const { operations, looksLikeRead, basePath } = summary;
  const text = (line: string): string => `${" ".repeat(margin)}${wrap(line, width - margin, margin)}`;
  const row = (count: number, line: string): string[] =>
    count === 0 ? [] : [`  ${String(count).padStart(margin - 4)}  ${wrap(line, width - margin, margin)}`];
  return [
    `${operations} ${operations === 1 ? "operation" : "operations"}`,
    ...row(summary.safe, "read-only, retried"),
    ...row(summary.idempotent, "PUT/DELETE, retried (idempotent by HTTP semantics)"),
    ...row(summary.keyed, "retried with the same idempotency key, which the server supports"),
    ...row(summary.unrepeatable, "POST/PATCH, retried only if the request was never processed"),
    ...(summary.unrepeatable === 0 ? [] : [text(supportHint)]),
    ...row(summary.foreignRetries, "with delays and statuses from x-speakeasy-retries, within resil-gen's limits"),
    ...(looksLikeRead.length === 0 ? [] : [text(readHint(looksLikeRead))]),
    ...(basePath === undefined ? [] : [text(baseHint(basePath))]),
  ].join("\n");
}

const supportHint = `If the server deduplicates requests by idempotency key, set:
  x-resilience: { idempotency: { supported: true } }`;

function readHint(keys: readonly string[]): string {
  const more = keys.length > namesShown ? `, and ${keys.length - namesShown} more` : "";
  const named = `${visibleInline(keys.slice(0, namesShown).join(", "))}${more}`;
  return `${keys.length === 1 ? "This POST appears" : "These POSTs appear"} to be read-only: ${named}. If so, set:
  x-resilience: { safe: true }`;
}

function baseHint(basePath: string): string {
  const path = visibleInline(basePath);
  return `The document names no host, and its paths start with ${path}. Pass:
  baseUrl: "https://host${path}"`;
}
