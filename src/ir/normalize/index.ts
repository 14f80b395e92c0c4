import { type Cursor, isRecord } from "../../diagnostics/index.js";
import type { Schema, SchemaObject } from "../api.js";
import { isBytes, typesAt } from "../direction.js";
import { discriminated, familyOf, inheritedTags, opennessOf } from "../discriminator.js";
import { withRules } from "../rules.js";
import type { Draft, NormalizeContext } from "./context.js";
import { hiddenMembers, membersWritten, withHidden } from "./hidden.js";
import { meaningless, scalarsPart, typePart, valuesPart } from "./values.js";

export type { NormalizeContext } from "./context.js";

/** A schema as OpenAPI 3.0 or 3.1 writes it, in the one dialect of the {@link Schema} type. What is broken is left out. */
export function normalize(at: Cursor, outer: NormalizeContext): Schema {
  const { value } = at;
  outer.sawSchema(at);
  if (typeof value === "boolean") return value;
  if (!isRecord(value)) return broken(at, "A schema must be an object or a boolean. It is typed as unknown.", outer);
  const context = withHidden(at, outer);
  if (value["$ref"] !== undefined) return reference(at, value, context);
  if (value["$dynamicRef"] !== undefined || value["$recursiveRef"] !== undefined)
    return { rules: [{ kind: "unknown" }] };
  return withRules(at, withUnions(at, plainPart(at, value, context), context), (part) => normalize(part, context));
}

/** Keywords that mean nothing for the values of a schema. */
const withoutMeaning =
  /^(\$ref|title|summary|description|deprecated|default|examples?|\$comment|\$id|\$schema|\$defs|\$anchor|readOnly|writeOnly|externalDocs|xml|nullable|x-.*)$/;

/** Beside a `$ref`, 3.0 ignores all but what is there for readers; later versions add it to what is referred to. */
function reference(at: Cursor, value: Record<string, unknown>, context: NormalizeContext): Schema {
  if (typeof value["$ref"] !== "string") return broken(at, "A $ref must be a string. It is typed as unknown.", context);
  const target = context.reference(at);
  const { $ref: _ref, ...siblings } = value;
  const isAlone = Object.keys(value).every((key) => withoutMeaning.test(key));
  const schema =
    isAlone || context.version === "3.0" ? withDocs(target, value) : extended(at, target, siblings, context);
  return value["nullable"] === true ? nullableReference(at, schema, context) : schema;
}

function extended(at: Cursor, target: Schema, siblings: Record<string, unknown>, context: NormalizeContext): Schema {
  const { nullable: _nullable, ...own } = siblings;
  const draft = withRules(at, withUnions(at, plainPart(at, own, context), context), (part) => normalize(part, context));
  if (typeof draft === "boolean") return draft;
  return target === true ? draft : { ...draft, allOf: [target, ...(draft.allOf ?? [])] };
}

/**
 * Strictly, `nullable` has no effect beside a `$ref`, but its author meant something. A response is typed with null, so
 * that no caller is surprised by one; a request is not.
 */
function nullableReference(at: Cursor, schema: Schema, context: NormalizeContext): Schema {
  if (typesAt(at, context.target).has("null")) return schema;
  context.problems.add(
    "brokenCorner",
    context.version === "3.0"
      ? "'nullable' has no effect next to $ref. Responses are typed with null, requests without."
      : meaningless,
    "Combine the reference with a nullable schema in anyOf.",
    at.get("nullable") ?? at,
  );
  context.sawDifference("access");
  if (context.direction !== "read") return schema;
  return withDocs({ anyOf: [schema, { type: "null" }] }, at.record);
}

function withDocs(target: Schema, { description, deprecated }: Record<string, unknown>): Schema {
  if (typeof description !== "string" && deprecated !== true) return target;
  const docs: Draft = target === true ? {} : { allOf: [target] };
  if (typeof description === "string") docs.description = description;
  if (deprecated === true) docs.deprecated = true;
  return docs;
}

/** Everything of a schema but `allOf`, `anyOf` and `oneOf`. */
function plainPart(at: Cursor, value: Record<string, unknown>, context: NormalizeContext): Draft {
  const draft: Draft = {};
  scalarsPart(value, draft);
  typePart(at, value, draft, context);
  valuesPart(at, draft, context);
  propertiesPart(at, value, draft, context);
  for (const keyword of ["additionalProperties", "propertyNames"] as const) {
    const part = at.get(keyword);
    if (part?.value !== undefined) draft[keyword] = normalize(part, partContext(part, context));
  }
  const patterns = at.get("patternProperties")?.entries() ?? [];
  if (patterns.length > 0)
    draft.patternProperties = Object.fromEntries(
      patterns.map(([key, item]) => [key, normalize(item, partContext(item, context))]),
    );
  itemsPart(at, draft, context);
  bytesPart(value, draft, context);
  return draft;
}

function propertiesPart(at: Cursor, value: Record<string, unknown>, draft: Draft, context: NormalizeContext): void {
  const hidden = hiddenMembers(at, context);
  const written = membersWritten(at, context);
  const properties = written
    .filter(([name]) => !hidden.has(name))
    .map(([name, property]): [string, Schema] => [name, normalize(property, partContext(property, context))]);
  if (properties.length > 0) draft.properties = Object.fromEntries(properties);
  // Nothing of it is left for this direction; it is no object of anything for that.
  else if (written.length > 0 && value["additionalProperties"] === undefined) draft.additionalProperties = false;
  const required = Array.isArray(value["required"]) ? value["required"] : [];
  const names = required.filter((name): name is string => typeof name === "string" && !hidden.has(name));
  if (names.length > 0) draft.required = names;
}

