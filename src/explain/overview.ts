import { paintFor } from "../diagnostics/paint.js";
import { type Facts, type Group, groups, type OperationFacts } from "./facts.js";
import { paragraph, row, width, wrap } from "./layout.js";
import { scopeText, warningText } from "./text.js";
import { countText, plainLine, thousands, timeText } from "./words.js";

const groupNames: Readonly<Record<Group, string>> = {
  "unretried-write": "writes, not retried once they may have been processed",
  "retried-write": "writes, retried (idempotent)",
  read: "reads",
};

/** The facts about a whole document as text. */
export function overviewText(facts: Facts, color: boolean): string {
  const paint = paintFor(color);
  const heading = (text: string): string => `\n${paint.bold(text)}\n`;
  const { title, source, operations, scopes } = facts;
  const count = countText(operations.length, "operation");
  const shared = scopes.filter(({ members }) => members.length > 1);
  return [
    ...wrap(plainLine(`${title} (${source.split(/[\\/]/).at(-1)}): ${count}`), width).map(
      (line) => `${paint.bold(line)}\n`,
    ),
    "\n",
    ...groups.map((group) => groupLine(group, operations)),
    heading("Policy sets and the worst case of one call"),
    ...groupBy(operations, ({ policySet }) => policySet).map(([name, members]) => setText(name, members)),
    shared.length === 0 ? "" : heading("Shared by several operations"),
    ...shared.map((scope) => scopeText(scope)),
    ...warningsText(operations, heading),
    `\n${paragraph("To see every value with its origin, run: resil-gen explain <spec> <operation>", 0)}`,
  ].join("");
}

function groupLine(group: Group, operations: readonly OperationFacts[]): string {
  const count = operations.filter((operation) => operation.group === group).length;
  return count === 0 ? "" : `  ${thousands(count).padStart(5)}  ${groupNames[group]}\n`;
}

function setText(name: string, members: readonly OperationFacts[]): string {
  const [first] = members;
  if (first === undefined) return "";
  const { slowest, quickest, repeat } = first;
  const time = slowest.endsAt === null ? "no limit" : timeText(slowest.endsAt);
  const shown = members.slice(0, 3).map((member) => member.name);
  const more = members.length > 3 ? ` and ${members.length - 3} more` : "";
  const most = countText(quickest.attempts, "attempt");
  const attempts =
    repeat === "unprocessed" && quickest.attempts > 1 ? `1 attempt (${most} if never processed)` : `up to ${most}`;
  return `${row([plainLine(name), `${time}, ${attempts}`], [36])}${row([shown.join(", ") + more], [], 6)}`;
}

function warningsText(operations: readonly OperationFacts[], heading: (text: string) => string): string[] {
  const all = operations.flatMap(({ name, warnings }) => warnings.map((warning) => ({ name, ...warning })));
  if (all.length === 0) return [];
  return [
    heading("Warnings"),
    ...groupBy(all, ({ id, text, fix }) => `${id} ${text} ${fix}`).map(([, members]) => {
      const [first] = members;
      const shown = members.slice(0, 5).map(({ name }) => name);
      const more = members.length > 5 ? ` and ${members.length - 5} more` : "";
      return `${first === undefined ? "" : warningText(first)}${row([`${shown.join(", ")}${more}`], [], 6)}`;
    }),
  ];
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): [string, T[]][] {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return [...groups];
}
