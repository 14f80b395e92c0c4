import { paintFor } from "../diagnostics/paint.js";
import type { Facts, OperationFacts } from "./facts.js";
import { paragraph, row, wrap } from "./layout.js";
import type { Scope } from "./sharing.js";
import { timelineText } from "./timeline-text.js";
import type { Warning } from "./warnings.js";
import { countText, plainLine, timeText, trim } from "./words.js";

/** The facts about one operation as text, 80 columns wide. */
export function operationText(operation: OperationFacts, { scopes }: Facts, color: boolean): string {
  const paint = paintFor(color);
  const heading = (text: string): string => `\n${paint.bold(text)}\n`;
  const { name, key, summary, isDeprecated } = operation;
  const title = plainLine(`${name}  ${key}${isDeprecated ? "  (deprecated)" : ""}`);
  const shared = operation.scopes.flatMap((index) => scopes[index] ?? []).filter(({ members }) => members.length > 1);
  const parts = [
    wrap(title, 80)
      .map((line) => `${paint.bold(line)}\n`)
      .join(""),
    summary === undefined ? "" : paragraph(plainLine(summary), 0),
    `\n${paragraph(plainLine(operation.why), 0)}`,
    heading("Worst case: the server never responds"),
    timelineText(operation.slowest),
    quickestText(operation),
    heading("Server load if every attempt fails, per process"),
    loadText(operation),
    operation.throughput.length === 0 ? "" : heading("Bulkhead throughput, per process"),
    throughputText(operation),
    shared.length === 0 ? "" : heading("Shared with other operations"),
    ...shared.map((scope) => scopeText(scope, name)),
    heading("Values and their origin"),
    valuesText(operation),
    operation.warnings.length === 0 ? "" : heading("Warnings"),
    ...operation.warnings.map(warningText),
  ];
  return parts.join("");
}

function quickestText({ quickest: { attempts, endsAt }, repeat }: OperationFacts): string {
  if (attempts === 1) return "";
  const when = repeat === "unprocessed" ? "If connections are refused" : "If the server fails immediately";
  return `\n${paragraph(`${when}: ${attempts} attempts within ${timeText(endsAt)}, plus the duration of the attempts.`)}`;
}

function loadText({ amplification, repeat }: OperationFacts): string {
  const cells = (values: readonly string[]): string => values.map((value) => value.padStart(10)).join("");
  const times = amplification.map(({ calls, attempts }) => `×${trim(attempts / calls)}`);
  return [
    `  calls/s   ${cells(amplification.map(({ calls }) => String(calls)))}\n`,
    `  attempts/s${cells(amplification.map(({ attempts }) => trim(attempts)))}\n`,
    `            ${cells(times)}\n`,
    repeat === "unprocessed" ? paragraph("Only if connections are refused. Otherwise one attempt per call.") : "",
  ].join("");
}

function throughputText({ throughput }: OperationFacts): string {
  return throughput
    .map(({ attemptMs, callsPerSecond }) =>
      row([`${trim(callsPerSecond)} calls/s`, `if an attempt takes ${timeText(attemptMs)}`], [20]),
    )
    .join("");
}

const policyNames: Readonly<Record<Scope["policy"], string>> = {
  breaker: "breaker",
  bulkhead: "bulkhead",
  rateLimit: "rate limit",
  budget: "retry budget",
};

/** What is wrong, the fix, and the YAML on lines of its own, so that it can be copied. */
export function warningText({ text, fix, yaml }: Pick<Warning, "text" | "fix" | "yaml">): string {
  const lines = (yaml ?? "").trimEnd().split("\n");
  const code = yaml === undefined ? "" : lines.map((line) => `      ${line}\n`).join("");
  return `${paragraph(`${text} ${fix}`)}${code}`;
}

/** Who shares one breaker, bulkhead, rate limit, or retry budget. */
export function scopeText({ policy, scope, service, members }: Scope, name?: string): string {
  const others = members.filter((member) => member !== name);
  const label = scope === "service" ? `service ${service ?? "at baseUrl"}` : scope;
  const shown = others.slice(0, 5).join(", ");
  const more = others.length > 5 ? ` and ${others.length - 5} more` : "";
  const who = name === undefined ? `${countText(members.length, "operation")}: ` : "with ";
  return row([policyNames[policy], `${plainLine(label)}: ${who}${shown}${more}`], [13]);
}

function valuesText({ values }: OperationFacts): string {
  return values
    .filter(({ isActive }) => isActive)
    .map(({ name, text, origin }) => row([name, plainLine(text), plainLine(origin.text)], [25, 25]))
    .join("");
}
