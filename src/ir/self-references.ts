import type { NamedSchema, Schema, SchemaObject } from "./api.js";

/**
 * A type alias may refer to itself through a member or an item, but not be itself (`type A = A | string` does not
 * compile). Where a schema is nothing but itself by way of unions and intersections, that reference becomes any value.
 */
export function breakSelfReferences(written: readonly NamedSchema[], found: (source: string) => void): NamedSchema[] {
  const schemas = withoutOwnUnions(written);
  const direct = new Map(schemas.map(({ name, schema }) => [name, [...directReferences(schema)]]));
  const cut = new Map<string, Set<string>>();
  const state = new Map<string, "open" | "done">();
  // Without recursion: a chain may be longer than the stack.
  const visit = (start: string): void => {
    const path = [{ name: start, next: 0 }];
    state.set(start, "open");
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const next = direct.get(top.name)?.[top.next++];
      if (next === undefined) {
        state.set(top.name, "done");
        path.pop();
      } else if (state.get(next) === "open") cut.set(top.name, (cut.get(top.name) ?? new Set()).add(next));
      else if (state.get(next) === undefined && direct.has(next)) {
        state.set(next, "open");
        path.push({ name: next, next: 0 });
      }
    }
  };
  for (const { name } of schemas) if (state.get(name) === undefined) visit(name);
  return schemas.map((named) => {
    const names = cut.get(named.name);
    if (names === undefined) return named;
    found(named.source);
    return { ...named, schema: withoutDefault(without(named.schema, names), names) };
  });
}

/**
 * A base that lists its children (`oneOf: [Cat, Dog]`) while they extend it (`allOf: [Pet, …]`), as Spring writes it: a
 * child is one of the base's children anyway, so of the base only the rest says something. It is written in its place.
 * So it is for all that extends a base whose discriminator makes a union of it.
 */
function withoutOwnUnions(schemas: readonly NamedSchema[]): readonly NamedSchema[] {
  const byName = new Map(schemas.map(({ name, schema }) => [name, schema]));
  const unions = new Map(schemas.map(({ name, schema }) => [name, new Set(unionReferences(schema))]));
  if (![...unions.values()].some(({ size }) => size > 0)) return schemas;
  const families = new Set(schemas.filter(({ schema }) => hasFamily(schema)).map(({ name }) => name));
  const extending = (schema: Schema, name: string, within: ReadonlySet<string>): Schema => {
    if (typeof schema === "boolean" || schema.allOf === undefined) return schema;
    const isAlias = isOnlyDocumented(schema);
    const allOf = schema.allOf.map((part) => {
      if (typeof part === "boolean" || part.$ref === undefined) return extending(part, name, within);
      const base = nameOf(part.$ref);
      const isOwn = unions.get(base)?.has(name) === true || (families.has(base) && !isAlias);
      if (!isOwn || within.has(base)) return part;
      return extending(withoutUnion(byName.get(base) ?? true, name), name, new Set([...within, base]));
    });
    return allOf.every((part, index) => part === schema.allOf?.[index]) ? schema : { ...schema, allOf };
  };
  return schemas.map((named) => {
    const schema = extending(named.schema, named.name, new Set());
    return schema === named.schema ? named : { ...named, schema };
  });
}

function hasFamily(schema: Schema): boolean {
  return typeof schema === "object" && (schema.allOf ?? []).some((part) => typeof part === "object" && part.isFamily);
}

/** Another name for a schema, with docs of its own. */
function isOnlyDocumented({
  allOf = [],
  title: _title,
  description: _text,
  deprecated: _old,
  ...rest
}: SchemaObject): boolean {
  return allOf.length === 1 && Object.keys(rest).length === 0;
}

/** Names in the unions that a schema is made of. */
function* unionReferences(schema: Schema): Generator<string> {
  if (typeof schema === "boolean") return;
  for (const member of [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])]) yield* directReferences(member);
  for (const part of schema.allOf ?? []) yield* unionReferences(part);
}

/** A schema without its docs and without the unions that hold `name`. */
function withoutUnion(schema: Schema, name: string): Schema {
  if (typeof schema === "boolean" || schema.$ref !== undefined) return schema;
  const { title: _title, description: _description, allOf, ...rest } = schema;
  const holds = (members: readonly Schema[] = []): boolean =>
    members.some((member) => [...directReferences(member)].includes(name));
  const { anyOf, oneOf, openBy, openDefault, isFamily, ...plain } = rest;
  return {
    ...(isFamily || holds(anyOf) || holds(oneOf) ? plain : rest),
    ...(allOf === undefined ? {} : { allOf: allOf.map((part) => withoutUnion(part, name)) }),
  };
}

/** Names that a schema is made of without a member, item or tuple in between. */
function* directReferences(schema: Schema): Generator<string> {
  if (typeof schema === "boolean") return;
  if (schema.$ref !== undefined) yield nameOf(schema.$ref);
  for (const member of compositionOf(schema)) yield* directReferences(member);
}

function compositionOf({ allOf = [], anyOf = [], oneOf = [], openDefault }: SchemaObject): readonly Schema[] {
  return [...allOf, ...anyOf, ...oneOf, ...(openDefault === undefined ? [] : [openDefault])];
}

function without(schema: Schema, names: ReadonlySet<string>): Schema {
  if (typeof schema === "boolean") return schema;
  if (schema.$ref !== undefined) return names.has(nameOf(schema.$ref)) ? true : schema;
  const cut = (members: readonly Schema[]): Schema[] => members.map((member) => without(member, names));
  return {
    ...schema,
    ...(schema.allOf === undefined ? {} : { allOf: cut(schema.allOf).filter((member) => member !== true) }),
    ...(schema.anyOf === undefined ? {} : { anyOf: cut(schema.anyOf) }),
    ...(schema.oneOf === undefined ? {} : { oneOf: cut(schema.oneOf) }),
  };
}

/** An open union that would be its own default has none; it stands at the top or in an `allOf`. */
function withoutDefault(schema: Schema, names: ReadonlySet<string>): Schema {
  if (typeof schema === "boolean") return schema;
  const { openDefault, ...rest } = schema;
  const isCut = typeof openDefault === "object" && names.has(nameOf(openDefault.$ref ?? ""));
  const kept = isCut ? rest : schema;
  return kept.allOf === undefined
    ? kept
    : { ...kept, allOf: kept.allOf.map((member) => withoutDefault(member, names)) };
}

/** The name behind `#/components/schemas/`. */
export function nameOf(ref: string): string {
  return ref.slice(ref.lastIndexOf("/") + 1);
}
