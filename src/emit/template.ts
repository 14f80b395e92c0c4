import { readFileSync } from "node:fs";
import { packageFile } from "../package-file.js";

/** What a block needs to be imported. */
export interface TemplateImport {
  /** The name that the block uses. */
  readonly local: string;
  readonly name: string;
  readonly from: string;
  readonly isType: boolean;
}

/** A statement of a template: text and, as lists of one name, holes. */
export interface Block {
  readonly parts: readonly (string | readonly [hole: string])[];
  readonly imports: readonly TemplateImport[];
}

type Templates = Readonly<Record<string, Readonly<Record<string, Block>>>>;

let templates: Templates | undefined;

/** A statement of a template, as it was taken apart when the package was built. */
export function block(template: string, name: string): Block {
  templates ??= JSON.parse(readFileSync(packageFile("dist/templates.json"), "utf8")) as Templates;
  const found = templates[template]?.[name];
  if (found === undefined) throw new Error(`template ${template} has no block '${name}'`);
  return found;
}

/** The text of a block with its holes filled. */
export function fill({ parts }: Block, holes: Readonly<Record<string, string>>): string {
  return parts
    .map((part) => {
      if (typeof part === "string") return part;
      const [name] = part;
      const text = name === "" ? "" : holes[name];
      if (text === undefined) throw new Error(`hole '$${name}' is not filled`);
      return text;
    })
    .join("")
    .trimStart()
    .replace(/^(export function [^(\n]+)\((.+)\): (.+) \{$/m, wrapped);
}

/** A function's head that is too long for a line has a line for each parameter. */
function wrapped(line: string, head: string, parameters: string, result: string): string {
  if (line.length <= 120) return line;
  return `${head}(\n${parameters
    .split(", ")
    .map((parameter) => `  ${parameter},\n`)
    .join("")}): ${result} {`;
}
