import yaml from "js-yaml";
import { type ParseError, parse as parseJsonTolerantly, printParseErrorCode } from "jsonc-parser";
import type { Place, Problems, SourceFile } from "../diagnostics/index.js";
import { repeatedKeys } from "../diagnostics/locate.js";
import { decodeText, type RawFile } from "./read.js";

/** No real document is nested deeper. */
const maxDepth = 400;

/** Parses a document. Returns `undefined`, with a problem, if it is neither YAML nor JSON, or malicious. */
export function parse(raw: RawFile, problems: Problems): SourceFile | undefined {
  const { url, name, bytes } = raw;
  const { text, guessed } = decodeText(bytes);
  const isJson = /^\s*[{[]/.test(text);
  const source: SourceFile = { url, name, text, format: isJson ? "json" : "yaml", value: undefined };
  if (/^\s*</.test(text)) return markup(source, problems);
  if (guessed !== undefined) reportGuess(source, guessed, problems);
  const value = isJson ? parseJson(source, problems) : parseYaml(source, problems);
  return value === undefined ? undefined : { ...source, ...value };
}

/** Usually a login page, a documentation page, or the error page of a proxy. A YAML error would mislead. */
function markup(source: SourceFile, problems: Problems): undefined {
  const isHtml = /^\s*(?:<!--[\s\S]*?-->\s*)?<(?:!doctype\s+html|html|head|body)\b/i.test(source.text.slice(0, 10_000));
  problems.add(
    "notOpenApi",
    `Not an OpenAPI document: this is ${isHtml ? "an HTML page" : "XML or HTML"}.`,
    "Pass the file or URL of the document itself. This may be a login page, or a page that displays the document.",
    placeAt(source, 0),
  );
  return undefined;
}

function reportGuess(source: SourceFile, offset: number, problems: Problems): void {
  const hint = "Save the document as UTF-8.";
  problems.add("encoding", "The document is not UTF-8. It was read as Latin-1.", hint, placeAt(source, offset));
}

function placeAt(source: SourceFile, offset: number): Place & { readonly source: SourceFile } {
  const before = source.text.slice(0, offset);
  const line = before.split("\n").length;
  return { file: source.name, line, column: before.length - before.lastIndexOf("\n"), source };
}

interface Parsed {
  readonly value: unknown;
  readonly format: SourceFile["format"];
}

function parseJson(source: SourceFile, problems: Problems): Parsed | undefined {
  const { depth, members } = measureJson(source.text);
  if (depth > maxDepth) return tooDeep(source, problems);
  try {
    const value = JSON.parse(source.text) as unknown;
    if (membersOf(value) < members) reportRepeatedKeys(source, problems);
    return { value, format: "json" };
  } catch {
    // YAML in flow style starts like JSON. If it is neither, the JSON error is reported.
    const silent = { add: () => {} };
    return parseYaml(source, silent) ?? reportJsonError(source, problems);
  }
}

function reportJsonError(source: SourceFile, problems: Problems): undefined {
  const errors: ParseError[] = [];
  parseJsonTolerantly(source.text, errors);
  const first = errors[0];
  const at = placeAt(source, first?.offset ?? 0);
  const name = first === undefined ? "UnexpectedEnd" : printParseErrorCode(first.error);
  const what = name.replace(/([a-z])([A-Z])/g, "$1 $2").toLowerCase();
  problems.add("syntax", `Invalid JSON: ${what}.`, jsonFixes[name] ?? "Fix the syntax here.", at);
  return undefined;
}

/** By the parser's codes. */
const jsonFixes: Readonly<Record<string, string>> = {
  PropertyNameExpected: "Put the name in double quotes, or remove a trailing comma.",
  ValueExpected: "Add a value, or remove a trailing comma.",
  ColonExpected: "Add a colon between name and value.",
  CommaExpected: "Add a comma before this.",
  CloseBraceExpected: "Add the missing '}'.",
  CloseBracketExpected: "Add the missing ']'.",
};

function parseYaml(
  source: SourceFile,
  problems: Pick<Problems, "add">,
  options: yaml.LoadOptions = yamlOptions,
): Parsed | undefined {
  try {
    const value = yaml.load(source.text, options);
    return hasAliases(source.text) && isTooLarge(value) ? tooDeep(source, problems) : { value, format: "yaml" };
  } catch (cause) {
    if (!(cause instanceof yaml.YAMLException)) throw cause;
    return yamlProblem(source, cause, problems);
  }
}

/** YAML 1.2 core types (dates stay strings), with the merge key `<<` that many documents use. */
const merge = new yaml.Type("tag:yaml.org,2002:merge", {
  kind: "scalar",
  resolve: (data: unknown) => data === "<<" || data === null,
});
const yamlOptions = { maxDepth, schema: yaml.CORE_SCHEMA.extend({ implicit: [merge] }) } as yaml.LoadOptions;

/** Reports an error of js-yaml. Errors about the whole text (several documents in one) have no place: then the start. */
function yamlProblem(
  source: SourceFile,
  { reason, mark }: Pick<yaml.YAMLException, "reason"> & { readonly mark?: yaml.Mark },
  problems: Pick<Problems, "add">,
): Parsed | undefined {
  const at = { file: source.name, line: (mark?.line ?? 0) + 1, column: (mark?.column ?? 0) + 1, source };
  if (reason === "duplicated mapping key") {
    reportRepeatedKeys(source, problems, at);
    return parseYaml(source, problems, { ...yamlOptions, json: true });
  }
  if (/maxDepth|maxTotalMergeKeys/.test(reason)) return tooDeep(source, problems, at);
  problems.add("syntax", `Invalid YAML: ${reason}.`, yamlFix(reason), at);
  return undefined;
}

/** What usually causes an error, by what js-yaml says about it. */
function yamlFix(reason: string): string {
  if (/bad indentation|mapping values|nested mappings|implicit/.test(reason))
    return "Fix the indentation, or quote the value if it contains a colon.";
  if (/tab/.test(reason)) return "Indent with spaces instead of tabs.";
  if (/unidentified alias/.test(reason)) return "Quote the value if it starts with '*', or define the anchor.";
  if (/unexpected end|missed comma|flow collection/.test(reason))
    return "Close the bracket or brace, or add the missing comma.";
  if (/quoted scalar/.test(reason)) return "Add the closing quote.";
  if (/more|single document/.test(reason)) return "Keep a single document in the file.";
  return "Fix the syntax here. Values with special characters need quotes.";
}

function tooDeep(
  source: SourceFile,
  problems: Pick<Problems, "add">,
  at?: { line: number; column: number; file: string },
): undefined {
  const place = at ?? { file: source.name, line: 1, column: 1 };
  problems.add(
    "tooLarge",
    `The document is nested deeper than ${maxDepth} levels, or its aliases or merge keys expand without end.`,
    "Flatten the document, or remove the aliases.",
    place,
  );
  return undefined;
}

/** Reports every duplicate key at its place; at least the one that the parser found. */
function reportRepeatedKeys(
  source: SourceFile,
  problems: Pick<Problems, "add">,
  known?: Place & { readonly source: SourceFile },
): void {
  const found = repeatedKeys(source).map(({ line, column }) => ({ file: source.name, line, column, source }));
  for (const at of found.length > 0 || known === undefined ? found : [known]) {
    problems.add("duplicateKey", "Duplicate key. The last one is used.", "Remove one of them.", at);
  }
}

/** Counts brackets and colons outside of strings before a recursive parser runs; stops when the nesting is too deep. */
function measureJson(text: string): { depth: number; members: number } {
  let depth = 0;
  let deepest = 0;
  let members = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x20) continue;
    if (code === 0x22) at = endOfString(text, at);
    else if (code === 0x3a) members++;
    else if (code === 0x7b || code === 0x5b) {
      if (++depth > deepest) deepest = depth;
      if (depth > maxDepth) break;
    } else if (code === 0x7d || code === 0x5d) depth--;
  }
  return { depth: deepest, members };
}

