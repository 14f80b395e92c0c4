import { paintFor } from "../diagnostics/paint.js";
import type { Facts, OperationFacts } from "./facts.js";
import { paragraph, row, wrap } from "./layout.js";
import type { Scope } from "./sharing.js";
import { timelineText } from "./timeline-text.js";
import { countText, plainLine, timeText, trim } from "./words.js";

/** What a person reads about one operation, in 80 columns. */
export function operationText(operation: OperationFacts, { scopes }: Facts, color: boolean): string {
  const paint = paintFor(color);
  const heading = (text: string): string => `\n${paint.bold(text)}\n`;
  const { name, key, summary, isDeprecated } = operation;
  const title = plainLine(`${name}  ${key}${isDeprecated ? "  (deprecated)" : ""}`);
  const parts = [
    wrap(title, 80)
      .map((line) => `${paint.bold(line)}\n`)
      .join(""),
    summary === undefined ? "" : paragraph(plainLine(summary), 0),
    `\n${paragraph(plainLine(operation.why), 0)}`,
    heading("Worst case: the server never answers"),
    timelineText(operation.slowest),
    quickestText(operation),
    heading("Load on the server when every attempt fails, for one process"),
    loadText(operation),
    operation.throughput.length === 0 ? "" : heading("What the bulkhead lets through, for one process"),
    throughputText(operation),
    heading("Who shares what"),
    operation.scopes.map((index) => scopeText(scopes[index] as Scope, name)).join("") || "  nothing is shared\n",
    heading("Values and where they come from"),
    valuesText(operation),
    operation.warnings.length === 0 ? "" : heading("Warnings"),
    operation.warnings.map(({ text, wayOut }) => `${paragraph(`${text} ${wayOut}`)}`).join(""),
  ];
  return parts.join("");
}

function quickestText({ quickest: { attempts, endsAt }, repeat }: OperationFacts): string {
  if (attempts === 1) return "";
  const when = repeat === "unprocessed" ? "When connections are refused" : "When the server fails at once";
  return `\n${paragraph(`${when}: ${attempts} attempts within ${timeText(endsAt)}, and what they take themselves.`)}`;
}

function loadText({ amplification, repeat }: OperationFacts): string {
  const cells = (values: readonly string[]): string => values.map((value) => value.padStart(10)).join("");
  const times = amplification.map(({ calls, attempts }) => `×${trim(attempts / calls)}`);
  return [
    `  calls/s   ${cells(amplification.map(({ calls }) => String(calls)))}\n`,
    `  attempts/s${cells(amplification.map(({ attempts }) => trim(attempts)))}\n`,
    `            ${cells(times)}\n`,
    repeat === "unprocessed" ? paragraph("Only where connections are refused; else one attempt a call.") : "",
  ].join("");
}

function throughputText({ throughput }: OperationFacts): string {
  return throughput
    .map(({ attemptMs, callsPerSecond }) =>
      row([`${trim(callsPerSecond)} a second`, `when an attempt takes ${timeText(attemptMs)}`], [20]),
    )
    .join("");
}

const policyNames: Readonly<Record<Scope["policy"], string>> = {
  breaker: "breaker",
  bulkhead: "bulkhead",
  rateLimit: "rate limit",
  budget: "retry budget",
};

export function scopeText({ policy, scope, service, members }: Scope, name?: string): string {
  const others = members.filter((member) => member !== name);
  const label = scope === "service" ? `service ${service ?? "of baseUrl"}` : scope;
  if (others.length === 0) return row([policyNames[policy], "its own"], [13]);
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