function itemsPart(at: Cursor, draft: Draft, context: NormalizeContext): void {
  const items = at.get("items");
  const tuple = at.get("prefixItems")?.items() ?? items?.items() ?? [];
  if (tuple.length > 0) draft.prefixItems = tuple.map((item) => normalize(item, partContext(item, context)));
  // Where `items` is the tuple, as before OpenAPI 3.1, the rest is called otherwise.
  const rest = Array.isArray(items?.value) ? at.get("additionalItems") : items;
  if (rest?.value !== undefined) draft.items = normalize(rest, partContext(rest, context));
}

/** A file is bytes as a part of a form. Elsewhere it is a string: JSON has no bytes. */
function bytesPart(value: Record<string, unknown>, draft: Draft, context: NormalizeContext): void {
  if (!isBytes(value)) return;
  if (context.direction === "form") {
    context.sawDifference("bytes");
    draft.format = "binary";
  } else delete draft.format;
}

/** A part of a form that is an object is sent as JSON. */
function partContext(part: Cursor, context: NormalizeContext): NormalizeContext {
  const own = context.hidden.size === 0 ? context : { ...context, hidden: none };
  if (context.direction !== "form") return own;
  const types = typesAt(part, context.target);
  return types.has("object") && !types.has("string") ? own.toward("write") : own;
}

const none: ReadonlySet<string> = new Set();

function withUnions(at: Cursor, draft: Draft, context: NormalizeContext): SchemaObject {
  dropContradictedType(at, draft, context);
  const allOf = membersOf(at, "allOf", context).flatMap(({ schema }) => (schema === true ? [] : [schema]));
  for (const keyword of ["anyOf", "oneOf"] as const) {
    const members = membersOf(at, keyword, context);
    if (members.length === 0) continue;
    const union = members.map(({ at: member, schema }) => discriminated(at, member, schema, context));
    const part = { [keyword]: union.map(({ schema }) => schema), ...opennessOf(at, union, context) };
    const isFirst = draft.anyOf === undefined && draft.oneOf === undefined;
    if (isFirst && !hasShape(draft)) Object.assign(draft, part);
    else allOf.push(part);
  }
  const isUnion = draft.anyOf !== undefined || draft.oneOf !== undefined || allOf.some(isUnionItself);
  const family = isUnion ? undefined : familyOf(at, context);
  if (family !== undefined) allOf.push(family);
  if (allOf.length > 0) draft.allOf = allOf;
  const tags = Object.entries(allOf.length > 0 ? inheritedTags(at, context) : {});
  if (tags.length > 0) addTags(draft, Object.fromEntries(tags));
  return draft;
}

function isUnionItself(schema: Schema): boolean {
  return typeof schema === "object" && (schema.anyOf !== undefined || schema.oneOf !== undefined);
}

/** What a base's discriminator says of the schema that extends it stands among its own members. */
function addTags(draft: Draft, tags: Readonly<Record<string, Schema>>): void {
  const { properties = {}, required = [] } = draft;
  const own = Object.entries(properties).map(([name, schema]): [string, Schema] => {
    const tag = Object.hasOwn(tags, name) ? tags[name] : undefined;
    return [name, tag === undefined ? schema : { allOf: [schema, tag] }];
  });
  draft.type ??= "object";
  draft.properties = { ...tags, ...Object.fromEntries(own) };
  draft.required = [...new Set([...required, ...Object.keys(tags)])];
}

/** No value has a type that none of the parts beside it can have. That is a slip of the pen. */
function dropContradictedType(at: Cursor, draft: Draft, { target, problems }: NormalizeContext): void {
  if (draft.type === undefined) return;
  const own = new Set([draft.type].flat().map((type) => (type === "integer" ? "number" : type)));
  const isPossible = (members: readonly Cursor[]): boolean =>
    members.length === 0 || members.some((member) => [...typesAt(member, target)].some((type) => own.has(type)));
  const groups = [
    ...(at.get("allOf")?.items() ?? []).map((part) => [part]),
    ...["anyOf", "oneOf"].map((keyword) => at.get(keyword)?.items() ?? []),
    ...(at.get("$ref") === undefined ? [] : [[at]]),
  ];
  if (groups.every(isPossible)) return;
  problems.add(
    "brokenCorner",
    `Type ${JSON.stringify(draft.type)} contradicts the schemas next to it. The type is ignored.`,
    "Fix the type, or remove it.",
    at.get("type") ?? at,
  );
  delete draft.type;
}

function membersOf(at: Cursor, keyword: string, context: NormalizeContext): { at: Cursor; schema: Schema }[] {
  return (at.get(keyword)?.items() ?? []).flatMap((member) => {
    if (typeof member.value === "object" && member.value !== null)
      return [{ at: member, schema: normalize(member, context) }];
    if (typeof member.value === "boolean") return [{ at: member, schema: member.value }];
    broken(member, `A member of ${keyword} must be a schema. It is typed as unknown.`, context);
    return [];
  });
}

function hasShape(draft: SchemaObject): boolean {
  return (
    draft.properties !== undefined || draft.additionalProperties !== undefined || draft.patternProperties !== undefined
  );
}

function broken(at: Cursor, message: string, { problems }: NormalizeContext): Schema {
  problems.add("brokenCorner", message, "Fix it to get a type.", at);
  return true;
}
