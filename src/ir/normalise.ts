import { type Cursor, isRecord, type Problems } from "../diagnostics/index.js";
import type { OpenApiVersion } from "../load/index.js";
import type { Schema, SchemaObject } from "./api.js";
import { type Difference, type Direction, isBytes, isOneWay, typesAt } from "./direction.js";
import { type DiscriminatorContext, discriminated, inheritedTags, opennessOf } from "./discriminator.js";
import { constValue, enumValues } from "./literals.js";
import { withRules } from "./rules.js";

/** What normalizing a schema asks for. */
export interface NormaliseContext extends DiscriminatorContext {
  readonly direction: Direction;
  readonly version: OpenApiVersion;
  readonly problems: Problems;
  /** Members that this direction does not have, of the compositions that the schema is a part of. */
  readonly hidden: ReadonlySet<string>;
  /** The same for a part that goes another way. */
  toward(direction: Direction): NormaliseContext;
  /** The reference to a named schema that a `$ref` becomes. */
  reference(at: Cursor): Schema;
  /** Told that another direction would look different. */
  sawDifference(difference: Difference): void;
  /** Told each schema; throws when there are too many. */
  sawSchema(at: Cursor): void;
}

const types = ["string", "number", "integer", "boolean", "object", "array", "null"];

/** Keywords that are taken as they are, with the kind of value that they must have. */
const scalars = Object.entries({
  title: "string",
  description: "string",
  format: "string",
  pattern: "string",
  minimum: "number",
  maximum: "number",
  multipleOf: "number",
  minLength: "number",
  maxLength: "number",
  minItems: "number",
  maxItems: "number",
  minProperties: "number",
  maxProperties: "number",
  uniqueItems: "boolean",
  deprecated: "boolean",
  exclusiveMinimum: "any",
  exclusiveMaximum: "any",
  default: "any",
  example: "any",
  examples: "any",
} satisfies Record<string, "string" | "number" | "boolean" | "any">);

/** A schema as OpenAPI 3.0 or 3.1 writes it, in the one dialect of the {@link Schema} type. What is broken is left out. */
export function normalise(at: Cursor, outer: NormaliseContext): Schema {
  const { value } = at;
  outer.sawSchema(at);
  if (typeof value === "boolean") return value;
  if (!isRecord(value)) return broken(at, "A schema must be an object or a boolean. It is typed as unknown.", outer);
  const context = withHidden(at, outer);
  if (value["$ref"] !== undefined) return reference(at, value, context);
  if (value["$dynamicRef"] !== undefined || value["$recursiveRef"] !== undefined)
    return { rules: [{ kind: "unknown" }] };
  return withRules(at, withUnions(at, plainPart(at, value, context), context), (part) => normalise(part, context));
}

type Draft = { -readonly [Key in keyof SchemaObject]: SchemaObject[Key] };

/** Keywords that mean nothing for the values of a schema. */
const withoutMeaning =
  /^(\$ref|title|summary|description|deprecated|default|examples?|\$comment|\$id|\$schema|\$defs|\$anchor|readOnly|writeOnly|externalDocs|xml|nullable|x-.*)$/;

/** Beside a `$ref`, 3.0 ignores all but what is there for readers; later versions add it to what is referred to. */
function reference(at: Cursor, value: Record<string, unknown>, context: NormaliseContext): Schema {
  if (typeof value["$ref"] !== "string") return broken(at, "A $ref must be a string. It is typed as unknown.", context);
  const target = context.reference(at);
  const { $ref: _ref, ...siblings } = value;
  const isAlone = Object.keys(value).every((key) => withoutMeaning.test(key));
  const schema =
    isAlone || context.version === "3.0" ? withDocs(target, value) : extended(at, target, siblings, context);
  return value["nullable"] === true ? nullableReference(at, schema, context) : schema;
}

function extended(at: Cursor, target: Schema, siblings: Record<string, unknown>, context: NormaliseContext): Schema {
  const { nullable: _nullable, ...own } = siblings;
  const draft = withRules(at, withUnions(at, plainPart(at, own, context), context), (part) => normalise(part, context));
  if (typeof draft === "boolean") return draft;
  return target === true ? draft : { ...draft, allOf: [target, ...(draft.allOf ?? [])] };
}

/**
 * Strictly, `nullable` has no effect beside a `$ref`, but its author meant something. A response is typed with null, so
 * that no caller is surprised by one; a request is not.
 */
function nullableReference(at: Cursor, schema: Schema, context: NormaliseContext): Schema {
  if (typesAt(at, context.target).has("null")) return schema;
  context.problems.add(
    "brokenCorner",
    context.version === "3.0" ? "'nullable' has no effect next to $ref. Responses are typed with null, requests without." : meaningless,
    "Combine the reference with a nullable schema in anyOf.",
    at.get("nullable") ?? at,
  );
  context.sawDifference("access");
  if (context.direction !== "read") return schema;
  return withDocs({ anyOf: [schema, { type: "null" }] }, at.record);
}

