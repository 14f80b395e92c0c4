import type { ApiOperation, Schema, SchemaObject } from "../ir/index.js";
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
  readonly last: unknown;
}

/** How a list that comes in pages ends; `undefined` for what does not come in pages. */
export function pagesOf({ method, parameters, responses }: ApiOperation, samples: Samples): Pages | undefined {
  if (method !== "GET" && method !== "QUERY") return undefined;
  const by = parameters.query.map(({ name }) => name).filter((name) => pageParameters.test(name));
  const usual = responses.find(({ status }) => /^2\d\d$/.test(status))?.contents[0]?.type;
  if (by.length === 0 || usual?.kind !== "json") return undefined;
  const schema = samples.resolve(usual.schema);
  const last = endMembers(schema, samples, 2) ?? emptyList(schema, samples);
  return last === undefined ? undefined : { by, last };
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
