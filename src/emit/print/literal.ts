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
  if (value instanceof Code) return value.text;
  if (value instanceof CallCode) {
    const { name, args } = value;
    const list = args.map((argument): [string, unknown] => ["", argument]);
    return `${name}${printList("(", list, ")", indent, column + name.length)}`;
  }
  if (typeof value === "string") return printString(value);
  if (typeof value === "number") return Number.isFinite(value) ? String(value) : "null";
  if (typeof value === "boolean" || value === null) return String(value);
  if (Array.isArray(value))
    return printList(
      "[",
      value.map((item) => ["", item]),
      "]",
      indent,
      column,
    );
  if (typeof value !== "object") return "null";
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return printList(
    "{",
    members.map(([key, member]) => [`${printKey(key)}: `, member]),
    "}",
    indent,
    column,
  );
}

function printList(open: string, members: [string, unknown][], close: string, indent: string, column: number): string {
  if (members.length === 0) return `${open}${close}`;
  const pad = open === "{" ? " " : "";
  const flat = members.map(([key, member]) => `${key}${printLiteral(member, "", Number.NEGATIVE_INFINITY)}`).join(", ");
  if (column + flat.length + 4 <= lineWidth) return `${open}${pad}${flat}${pad}${close}`;
  const deeper = `${indent}  `;
  const lines = members.map(
    ([key, member]) => `${deeper}${key}${printLiteral(member, deeper, deeper.length + key.length)},\n`,
  );
  return `${open}\n${lines.join("")}${indent}${close}`;
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