const meaningless = "'nullable' has no effect since OpenAPI 3.1. It was read as in 3.0.";

function withDocs(target: Schema, { description, deprecated }: Record<string, unknown>): Schema {
  if (typeof description !== "string" && deprecated !== true) return target;
  const docs: Draft = target === true ? {} : { allOf: [target] };
  if (typeof description === "string") docs.description = description;
  if (deprecated === true) docs.deprecated = true;
  return docs;
}

/** Everything of a schema but `allOf`, `anyOf` and `oneOf`. */
function plainPart(at: Cursor, value: Record<string, unknown>, context: NormaliseContext): Draft {
  const draft: Draft = {};
  for (const [key, kind] of scalars) {
    if (!Object.hasOwn(value, key)) continue;
    const member = value[key];
    if (kind === "any" || typeof member === kind) draft[key] = member;
  }
  typePart(at, value, draft, context);
  valuesPart(at, draft, context);
  propertiesPart(at, value, draft, context);
  for (const keyword of ["additionalProperties", "propertyNames"] as const) {
    const part = at.get(keyword);
    if (part?.value !== undefined) draft[keyword] = normalise(part, partContext(part, context));
  }
  const patterns = at.get("patternProperties")?.entries() ?? [];
  if (patterns.length > 0)
    draft.patternProperties = Object.fromEntries(
      patterns.map(([key, item]) => [key, normalise(item, partContext(item, context))]),
    );
  itemsPart(at, draft, context);
  bytesPart(value, draft, context);
  return draft;
}

function typePart(
  at: Cursor,
  value: Record<string, unknown>,
  draft: Draft,
  { version, problems }: NormaliseContext,
): void {
  const written = value["type"] === undefined ? [] : [value["type"]].flat();
  const known = [...new Set(written.filter((type): type is string => types.includes(type as string)))];
  // `[string, null]` without quotes: YAML's null.
  if (known.length > 0 && written.includes(null) && !known.includes("null")) known.push("null");
  if (known.length < new Set(written).size) {
    problems.add(
      "brokenCorner",
      `Unknown type ${JSON.stringify(value["type"])}. It is typed as unknown.`,
      "Fix it to get a type.",
      at.get("type") ?? at,
    );
  }
  const isNullable = value["nullable"] === true;
  if (isNullable && version !== "3.0") {
    problems.add(
      "brokenCorner",
      meaningless,
      "Add 'null' to the types:\n  type: [string, 'null']",
      at.get("nullable") ?? at,
    );
  }
  // Beside a composition, `nullable` is meant for the whole of it: its parts need not say so again.
  const isComposed = ["allOf", "anyOf", "oneOf"].some((keyword) => value[keyword] !== undefined);
  if (isNullable && known.length > 0 && !isComposed) {
    if (!known.includes("null")) known.push("null");
  } else if (isNullable) draft.nullable = true;
  if (known.length > 0) draft.type = known.length === 1 ? (known[0] as string) : known;
}

function valuesPart(at: Cursor, draft: Draft, { version, problems }: NormaliseContext): void {
  const declared = [draft.type ?? []].flat();
  const list = at.get("enum");
  if (list !== undefined && Array.isArray(list.value)) {
    const isObject = declared.includes("object");
    const values = enumValues(list, isObject ? [] : declared, problems);
    if (values.length > 0) draft.enum = values;
    const isPlain = values.every((item) => typeof item !== "object" || item === null);
    if (isObject && isPlain) objectOrValues(at, draft, problems);
    nullAmong(draft, at.record["nullable"] === true, version);
  }
  const fixed = at.get("const");
  if (fixed === undefined) return;
  if (fixed.value === null && draft.type === undefined) draft.type = "null";
  else if (typeof fixed.value !== "number" || Number.isFinite(fixed.value))
    draft.const = constValue(fixed, declared, problems);
}

/** An object is none of the values listed beside it. Members say more than a list; a list says more than "object". */
function objectOrValues(at: Cursor, draft: Draft, problems: Problems): void {
  const hasMembers = at.get("properties") !== undefined || at.get("additionalProperties") !== undefined;
  if (hasMembers || draft.type !== "object") delete draft.enum;
  else delete draft.type;
  problems.add(
    "brokenCorner",
    `An object can't be one of the values in 'enum'. The ${hasMembers ? "enum" : "type"} is ignored.`,
    "Remove the one that isn't meant.",
    at.get("enum") ?? at,
  );
}

/** Before 3.1, either `nullable` or a null in the list is meant to allow null, though strictly it takes both. */
function nullAmong(draft: Draft, isNullable: boolean, version: OpenApiVersion): void {
  const { enum: values, type } = draft;
  if (values === undefined) return;
  if (isNullable && !values.includes(null)) draft.enum = [...values, null];
  if (version !== "3.0" || !values.includes(null) || type === undefined) return;
  const declared = [type].flat();
  if (!declared.includes("null")) draft.type = [...declared, "null"];
}

