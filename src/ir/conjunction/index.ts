import type { Schema, SchemaObject } from "../api.js";
import { common } from "../direction.js";
import { type Resolve, typesOf } from "../fits.js";
import { Facts, hasShape, ownTypes } from "./facts.js";
import { gather, type Parts, type Union } from "./gather.js";
import { both, type Draft, isOfType, valuesOf } from "./merge.js";
import { required } from "./required.js";

/** Stands for any object beside parts that say which. */
export const anyObject: SchemaObject = { type: "object" };

/**
 * Schemas in conjunctive form, for a printer that knows types but not how the keywords of JSON Schema work together.
 * Such a schema is one of
 * - a reference, alone or as `{ allOf: [reference], required }`: with these of its members required,
 * - a plain schema without compositions,
 * - `allOf` with two or more of these, all of which hold, or `anyOf` or `oneOf`, beside nothing but docs.
 */
export class Conjunctions {
  private readonly facts: Facts;

  constructor(resolve: Resolve) {
    this.facts = new Facts(resolve);
  }

  of(schema: Schema): Schema {
    if (typeof schema === "boolean" || schema.$ref !== undefined) return schema;
    const { allOf, anyOf, oneOf, nullable, ...rest } = schema;
    if (allOf === undefined && anyOf === undefined && oneOf === undefined) {
      const plain = this.plain(nullable === undefined ? schema : rest);
      return nullable === true ? withDocs(orNull(plain), schema) : plain;
    }
    const { nullable: _nullable, ...body } = schema;
    const whole = this.joined(gather(body));
    return withDocs(nullable === true ? orNull(whole) : whole, schema);
  }

  /** Parts that all hold. */
  private joined(parts: Parts): Schema {
    const others = this.typesOfAll([...parts.refs, ...parts.unions.map(asSchema)]);
    const own = parts.own === false ? false : suited(parts.own, others);
    if (own === false) return false;
    const types = others === undefined ? ownTypes(own) : common(ownTypes(own), others);
    if (types.size === 0) return false;
    const settled = required({ ...parts, own }, this.facts);
    const refs = this.telling(settled.refs, settled.own, settled.unions);
    const base = refs.reduce((known, ref) => common(known, this.facts.typesOf(ref)), ownTypes(settled.own));
    // A shape beside a union keeps out what it does not fit; a mere type is told to each member.
    const mayNarrow = refs.length === 0 && saysOnlyType(settled.own);
    const unions = settled.unions.flatMap((union) => this.union(union, types, base, mayNarrow));
    const mine = this.ownPart(settled.own, types, [...refs, ...unions]);
    const all = [...refs, ...(mine === true ? [] : [mine]), ...unions];
    if (all.includes(false)) return false;
    const [only = true] = all;
    return all.length < 2 ? only : { allOf: all.flatMap(partsOfIntersection) };
  }

  /** The types that all parts allow; `undefined` where there is no part. */
  private typesOfAll(parts: readonly Schema[]): ReadonlySet<string> | undefined {
    const [first, ...rest] = parts.map((part) => this.facts.typesOf(part));
    return first === undefined ? undefined : rest.reduce(common, first);
  }

  /** References that add something: objects without members, such as emptied bases, say nothing beside others. */
  private telling(refs: readonly SchemaObject[], own: SchemaObject, unions: readonly Union[]): SchemaObject[] {
    const telling = refs.filter((ref) => !this.facts.isShapeless(ref));
    const isAlone = telling.length === 0 && unions.length === 0 && this.facts.isShapeless(own);
    return isAlone ? refs.slice(0, 1) : telling;
  }

  /** What is written in place, less what the other parts say anyway. */
  private ownPart(own: SchemaObject, types: ReadonlySet<string>, others: readonly Schema[]): Schema {
    const said = this.typesOfAll(others);
    const isShapeless = this.facts.isShapeless(own) || saysOnlyType(own);
    if (said === undefined || !isShapeless) return this.plain(narrowed(own, types));
    if (said.size <= types.size) return true;
    return types.size === 1 && types.has("object") ? anyObject : this.plain({ type: asWritten(types, own) });
  }

