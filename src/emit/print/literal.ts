/** A piece of code that we made ourselves (a name of ours), to stand among printed values. */
export class Code {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** A call of a function of ours with printed arguments. */
export class CallCode {
  readonly name: string;
  readonly args: readonly unknown[];

  constructor(name: string, args: readonly unknown[]) {
    this.name = name;
    this.args = args;
  }
}

const lineWidth = 120;

/** Prints a plain value as a TypeScript literal: on one line where that fits. */
export function printLiteral(value: unknown, indent = "", column: number = indent.length): string {
  const list = listOf(value);
  if (list === undefined) return printScalar(value);
  const { open, members, close } = list;
  const flat = printFlat(list, lineWidth - 4 - column - (open.length - 1));
  if (flat !== undefined) return flat;
  const deeper = `${indent}  `;
  const lines = members.map(
    ([key, member]) => `${deeper}${key}${printLiteral(member, deeper, deeper.length + key.length)},\n`,
  );
  return `${open}\n${lines.join("")}${indent}${close}`;
}

/** What is printed as several values between brackets, each behind its key or behind nothing. */
interface List {
  readonly open: string;
  readonly members: readonly (readonly [key: string, value: unknown])[];
  readonly close: string;
}

function listOf(value: unknown): List | undefined {
  if (typeof value !== "object" || value === null || value instanceof Code) return undefined;
  if (value instanceof CallCode)
    return { open: `${value.name}(`, members: value.args.map((argument) => ["", argument]), close: ")" };
  if (Array.isArray(value)) return { open: "[", members: value.map((item) => ["", item]), close: "]" };
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  // A name of ours under its own name is written once.
  const before = (key: string, member: unknown): string =>
    member instanceof Code && member.text === key ? "" : `${printKey(key)}: `;
  return { open: "{", members: members.map(([key, member]) => [before(key, member), member]), close: "}" };
}

function printScalar(value: unknown): string {
  if (value instanceof Code) return value.text;
  if (typeof value === "string") return printString(value);
  if (typeof value === "number") return Number.isFinite(value) ? String(value) : "null";
  return typeof value === "boolean" ? String(value) : "null";
}

/** A list on one line; nothing as soon as what is between its brackets is longer than `room`. */
function printFlat({ open, members, close }: List, room: number): string | undefined {
  if (members.length === 0) return `${open}${close}`;
  let text = "";
  for (const [key, member] of members) {
    const before = `${text}${text === "" ? "" : ", "}${key}`;
    const list = listOf(member);
    const value = list === undefined ? printScalar(member) : printFlat(list, room - before.length);
    if (value === undefined || before.length + value.length > room) return undefined;
    text = before + value;
  }
  const pad = open === "{" ? " " : "";
  return `${open}${pad}${text}${pad}${close}`;
}

/** A key of an object literal. Written plainly, `__proto__` would set the prototype. */
function printKey(key: string): string {
  return key === "__proto__" ? '["__proto__"]' : printPropertyName(key);
}

/** The name of a member: as it is where that is an identifier, else quoted. */
export function printPropertyName(name: string): string {
  return /^[A-Za-z_$][A-Za-z0-9_$]*$/.test(name) || /^(0|[1-9]\d{0,14})$/.test(name) ? name : printString(name);
}

/** A string literal. What JSON leaves and an editor or a parser may take for something else is escaped. */
export function printString(text: string): string {
  return JSON.stringify(text).replace(
    invisible,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** Line separators, control characters, and what turns the direction of text (CVE-2021-42574). */
export const invisible: RegExp =
  /[\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff\ufff9-\ufffb]/g;