function propertiesPart(at: Cursor, value: Record<string, unknown>, draft: Draft, context: NormaliseContext): void {
  const hidden = hiddenMembers(at, context);
  const written = membersWritten(at, context);
  const properties = written
    .filter(([name]) => !hidden.has(name))
    .map(([name, property]): [string, Schema] => [name, normalise(property, partContext(property, context))]);
  if (properties.length > 0) draft.properties = Object.fromEntries(properties);
  // Nothing of it is left for this direction; it is no object of anything for that.
  else if (written.length > 0 && value["additionalProperties"] === undefined) draft.additionalProperties = false;
  const required = Array.isArray(value["required"]) ? value["required"] : [];
  const names = required.filter((name): name is string => typeof name === "string" && !hidden.has(name));
  if (names.length > 0) draft.required = names;
}

/** The members of a schema; large documents are written with a reference in their place, which no standard knows. */
function membersWritten(at: Cursor, context: NormaliseContext): readonly [string, Cursor][] {
  const written = at.get("properties");
  const members = typeof written?.record["$ref"] === "string" ? context.target(written) : written;
  return members?.entries() ?? [];
}

/** The members that this direction does not have; whatever part of a composition requires them means the others. */
function hiddenMembers(at: Cursor, context: NormaliseContext): ReadonlySet<string> {
  const hidden = new Set(context.hidden);
  for (const [name, property] of membersWritten(at, context)) {
    const way = isOneWay(property, context.target);
    if (way === undefined) continue;
    context.sawDifference("access");
    if ((way === "writeOnly") === (context.direction === "read")) hidden.add(name);
  }
  return hidden;
}

function itemsPart(at: Cursor, draft: Draft, context: NormaliseContext): void {
  const items = at.get("items");
  const tuple = at.get("prefixItems")?.items() ?? items?.items() ?? [];
  if (tuple.length > 0) draft.prefixItems = tuple.map((item) => normalise(item, partContext(item, context)));
  // Where `items` is the tuple, as before OpenAPI 3.1, the rest is called otherwise.
  const rest = Array.isArray(items?.value) ? at.get("additionalItems") : items;
  if (rest?.value !== undefined) draft.items = normalise(rest, partContext(rest, context));
}

/** A file is bytes as a part of a form. Elsewhere it is a string: JSON has no bytes. */
function bytesPart(value: Record<string, unknown>, draft: Draft, context: NormaliseContext): void {
  if (!isBytes(value)) return;
  if (context.direction === "form") {
    context.sawDifference("bytes");
    draft.format = "binary";
  } else delete draft.format;
}

/** A part of a form that is an object is sent as JSON. */
function partContext(part: Cursor, context: NormaliseContext): NormaliseContext {
  const own = context.hidden.size === 0 ? context : { ...context, hidden: none };
  if (context.direction !== "form") return own;
  const types = typesAt(part, context.target);
  return types.has("object") && !types.has("string") ? own.toward("write") : own;
}

const none: ReadonlySet<string> = new Set();

function withUnions(at: Cursor, draft: Draft, context: NormaliseContext): SchemaObject {
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
  if (allOf.length > 0) draft.allOf = allOf;
  const tags = Object.entries(allOf.length > 0 ? inheritedTags(at, context) : {});
  if (tags.length > 0) addTags(draft, Object.fromEntries(tags));
  return draft;
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

/** The parts of a composition share what is hidden: one may require what another declares. */
function withHidden(at: Cursor, context: NormaliseContext): NormaliseContext {
  const parts = ["allOf", "anyOf", "oneOf"].flatMap((keyword) => at.get(keyword)?.items() ?? []);
  if (parts.length === 0) return context;
  const hidden = new Set([...context.hidden, ...hiddenMembers(at, context)]);
  const seen = new Set<unknown>();
  const queue = at.get("$ref") === undefined ? parts : [...parts, at];
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    const part = context.target(next);
    if (part === undefined || seen.has(part.value)) continue;
    seen.add(part.value);
    for (const name of hiddenMembers(part, context)) hidden.add(name);
    for (const keyword of ["allOf", "anyOf", "oneOf"]) queue.push(...(part.get(keyword)?.items() ?? []));
  }
  return hidden.size === context.hidden.size ? context : { ...context, hidden };
}

/** No value has a type that none of the parts beside it can have. That is a slip of the pen. */
function dropContradictedType(at: Cursor, draft: Draft, { target, problems }: NormaliseContext): void {
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

function membersOf(at: Cursor, keyword: string, context: NormaliseContext): { at: Cursor; schema: Schema }[] {
  return (at.get(keyword)?.items() ?? []).flatMap((member) => {
    if (typeof member.value === "object" && member.value !== null)
      return [{ at: member, schema: normalise(member, context) }];
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

function broken(at: Cursor, message: string, { problems }: NormaliseContext): Schema {
  problems.add("brokenCorner", message, "Fix it to get a type.", at);
  return true;
}
