import { type Cursor, Problems } from "../diagnostics/index.js";
import { follow, type SpecDocument, type SpecOperation } from "../load/index.js";

/** How the pages of a list are requested. */
export interface PaginationCandidate {
  readonly style: "cursor" | "page" | "offset" | "link";
  /** The query parameter, or the response header. */
  readonly name: string;
}

const cursorName = /^(cursor|(starting_?)?after|(next_?)?page_?token|next_?token|continuation(_?token)?|marker)$/i;
const pageName = /^page(_?(number|no|num|index))?$/i;
const offsetName = /^(offset|skip|start(_?(at|index))?)$/i;
const sizeName = /^(limit|count|size|take|top|(max|page|per)_?(results|size|page))$/i;

/** The signs of a paginated operation: a list in its response, and a parameter for where the page starts. */
export function paginationOf(document: SpecDocument, operation: SpecOperation): PaginationCandidate | undefined {
  if (operation.method !== "GET") return undefined;
  const answers = operation.responses.filter(([status]) => /^2/.test(status)).map(([, response]) => response);
  if (!answers.some((answer) => holdsList(document, answer))) return undefined;
  const names = operation.parameters.flatMap((parameter) =>
    parameter.text("in") === "query" ? [parameter.text("name") ?? ""] : [],
  );
  const named = (style: PaginationCandidate["style"], pattern: RegExp): PaginationCandidate | undefined => {
    const name = names.find((candidate) => pattern.test(candidate));
    return name === undefined ? undefined : { style, name };
  };
  const hasSize = names.some((name) => sizeName.test(name));
  const header = answers
    .flatMap((answer) => answer.get("headers")?.entries() ?? [])
    .find(([name]) => /^link$/i.test(name));
  return (
    named("cursor", cursorName) ??
    (header === undefined ? undefined : { style: "link", name: header[0] }) ??
    named("page", pageName) ??
    (hasSize ? named("offset", offsetName) : undefined)
  );
}

function holdsList(document: SpecDocument, answer: Cursor): boolean {
  const media = answer.get("content")?.entries() ?? [];
  return media.some(([type, at]) => {
    const schema = /[/+]json\b/i.test(type) ? followed(document, at.get("schema")) : undefined;
    if (schema === undefined) return false;
    return isList(schema) || membersOf(document, schema).some(isList);
  });
}

function membersOf(document: SpecDocument, schema: Cursor): Cursor[] {
  const parts = (schema.get("allOf")?.items() ?? []).flatMap((part) => followed(document, part) ?? []);
  const properties = [schema, ...parts].flatMap((part) => part.get("properties")?.entries() ?? []);
  return properties.flatMap(([, property]) => followed(document, property) ?? []);
}

function isList(schema: Cursor): boolean {
  return schema.text("type") === "array" || schema.get("items") !== undefined;
}

/** Unresolved references were reported when the document was read. */
function followed(document: SpecDocument, at: Cursor | undefined): Cursor | undefined {
  return at === undefined ? undefined : follow(document, at, new Problems());
}