/** The number of members of all objects in a parsed document; a duplicate key counts once. */
function membersOf(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  const members: readonly unknown[] = Array.isArray(value) ? value : Object.values(value);
  let count = Array.isArray(value) ? 0 : members.length;
  for (const member of members) if (typeof member === "object" && member !== null) count += membersOf(member);
  return count;
}

function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (end > 0 && isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end < 0 ? text.length : end;
}

function isEscaped(text: string, at: number): boolean {
  let backslashes = 0;
  while (text.charCodeAt(at - 1 - backslashes) === 0x5c) backslashes++;
  return backslashes % 2 === 1;
}

/** The maximum number of values after all aliases are expanded. */
const maxValues = 20_000_000;

function hasAliases(text: string): boolean {
  return /(^|[\s,[{:-])\*[^\s,\]}]/m.test(text);
}

interface Measures {
  readonly values: number;
  readonly depth: number;
}

const endless: Measures = { values: Number.POSITIVE_INFINITY, depth: Number.POSITIVE_INFINITY };

/**
 * With aliases a small text can expand to a huge, deep, or endless document. Each shared part is measured once.
 */
function isTooLarge(root: unknown): boolean {
  const known = new Map<object, Measures>();
  const measure = (value: unknown, level: number): Measures => {
    if (typeof value !== "object" || value === null) return { values: 1, depth: 0 };
    if (level > maxDepth) return endless;
    const found = known.get(value);
    if (found !== undefined) return found;
    known.set(value, endless);
    let values = 1;
    let depth = 0;
    for (const member of Object.values(value)) {
      const measures = measure(member, level + 1);
      values += measures.values;
      depth = Math.max(depth, measures.depth);
    }
    const own = { values, depth: depth + 1 };
    known.set(value, own);
    return own;
  };
  const { values, depth } = measure(root, 0);
  return values > maxValues || depth > maxDepth;
}
