import { type Cursor, isRecord, type Problems } from "../diagnostics/index.js";
import type { OpenApiVersion } from "../load/index.js";
import type { Schema, SchemaObject } from "./api.js";
import { isConditionOnly, withRules } from "./rules.js";

/** Whether a schema describes what the server sends or what it is sent: `readOnly` and `writeOnly` members differ. */
export type Direction = "read" | "write";

/** What normalising a schema asks for. */
export interface NormaliseContext {
  readonly direction: Direction;
  readonly version: OpenApiVersion;
  readonly problems: Problems;
  /** The reference to a named schema that a `$ref` becomes. */
  reference(at: Cursor): Schema;
  /** The value that a `$ref` leads to, or the value itself. */
  target(at: Cursor): Cursor | undefined;
  /** The values of a discriminator that mean this member of a union. */
  discriminatorValues(union: Cursor, member: Cursor): readonly string[];
  /** The schema that `defaultMapping` names. */
  defaultMember(union: Cursor): Schema | undefined;
  /** Told when the other direction would look different. */
  sawDirection(): void;
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
export function normalise(at: Cursor, context: NormaliseContext): Schema {
  const { value } = at;
  context.sawSchema(at);
  if (typeof value === "boolean") return value;
  if (!isRecord(value)) return broken(at, "a schema must be an object", context);
  if (value["$ref"] !== undefined) return reference(at, value, context);
  if (value["$dynamicRef"] !== undefined || value["$recursiveRef"] !== undefined)
    return { rules: [{ kind: "unknown" }] };
  return withRules(at, withUnions(at, plainPart(at, value, context), context), (part) => normalise(part, context));
}

type Draft = { -readonly [Key in keyof SchemaObject]: SchemaObject[Key] };

/** Beside a `$ref`, 3.0 ignores all but what is there for readers; later versions add it to what is referred to. */
function reference(at: Cursor, value: Record<string, unknown>, context: NormaliseContext): Schema {
  if (typeof value["$ref"] !== "string") return broken(at, "a $ref must be a text", context);
  const target = context.reference(at);
  const { $ref: _ref, ...siblings } = value;
  const hasMeaning = ["type", "properties", "allOf", "anyOf", "oneOf", "enum", "const", "items", "required"].some(
    (key) => key in siblings,
  );
  if (!hasMeaning || context.version === "3.0") return withDocs(target, value);
  return intersection([
    target,
    withRules(at, withUnions(at, plainPart(at, siblings, context), context), (part) => normalise(part, context)),
  ]);
}

/** Any value adds nothing to what it is combined with. */
function intersection(members: readonly Schema[]): Schema {
  const saying = members.filter((member) => member !== true);
  const [only = true] = saying;
  return saying.length < 2 ? only : { allOf: saying };
}

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
  valuesPart(value, draft);
  propertiesPart(at, value, draft, context);
  if (draft.properties !== undefined || value["additionalProperties"] !== undefined) delete draft.enum;
  const extra = at.get("additionalProperties");
  if (extra !== undefined && value["additionalProperties"] !== undefined)
    draft.additionalProperties = normalise(extra, context);
  const patterns = at.get("patternProperties")?.entries() ?? [];
  if (patterns.length > 0)
    draft.patternProperties = Object.fromEntries(patterns.map(([key, item]) => [key, normalise(item, context)]));
  itemsPart(at, draft, context);
  binaryPart(value, draft, context);
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
      `type ${JSON.stringify(value["type"])} is none of JSON Schema`,
      "It is taken for any value; mend it to have it typed.",
      at.get("type") ?? at,
    );
  }
  const isNullable = value["nullable"] === true;
  if (isNullable && version !== "3.0") {
    problems.add(
      "brokenCorner",
      "'nullable' has no meaning since OpenAPI 3.1",
      "It is taken as in 3.0; write type: [..., 'null'].",
      at.get("nullable") ?? at,
    );
  }
  if (isNullable && known.length > 0 && !known.includes("null")) known.push("null");
  else if (isNullable) draft.nullable = true;
  if (known.length > 0) draft.type = known.length === 1 ? (known[0] as string) : known;
}

function valuesPart(value: Record<string, unknown>, draft: Draft): void {
  if (Array.isArray(value["enum"])) {
    const values = value["enum"].filter((item) => typeof item !== "number" || Number.isFinite(item));
    const unique = [...new Map(values.map((item) => [JSON.stringify(item), item])).values()];
    if (unique.length > 0) draft.enum = unique;
    // A list of texts says more than the "object" that some documents write beside it.
    const isPlain = unique.every((item) => typeof item !== "object" || item === null);
    if (draft.type === "object" && isPlain) delete draft.type;
    else if (draft.type === "object") delete draft.enum;
  }
  if (!Object.hasOwn(value, "const")) return;
  if (value["const"] === null) draft.type = "null";
  else if (typeof value["const"] !== "number" || Number.isFinite(value["const"])) draft.const = value["const"];
}

