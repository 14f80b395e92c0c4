import type { Cursor, Problems } from "../diagnostics/index.js";
import { contentOf, type SpecDocument, type SpecOperation } from "../load/index.js";
import { checkBlock } from "../policies/index.js";
import type { Pagination, Parameter } from "./api.js";
import { partsOf } from "./parts.js";
import type { Schemas } from "./schemas.js";

/** What is known of an operation when its pagination is looked at. */
interface Context {
  readonly document: SpecDocument;
  readonly operation: SpecOperation;
  readonly query: readonly Parameter[];
  readonly schemas: Schemas;
  readonly problems: Problems;
}

/** An operation's `x-pagination`, checked against its parameters and its answer; every fault is told at its place. */
export async function paginationOf(isSafe: boolean, context: Context): Promise<Omit<Pagination, "names"> | undefined> {
  const { operation, problems, schemas } = context;
  const block = operation.at.get("x-pagination");
  if (block === undefined || isForeign(block, problems)) return undefined;
  if (!(await checkBlock(block, "x-pagination", problems))) return undefined;
  const before = problems.list.length;
  if (!isSafe) refuse(context, block, "it changes something", "Only what reads has pages; see 'safe'.");
  checkParameter(context, block);
  const answer = answerOf(context);
  if (answer === undefined) refuse(context, block, "its answer is not JSON", "Describe a 2xx with a JSON schema.");
  if (answer === undefined || problems.list.length > before) return undefined;
  const list = at(context, block, "items", answer) ?? answer;
  const item = itemsOf(context, block, list);
  if (item !== "unknown") at(context, block, "lastItem", item, ["string", "integer", "number"]);
  at(context, block, "next", answer, ["string", "integer", "number"]);
  at(context, block, "more", answer, ["boolean"]);
  if (problems.list.length > before) return undefined;
  const { by, parameter, start } = block.record as Pick<Pagination, "by" | "parameter" | "start">;
  return {
    by,
    items: keysOf(block, "items") ?? [],
    parameter,
    next: keysOf(block, "next"),
    lastItem: keysOf(block, "lastItem"),
    more: keysOf(block, "more"),
    start,
    item: item === "unknown" ? true : schemas.use(item, "read"),
  };
}

const keys = ["by", "items", "parameter", "next", "lastItem", "more", "start"];

/** Other programs have a block of this name, too: one with none of our keys is theirs. */
function isForeign(block: Cursor, problems: Problems): boolean {
  const written = Object.keys(block.record);
  if (written.length === 0 || written.some((key) => keys.includes(key))) return false;
  const message = `'x-pagination' has none of the keys ${keys.join(", ")}, so it is ignored.`;
  problems.add("pagination", message, "If it is meant for resil-gen, set 'by'.", block, "warning");
  return true;
}

function refuse({ operation, problems }: Context, where: Cursor, what: string, hint: string): void {
  problems.add("pagination", `${operation.key}: invalid x-pagination: ${what}.`, hint, where);
}

function checkParameter(context: Context, block: Cursor): void {
  const written = block.get("parameter");
  const names = context.query.map(({ name }) => name);
  if (written === undefined || names.includes(String(written.value))) return;
  const known = names.length === 0 ? "It has no query parameter." : `Its query parameters: ${names.join(", ")}.`;
  refuse(context, written, `unknown query parameter '${String(written.value)}'`, known);
}

/** The schema of the first 2xx answer in JSON. */
function answerOf({ document, operation, problems }: Context): Cursor | undefined {
  const successes = operation.responses.filter(([status]) => /^2/.test(status));
  const contents = successes.flatMap(([, response]) => contentOf(document, response, problems));
  const json = contents.find(([mediaType]) => /^[^;]*[/+]json\s*(;|$)/i.test(mediaType));
  return json?.[1].get("schema");
}

function keysOf(block: Cursor, key: string): string[] | undefined {
  return block
    .text(key)
    ?.split("/")
    .slice(1)
    .map((part) => part.replace(/~1/g, "/").replace(/~0/g, "~"));
}

/** The schema at a pointer of the block; `unknown` where the description leaves open what is there. */
function at(
  context: Context,
  block: Cursor,
  key: string,
  answer: Cursor | "unknown",
  types: readonly string[] = [],
): Cursor | "unknown" | undefined {
  const keys = keysOf(block, key);
  const where = block.get(key) ?? block;
  if (keys === undefined) return undefined;
  let schema: Cursor | "unknown" | undefined = answer;
  for (const part of keys) {
    const holder: Cursor | "unknown" = schema;
    schema = holder === "unknown" ? holder : memberOf(context, holder, part);
    if (schema !== undefined) continue;
    const known = holder === "unknown" ? [] : namesOf(context, holder);
    refuse(context, where, `the response has no '${part}'`, `Properties there: ${known.join(", ") || "none"}.`);
    return "unknown";
  }
  const written = schema === "unknown" ? [] : typesOf(context, schema);
  if (types.length > 0 && written.length > 0 && !written.some((type) => types.includes(type)))
    refuse(context, where, `'${key}' points to ${written.join(" or ")}`, `It must point to ${types.join(" or ")}.`);
  return schema;
}

function itemsOf(context: Context, block: Cursor, list: Cursor | "unknown"): Cursor | "unknown" {
  if (list === "unknown") return list;
  for (const part of partsOf(context.document, list, context.problems)) {
    const items = part.get("items");
    if (items !== undefined) return items;
  }
  const types = typesOf(context, list);
  if (types.length > 0 && !types.includes("array"))
    refuse(
      context,
      block.get("items") ?? block,
      `'items' points to ${types.join(" or ")}`,
      "It must point to the list.",
    );
  return "unknown";
}

function memberOf(context: Context, schema: Cursor, name: string): Cursor | "unknown" | undefined {
  const parts = partsOf(context.document, schema, context.problems);
  for (const part of parts) {
    const member = part.get("properties")?.get(name);
    if (member !== undefined) return member;
  }
  const isOpen = parts.every((part) => part.get("properties") === undefined && part.get("type") === undefined);
  const hasOthers = parts.some((part) => (part.get("additionalProperties")?.value ?? false) !== false);
  return isOpen || hasOthers ? "unknown" : undefined;
}

function namesOf(context: Context, schema: Cursor): string[] {
  return partsOf(context.document, schema, context.problems).flatMap((part) =>
    Object.keys(part.get("properties")?.record ?? {}),
  );
}

function typesOf(context: Context, schema: Cursor): string[] {
  return partsOf(context.document, schema, context.problems).flatMap((part) =>
    [part.get("type")?.value ?? []].flat().map(String),
  );
}
