import yaml from "js-yaml";
import { type ParseError, parse as parseJsonTolerantly, printParseErrorCode } from "jsonc-parser";
import type { Place, Problems, SourceFile } from "../diagnostics/index.js";
import { repeatedKeys } from "../diagnostics/locate.js";
import { decodeText, type RawFile } from "./read.js";

/** Deeper nesting than this is no API description. */
const maxDepth = 400;

/** Parses a document; `undefined`, with a problem, when it is neither YAML nor JSON or was made to do harm. */
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

/** A login page, a page of documentation, or an error of a proxy, mostly: YAML would tell something odd of it. */
function markup(source: SourceFile, problems: Problems): undefined {
  const isHtml = /^\s*(?:<!--[\s\S]*?-->\s*)?<(?:!doctype\s+html|html|head|body)\b/i.test(source.text.slice(0, 10_000));
  problems.add(
    "notOpenApi",
    `this is ${isHtml ? "an HTML page" : "XML or HTML"}, not an OpenAPI document`,
    "Pass the address or file of the document itself; a page that shows it, or a login page, is not the document.",
    placeAt(source, 0),
  );
  return undefined;
}

function reportGuess(source: SourceFile, offset: number, problems: Problems): void {
  const hint = "Save the document as UTF-8 (RFC 8259 §8.1, YAML 1.2 §5.2).";
  problems.add("encoding", "this is not UTF-8, and was read as Latin-1", hint, placeAt(source, offset));
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
    // YAML in flow style begins like JSON; what is neither is told in the words of JSON.
    const silent = { add: () => {} };
    return parseYaml(source, silent) ?? reportJsonError(source, problems);
  }
}

function reportJsonError(source: SourceFile, problems: Problems): undefined {
  const errors: ParseError[] = [];
  parseJsonTolerantly(source.text, errors);
  const first = errors[0];
  const at = placeAt(source, first?.offset ?? 0);
  const what =
    first === undefined
      ? "unexpected end"
      : printParseErrorCode(first.error)
          .replace(/([a-z])([A-Z])/g, "$1 $2")
          .toLowerCase();
  problems.add("syntax", `this is not valid JSON: ${what}`, "Mend the document at this place.", at);
  return undefined;
}

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

/** YAML 1.2 core types (dates stay text), with the merge key `<<` that many documents use. */
const merge = new yaml.Type("tag:yaml.org,2002:merge", {
  kind: "scalar",
  resolve: (data: unknown) => data === "<<" || data === null,
});
const yamlOptions = { maxDepth, schema: yaml.CORE_SCHEMA.extend({ implicit: [merge] }) } as yaml.LoadOptions;

/** What js-yaml says. Of the whole text (several documents in one) it tells no place: then it is the beginning. */
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
  problems.add("syntax", `this is not valid YAML: ${reason}`, "Mend the document at this place.", at);
  return undefined;
}

function tooDeep(
  source: SourceFile,
  problems: Pick<Problems, "add">,
  at?: { line: number; column: number; file: string },
): undefined {
  const place = at ?? { file: source.name, line: 1, column: 1 };
  problems.add(
    "tooLarge",
    `this nests deeper than ${maxDepth} levels, or repeats itself by aliases or merge keys without end`,
    "Flatten the document.",
    place,
  );
  return undefined;
}

/** Every key that stands twice, at its place; at least the one that the parser stumbled over. */
function reportRepeatedKeys(
  source: SourceFile,
  problems: Pick<Problems, "add">,
  known?: Place & { readonly source: SourceFile },
): void {
  const found = repeatedKeys(source).map(({ line, column }) => ({ file: source.name, line, column, source }));
  for (const at of found.length > 0 || known === undefined ? found : [known]) {
    problems.add(
      "duplicateKey",
      "this key stands twice in one mapping; the last one is taken",
      "Remove one of the two.",
      at,
    );
  }
}

/** Looks at brackets and colons outside of strings, before a recursive parser sees them; stops at what is too deep. */
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

/** How many members all objects of a parsed document have; a key that stands twice is one. */
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

/** Written out in full, a document has no more values than this. */
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
 * Aliases make a small text stand for a huge document, for a deep one, or for an endless one. Each shared part is
 * measured once.
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