  /** A union beside other parts: its members that are possible there; nothing where one of them is no restriction. */
  private union(union: Union, types: ReadonlySet<string>, base: ReadonlySet<string>, mayNarrow: boolean): Schema[] {
    const members: Schema[] = [];
    for (const member of union.members) {
      const own = this.facts.typesOf(member);
      const possible = common(own, types);
      if (possible.size === 0) continue;
      if (saysNothing(member) && common(own, base).size === base.size) return [];
      const narrow =
        possible.size === own.size || !mayNarrow ? member : both(member, { type: asWritten(possible, {}) });
      const form = this.of(narrow);
      if (form === true) return [];
      if (form !== false) members.push(form);
    }
    const [only = false] = members;
    if (members.length < 2 && union.openness.openBy === undefined) return [only];
    return [{ [union.keyword]: members, ...union.openness }];
  }

  /** A schema without compositions. */
  private plain(schema: SchemaObject): Schema {
    const values = valuesOf(schema);
    if (values !== undefined) return listed(schema, values);
    const types = typesOf(schema);
    if (types.length > 1 && types.some((type) => type === "object" || type === "array")) {
      const { title: _title, description: _description, ...rest } = schema;
      return withDocs({ anyOf: types.map((type) => this.plain({ ...rest, type })) }, schema);
    }
    const [type] = types.length === 0 ? suggested(schema) : types;
    if (type === "object") return this.object(schema);
    return type === "array" ? this.array(schema) : schema;
  }

  private object(schema: SchemaObject): SchemaObject {
    const { properties = {}, required = [], propertyNames, additionalProperties, patternProperties } = schema;
    const draft: Draft = { ...schema, type: "object" };
    const missing = required.filter((name) => !Object.hasOwn(properties, name));
    const keys = this.keysOf(propertyNames);
    const named: [string, Schema][] = [
      ...Object.entries(properties),
      ...[...new Set([...missing, ...(keys ?? [])])].map((name): [string, Schema] => [
        name,
        keys?.includes(name) === false ? false : (additionalProperties ?? true),
      ]),
    ].filter(([name], index) => index < Object.keys(properties).length || !Object.hasOwn(properties, name));
    if (named.length > 0) draft.properties = Object.fromEntries(named.map(([name, member]) => [name, this.of(member)]));
    if (additionalProperties !== undefined && keys === undefined) {
      draft.additionalProperties = this.of(additionalProperties);
      // Closed beside members is what object types are.
      if (additionalProperties === false && named.length > 0) delete draft.additionalProperties;
    } else delete draft.additionalProperties;
    if (patternProperties !== undefined)
      draft.patternProperties = Object.fromEntries(
        Object.entries(patternProperties).map(([pattern, member]) => [pattern, this.of(member)]),
      );
    return draft;
  }

  /** The only names that members may have, where they are listed. */
  private keysOf(names: unknown): readonly string[] | undefined {
    if (typeof names !== "object" || names === null) return undefined;
    const values = this.facts.valuesOf(names as SchemaObject);
    return values?.filter((value): value is string => typeof value === "string");
  }

  private array(schema: SchemaObject): SchemaObject {
    const { items, prefixItems } = schema;
    const draft: Draft = { ...schema, type: "array" };
    if (items !== undefined) draft.items = this.of(items);
    if (prefixItems !== undefined) draft.prefixItems = prefixItems.map((item) => this.of(item));
    return draft;
  }
}

/**
 * What is written in place, as it is beside parts of these types. Keywords without a type say nothing of values that
 * they are not about: members nothing of null, items nothing of strings.
 */
