import { isObject, typesOf } from "../ir/fits.js";
import type { Schema, SchemaObject } from "../ir/index.js";
import { variantsOf } from "./sample-scalars.js";

/** So many other values are looked at for one that does not fit. */
const maxTries = 60;

/**
 * Values near one that does not fit its schema, the nearest first: without some members that need not be there, with one
 * thing otherwise, null, empty, or of another kind.
 *
 * @param schema the one that it should fit
 * @param resolve follows references
 */
export function* near(
  value: unknown,
  schema: SchemaObject,
  resolve: (schema: Schema) => SchemaObject,
): Generator<unknown> {
  let left = maxTries;
  for (const other of others(value, schema, resolve)) {
    yield other;
    if (--left === 0) return;
  }
}

function* others(value: unknown, schema: SchemaObject, resolve: (schema: Schema) => SchemaObject): Generator<unknown> {
  yield* schema.enum ?? [];
  if (Array.isArray(value)) {
    yield* [value.slice(0, -1), [...value, ...value.slice(-1)]];
    for (const other of value.length === 0 ? [null] : otherValues(value.at(-1), 1)) yield [...value, other];
  }
  if (isObject(value)) {
    for (const [name, property] of Object.entries(schema.properties ?? {}))
      for (const listed of resolve(property).enum ?? []) yield { ...value, [name]: listed };
    const optional = Object.keys(value).filter((name) => schema.required?.includes(name) !== true);
    for (const name of optional) yield without(value, [name]);
    if (optional.length > 1) yield without(value, optional);
    // Two members of a union that both fit are told apart by a member that only one of them lets be anything.
    for (const name of foreignNames(schema, value, resolve)) yield { ...value, [name]: null };
  }
  for (const index of [1, 2]) yield* otherValues(value, index);
  yield* [null, "", [], {}, 0, -1, 1.5, true, false].filter((other) => isOfType(other, schema));
}

function without(value: object, names: readonly string[]): object {
  return Object.fromEntries(Object.entries(value).filter(([name]) => !names.includes(name)));
}

function foreignNames(
  { oneOf = [], rules = [] }: SchemaObject,
  value: object,
  resolve: (schema: Schema) => SchemaObject,
): readonly string[] {
  const parts = [...oneOf, ...rules.flatMap((rule) => (rule.kind === "oneOf" ? rule.schemas : []))];
  const names = parts.flatMap((part: Schema) => Object.keys(resolve(part).properties ?? {}));
  return [...new Set(names)].filter((name) => !Object.hasOwn(value, name));
}

function isOfType(value: unknown, schema: SchemaObject): boolean {
  const types = typesOf(schema);
  const own = value === null ? "null" : Array.isArray(value) ? "array" : typeof value;
  return types.length === 0 || types.includes(own) || (own === "number" && types.includes("integer"));
}

/** Values with one thing otherwise: of an object or a list, one of its members. */
export function* otherValues(value: unknown, index: number): Generator<unknown> {
  if (typeof value !== "object" || value === null) {
    yield* variantsOf(value, index);
    return;
  }
  for (const [at, [, member]] of Object.entries(value).entries()) {
    for (const other of otherValues(member, index)) {
      if (Array.isArray(value)) yield value.with(at, other);
      else
        yield Object.fromEntries(Object.entries(value).map(([name, own], place) => [name, place === at ? other : own]));
    }
  }
}
