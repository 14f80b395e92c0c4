import type { ApiOperation, Pagination, Schema, SchemaObject } from "../ir/index.js";
import { Code } from "./print/literal.js";
import type { Samples } from "./samples.js";

/** Query parameters that ask for a later page. */
const pageParameters =
  /^(page|page[_-]?(number|no|index|token)|offset|skip|start|start[_-]?(at|index)|cursor|.*[_-]cursor|after|starting[_-]?after|since|marker|.*[_-]?token|continuation)$/i;

/** Members that lead to the next page, or say that there is one. */
const nextMembers =
  /^(next|next[_-]?(cursor|page|page[_-]?(token|cursor)|token|marker|link|url|uri|href|offset)|end[_-]?cursor)$/i;
const moreMembers = /^(has|is)[_-]?(more|next|next[_-]?page|truncated)$/i;

interface Pages {
  readonly by: readonly string[];
  readonly first?: string;
  readonly last: unknown;
}

/**
 * How a list that comes in pages ends; `undefined` for what does not come in pages. Where the document says how pages
 * follow each other, by that; else by the names that are usual.
 */
export function pagesOf(
  { method, parameters, responses, pagination }: ApiOperation,
  samples: Samples,
): Pages | undefined {
  const usual = responses.find(({ status }) => /^2\d\d$/.test(status))?.contents[0]?.type;
  if (usual?.kind !== "json") return undefined;
  if (pagination !== undefined) return declaredPages(pagination, usual.schema, samples);
  if (method !== "GET" && method !== "QUERY") return undefined;
  const by = parameters.query.map(({ name }) => name).filter((name) => pageParameters.test(name));
  if (by.length === 0) return undefined;
  const schema = samples.resolve(usual.schema);
  const last = endMembers(schema, samples, 2) ?? emptyList(schema, samples);
  return last === undefined ? undefined : { by, last };
}

/** As `x-pagination` says. A link in the sample leads to another server: there the first page is the last. */
function declaredPages(
  { by, parameter, items, next, more, start = 1 }: Pagination,
  answer: Schema,
  samples: Samples,
): Pages | undefined {
  if (by === "link" && next === undefined) return undefined;
  const first = by === "page" ? { first: String(start) } : {};
  const pages = { by: parameter === undefined ? [] : [parameter], ...first };
  if (next === undefined && more === undefined) return { ...pages, last: nested(items, []) };
  const last = next === undefined ? {} : nested(next, endedAt(answer, next, samples));
  return { ...pages, last: more === undefined ? last : nested(more, false, last) };
}

/** A value beneath keys, beside what is there. */
function nested(keys: readonly string[], value: unknown, beside: unknown = {}): unknown {
  const [key, ...deeper] = keys;
  if (key === undefined) return value;
  const known = beside as Readonly<Record<string, unknown>>;
  return { ...known, [key]: nested(deeper, value, known[key]) };
}

/** The end of pages at a place within an answer. */
function endedAt(answer: Schema, keys: readonly string[], samples: Samples): unknown {
  let at: readonly [schema: Schema, isRequired: boolean] = [answer, true];
  for (const key of keys) {
    const member = samples.membersOf(samples.resolve(at[0])).find(([name]) => name === key);
    at = [member?.[1] ?? true, member?.[2] ?? false];
  }
  return ended(...at, samples);
}

/** The members of an answer that say that there is no further page, as they are then. */
function endMembers(schema: SchemaObject, samples: Samples, depth: number): object | undefined {
  const members = samples.membersOf(schema).flatMap(([name, member, isRequired]): [string, unknown][] => {
    if (nextMembers.test(name)) return [[name, ended(member, isRequired, samples)]];
    const target = samples.resolve(member);
    if (moreMembers.test(name) && target.type === "boolean") return [[name, false]];
    if (depth === 0 || (target.properties === undefined && target.allOf === undefined)) return [];
    const inner = endMembers(target, samples, depth - 1);
    return inner === undefined ? [] : [[name, inner]];
  });
  return members.length === 0 ? undefined : Object.fromEntries(members);
}

/** Where nothing says that there is more, readers go on until a page is empty. */
function emptyList(schema: SchemaObject, samples: Samples): unknown {
  if (schema.type === "array") return mayBeEmpty(schema) ? [] : undefined;
  const list = samples.membersOf(schema).find(([, member]) => {
    const target = samples.resolve(member);
    return target.type === "array" && mayBeEmpty(target);
  });
  return list === undefined ? undefined : { [list[0]]: [] };
}

function mayBeEmpty({ minItems = 0 }: SchemaObject): boolean {
  return minItems === 0;
}

/** No further page, in the form that the schema allows: absent, null, or empty. */
function ended(schema: Schema, isRequired: boolean, samples: Samples): unknown {
  if (!isRequired) return new Code("undefined");
  const { type, minLength = 0 } = samples.resolve(schema);
  const allowed = [type ?? "null"].flat();
  return !allowed.includes("null") && allowed.includes("string") && minLength === 0 ? "" : null;
}
