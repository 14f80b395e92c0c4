import type { NamedSchema, Schema, SchemaObject } from "./api.js";

/**
 * A type alias may refer to itself through a member or an item, but not be itself (`type A = A | string` does not
 * compile). Where a schema is nothing but itself by way of unions and intersections, that reference becomes any value.
 */
export function breakSelfReferences(schemas: readonly NamedSchema[], found: (source: string) => void): NamedSchema[] {
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