function propertiesPart(at: Cursor, value: Record<string, unknown>, draft: Draft, context: NormaliseContext): void {
  const hidden = new Set<string>();
  const properties: [string, Schema][] = [];
  for (const [name, property] of membersWritten(at, context)) {
    if (isHidden(property, context)) hidden.add(name);
    else properties.push([name, normalise(property, context)]);
  }
  if (properties.length > 0) draft.properties = Object.fromEntries(properties);
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

/** `readOnly` members are not sent, `writeOnly` ones do not come back. */
function isHidden(property: Cursor, context: NormaliseContext): boolean {
  const own = property.record;
  const referred = own["$ref"] === undefined ? own : { ...context.target(property)?.record, ...own };
  const readOnly = referred["readOnly"] === true;
  const writeOnly = referred["writeOnly"] === true;
  if (readOnly === writeOnly) return false;
  context.sawDirection();
  return context.direction === "write" ? readOnly : writeOnly;
}

function itemsPart(at: Cursor, draft: Draft, context: NormaliseContext): void {
  const items = at.get("items");
  const tuple = at.get("prefixItems")?.items() ?? items?.items() ?? [];
  if (tuple.length > 0) draft.prefixItems = tuple.map((item) => normalise(item, context));
  if (items !== undefined && !Array.isArray(items.value)) draft.items = normalise(items, context);
}

/** A file within a form is bytes when it is sent. */
function binaryPart(value: Record<string, unknown>, draft: Draft, context: NormaliseContext): void {
  const isFile =
    value["format"] === "binary" || (isBinaryType(value["contentMediaType"]) && value["contentEncoding"] === undefined);
  if (!isFile) return;
  context.sawDirection();
  if (context.direction === "write") draft.format = "binary";
  else delete draft.format;
}

/** A picture, a sound, an archive: since OpenAPI 3.1 written without `format`. */
function isBinaryType(mediaType: unknown): boolean {
  return (
    typeof mediaType === "string" &&
    /^(image|audio|video|font)\/|^application\/(octet-stream|pdf|zip|gzip)$/.test(mediaType)
  );
}

function withUnions(at: Cursor, draft: Draft, context: NormaliseContext): Schema {
  const allOf = membersOf(at, "allOf", context).flatMap(({ schema }) => (schema === true ? [] : [schema]));
  for (const keyword of ["anyOf", "oneOf"] as const) {
    const members = membersOf(at, keyword, context);
    // A union of mere conditions ("a or b is required") narrows nothing that a type can say.
    if (members.length === 0 || members.some(({ at: member }) => isConditionOnly(member))) continue;
    const union = members.map(({ at: member, schema }) => discriminated(at, member, schema, context));
    const part = { [keyword]: union.map(({ schema }) => schema), ...opennessOf(at, union, context) };
    const isFirst = draft.anyOf === undefined && draft.oneOf === undefined;
    if (isFirst && !hasShape(draft)) Object.assign(draft, part);
    else allOf.push(part);
  }
  if (allOf.length > 0) draft.allOf = allOf;
  return draft;
}

function membersOf(at: Cursor, keyword: string, context: NormaliseContext): { at: Cursor; schema: Schema }[] {
  return (at.get(keyword)?.items() ?? []).flatMap((member) => {
    if (typeof member.value === "object" && member.value !== null)
      return [{ at: member, schema: normalise(member, context) }];
    if (typeof member.value === "boolean") return member.value ? [{ at: member, schema: true }] : [];
    broken(member, `a member of ${keyword} must be a schema`, context);
    return [];
  });
}

function hasShape(draft: SchemaObject): boolean {
  return (
    draft.properties !== undefined || draft.additionalProperties !== undefined || draft.patternProperties !== undefined
  );
}

/** A member of a union; `isTold` where a property's value says that it is this one. */
interface UnionMember {
  readonly schema: Schema;
  readonly isTold: boolean;
}

/** A member of a discriminated union says its own value of the property, so that a `switch` narrows. */
function discriminated(union: Cursor, member: Cursor, schema: Schema, context: NormaliseContext): UnionMember {
  const property = union.get("discriminator")?.text("propertyName");
  if (property === undefined || typeof schema === "boolean") return { schema, isTold: false };
  if (schema.type === "null") return { schema, isTold: true };
  const target = context.target(member);
  // Only objects have a property that tells (OpenAPI 3.1, "Discriminator Object").
  if (isNoObject(target)) return { schema, isTold: false };
  const declared = target?.get("properties")?.get(property);
  const declaredTarget = declared === undefined ? undefined : context.target(declared);
  const listed = declaredTarget
    ?.get("enum")
    ?.items()
    .map(({ value }) => value);
  if (declaredTarget?.get("const") !== undefined || listed?.length === 1) return { schema, isTold: true };
  const values = context.discriminatorValues(union, member);
  if (values.length === 0 || (listed !== undefined && !values.every((value) => listed.includes(value))))
    return { schema, isTold: listed !== undefined };
  const told: Schema = {
    allOf: [
      schema,
      { type: "object", properties: { [property]: { type: "string", enum: values } }, required: [property] },
    ],
  };
  return { schema: told, isTold: true };
}

function isNoObject(target: Cursor | undefined): boolean {
  const type = target?.text("type") ?? "object";
  return type !== "object" || target?.get("items") !== undefined;
}

/** A union whose members all tell which they are stays open: a newer server may have others. */
function opennessOf(union: Cursor, members: readonly UnionMember[], context: NormaliseContext): SchemaObject {
  const openBy = union.get("discriminator")?.text("propertyName");
  if (openBy === undefined || !members.every(({ isTold }) => isTold)) return {};
  const openDefault = context.defaultMember(union);
  return openDefault === undefined ? { openBy } : { openBy, openDefault };
}

function broken(at: Cursor, message: string, { problems }: NormaliseContext): Schema {
  problems.add("brokenCorner", message, "It is taken for any value; mend it to have it typed.", at);
  return true;
}
