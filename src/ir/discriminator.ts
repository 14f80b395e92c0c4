import type { Cursor } from "../diagnostics/index.js";
import type { Schema, SchemaObject } from "./api.js";
import { anyObject } from "./conjunction/index.js";
import { type Target, typesAt } from "./direction.js";
import type { InheritedTag } from "./inheritance.js";
import { inDeclaredType } from "./literals.js";

/** What the members of a discriminated union ask for. */
export interface DiscriminatorContext {
  readonly target: Target;
  /** The values of a discriminator that mean this member of a union. */
  discriminatorValues(union: Cursor, member: Cursor): readonly string[];
  /** The schema that `defaultMapping` names. */
  defaultMember(union: Cursor): Schema | undefined;
  /** The discriminators of what a schema extends. */
  inherited(at: Cursor): readonly InheritedTag[];
  /** What a value of a base may be, by its discriminator; the base itself has no `schema`. */
  relatives(
    base: Cursor,
  ): readonly { readonly at: Cursor; readonly values: readonly string[]; readonly schema?: Schema }[];
}

/** A member of a union; `isTold` where a property's value says that it is this one. */
export interface UnionMember {
  readonly schema: Schema;
  readonly isTold: boolean;
}

/** A member of a discriminated union says its own value of the property, so that a `switch` narrows. */
export function discriminated(
  union: Cursor,
  member: Cursor,
  schema: Schema,
  context: DiscriminatorContext,
): UnionMember {
  const property = union.get("discriminator")?.text("propertyName");
  if (property === undefined || typeof schema === "boolean") return { schema, isTold: false };
  if (schema.type === "null") return { schema, isTold: true };
  const target = context.target(member);
  // Only objects have a property that tells (OpenAPI 3.1, "Discriminator Object").
  if (target === undefined || isNoObject(target)) return { schema, isTold: false };
  const declared = declaredIn(target, property, context.target);
  const isTold =
    declared.some((at) => onlyValue(at)) || context.inherited(target).some((tag) => tag.property === property);
  if (isTold) return { schema, isTold };
  const tag = tagOf(context.discriminatorValues(union, member), declared, context.target);
  if (tag === undefined) return { schema, isTold: declared.some((at) => at.get("enum") !== undefined) };
  const told = { type: "object", properties: { [property]: tag }, required: [property] };
  return { schema: { allOf: [schema, told] }, isTold: true };
}

/** The members by which a schema tells itself from others that extend the same base. */
export function inheritedTags(at: Cursor, context: DiscriminatorContext): Readonly<Record<string, Schema>> {
  const tags = context.inherited(at).flatMap(({ base, property, values }): [string, Schema][] => {
    if (ownDeclared(at, property, context.target).some((declared) => onlyValue(declared))) return [];
    const tag = tagOf(values, declaredIn(base, property, context.target), context.target);
    return tag === undefined ? [] : [[property, tag]];
  });
  return Object.fromEntries(tags);
}

/**
 * A base that names a discriminator and no members of a union, as ASP.NET and older Spring write it, is one of what
 * extends it, or a value that is not listed.
 */
export function familyOf(base: Cursor, context: DiscriminatorContext): SchemaObject | undefined {
  const property = base.get("discriminator")?.text("propertyName");
  if (property === undefined) return undefined;
  const declared = declaredIn(base, property, context.target);
  const members = context.relatives(base).flatMap(({ at, values, schema }): Schema[] => {
    const tag = tagOf(values, declared, context.target);
    if (tag === undefined || isNoObject(at)) return [];
    const told: SchemaObject = { type: "object", properties: { [property]: tag }, required: [property] };
    if (schema === undefined) return [told];
    return isToldBy(at, property, values, context) ? [schema] : [{ allOf: [schema, told] }];
  });
  if (members.length === 0) return undefined;
  const isOpen = !declared.some((at) => [...typesAt(at, context.target)].join() === "boolean");
  return { anyOf: members, isFamily: true, ...(isOpen ? { openBy: property, openDefault: anyObject } : {}) };
}

/** Whether a schema says its only value of a discriminator itself. */
function isToldBy(at: Cursor, property: string, values: readonly string[], context: DiscriminatorContext): boolean {
  const tags = context.inherited(at).filter((tag) => tag.property === property);
  return (
    tags.some((tag) => tag.values.length === values.length) || ownDeclared(at, property, context.target).some(onlyValue)
  );
}

/** Values of a discriminator in the property's declared type; `undefined` where it can have none of them. */
function tagOf(values: readonly string[], declared: readonly Cursor[], target: Target): SchemaObject | undefined {
  const types = declared.length === 0 ? ["string"] : declared.flatMap((at) => [...typesAt(at, target)]);
  const listed = declared.flatMap((at) => at.get("enum")?.items() ?? []).map(({ value }) => value);
  const typed = values.map((value) => inDeclaredType(value, types));
  const possible = typed.filter(
    (value) =>
      value !== undefined && (listed.length === 0 || listed.some((item) => inDeclaredType(item, types) === value)),
  );
  if (possible.length === 0) return undefined;
  const kinds = [...new Set(possible.map((value) => typeof value))];
  return { type: kinds.length === 1 ? (kinds[0] as string) : kinds, enum: possible };
}

function onlyValue(at: Cursor): boolean {
  return at.get("const") !== undefined || at.get("enum")?.items().length === 1;
}

/** Where a schema, or what it is put together from, declares a property: the places of its schemas. */
export function declaredIn(at: Cursor, property: string, target: Target, depth = 0): Cursor[] {
  const found = target(at);
  if (found === undefined || depth > 12) return [];
  const parts = found.get("allOf")?.items() ?? [];
  return [
    ...ownProperty(found, property, target),
    ...parts.flatMap((part) => declaredIn(part, property, target, depth + 1)),
  ];
}

/** The same without what other schemas declare. */
function ownDeclared(at: Cursor, property: string, target: Target): Cursor[] {
  const parts = (at.get("allOf")?.items() ?? []).filter((part) => part.get("$ref") === undefined);
  return [...ownProperty(at, property, target), ...parts.flatMap((part) => ownDeclared(part, property, target))];
}

function ownProperty(at: Cursor, property: string, target: Target): Cursor[] {
  const written = at.get("properties")?.get(property);
  const found = written === undefined ? undefined : target(written);
  return found === undefined ? [] : [found];
}

function isNoObject(target: Cursor): boolean {
  const type = target.record["type"] ?? "object";
  return ![type].flat().includes("object") || target.get("items") !== undefined;
}

/** A union whose members all tell which they are stays open: a newer server may have others. */
export function opennessOf(
  union: Cursor,
  members: readonly UnionMember[],
  context: DiscriminatorContext,
): SchemaObject {
  const openBy = union.get("discriminator")?.text("propertyName");
  if (openBy === undefined || !members.every(({ isTold }) => isTold) || isBoolean(union, openBy, context)) return {};
  const openDefault = context.defaultMember(union);
  return openDefault === undefined ? { openBy } : { openBy, openDefault };
}

/** There are no further values of a boolean. */
function isBoolean(union: Cursor, property: string, { target }: DiscriminatorContext): boolean {
  const members = ["anyOf", "oneOf"].flatMap((keyword) => union.get(keyword)?.items() ?? []);
  const declared = members.flatMap((member) => declaredIn(member, property, target));
  return declared.length > 0 && declared.every((at) => [...typesAt(at, target)].join() === "boolean");
}