function suited(own: SchemaObject, others: ReadonlySet<string> | undefined): SchemaObject {
  if (others === undefined || own.type !== undefined || valuesOf(own) !== undefined) return own;
  const about = aboutTypes(own);
  if (about.length === 0) return own;
  const types = about.filter((type) => others.has(type));
  if (types.length === 0) return {};
  if (others.has("null")) types.push("null");
  return { ...own, type: types.length === 1 ? (types[0] as string) : types };
}

/** The types that the keywords of a schema are about. */
function aboutTypes(own: SchemaObject): string[] {
  return [
    ...(hasShape(own) ? ["object"] : []),
    ...(own.items === undefined && own.prefixItems === undefined ? [] : ["array"]),
  ];
}

/** A nested intersection is one with the outer. */
function partsOfIntersection(schema: Schema): readonly Schema[] {
  if (typeof schema === "boolean" || schema.allOf === undefined || schema.required !== undefined) return [schema];
  return schema.allOf;
}

function asSchema({ keyword, members }: Union): SchemaObject {
  return { [keyword]: members };
}

function orNull(schema: Schema): Schema {
  return schema === true ? true : { anyOf: [schema, { type: "null" }] };
}

/** What a schema tells its readers. */
export function docsIn({ title, description, deprecated, default: fallback, example }: SchemaObject): SchemaObject {
  const docs = Object.entries({ title, description, deprecated, default: fallback, example });
  return Object.fromEntries(docs.filter(([, value]) => value !== undefined));
}

/** The same with the docs of the schema that it came from. */
function withDocs(schema: Schema, from: SchemaObject): Schema {
  const docs = docsIn(from);
  if (schema === false || Object.keys(docs).length === 0) return schema;
  if (schema === true) return docs;
  return schema.$ref === undefined ? { ...schema, ...docs } : { allOf: [schema], ...docs };
}

/** Listed values, those of a declared type. */
function listed(schema: SchemaObject, values: readonly unknown[]): Schema {
  const typed = values.filter((value) => isOfType(value, typesOf(schema)));
  if (typed.length === 0) return false;
  const isText = typed.every((value) => typeof value === "string") && typesOf(schema).includes("string");
  const { format } = schema;
  return {
    ...docsIn(schema),
    ...(isText ? { type: "string" } : {}),
    ...(format === undefined ? {} : { format }),
    enum: typed,
  };
}

/** The type that the keywords of a schema are about, where none is written. */
function suggested(schema: SchemaObject): readonly string[] {
  const types = ownTypes(schema);
  if (types.size === 1) return [...types];
  return schema.required === undefined ? [] : ["object"];
}

function narrowed(own: SchemaObject, types: ReadonlySet<string>): SchemaObject {
  if (valuesOf(own) !== undefined || (own.type === undefined && types.size > 1)) return own;
  const known = ownTypes(own);
  return known.size === types.size && own.type !== undefined ? own : { ...own, type: asWritten(types, own) };
}

function asWritten(types: ReadonlySet<string>, { type }: SchemaObject): string | readonly string[] {
  const isWhole = [type].flat().includes("integer") && ![type].flat().includes("number");
  const names = [...types].map((name) => (name === "number" && isWhole ? "integer" : name));
  return names.length === 1 ? (names[0] as string) : names;
}

/** Keywords that a type says something of. */
const typed = [
  "$ref",
  "enum",
  "const",
  "properties",
  "required",
  "additionalProperties",
  "patternProperties",
  "propertyNames",
  "items",
  "prefixItems",
  "allOf",
  "anyOf",
  "oneOf",
  "nullable",
];

/** Bounds, patterns and formats are nothing that a type can say; bytes are. */
function saysOnlyType(schema: SchemaObject): boolean {
  return schema.format !== "binary" && typed.every((keyword) => schema[keyword] === undefined);
}

function saysNothing(schema: Schema): boolean {
  return schema === true || (schema !== false && saysOnlyType(schema));
}
