import type { Schema, SchemaObject } from "../api.js";
import { typeOf } from "../direction.js";
import { typesOf } from "../fits.js";

export type Draft = { -readonly [Key in keyof SchemaObject]: SchemaObject[Key] };

/** Both schemas at once. */
export function both(one: Schema, other: Schema): Schema {
  if (one === true || one === other) return other;
  if (other === true) return one;
  return one === false || other === false ? false : { allOf: [one, other] };
}

/** What two parts without compositions say together; `false` where no value can be of both types. */
export function merged(one: SchemaObject, other: SchemaObject): SchemaObject | false {
  const draft: Draft = { ...other, ...one };
  if (one.type !== undefined && other.type !== undefined) {
    const types = commonTypes(one, other);
    if (types.length === 0) return false;
    draft.type = types.length === 1 ? (types[0] as string) : types;
  }
  const values = commonValues(valuesOf(one), valuesOf(other));
  if (values !== undefined) {
    if (values.length === 0) return false;
    draft.enum = values;
    delete draft.const;
  }
  if (one.required !== undefined || other.required !== undefined)
    draft.required = [...new Set([...(one.required ?? []), ...(other.required ?? [])])];
  for (const keyword of ["properties", "patternProperties"] as const) {
    const [a, b] = [one[keyword], other[keyword]];
    if (a !== undefined && b !== undefined) draft[keyword] = mergedMembers(a, b);
  }
  for (const keyword of ["items", "additionalProperties", "propertyNames"] as const) {
    const [a, b] = [one[keyword], other[keyword]] as [Schema | undefined, Schema | undefined];
    if (a !== undefined && b !== undefined) draft[keyword] = both(a, b);
  }
  mergeTuples(one, other, draft);
  return draft;
}

/** The values that a schema lists. */
export function valuesOf({ enum: values, const: fixed }: SchemaObject): readonly unknown[] | undefined {
  if (fixed === undefined) return values;
  return commonValues(values, [fixed]);
}

function commonValues(
  one: readonly unknown[] | undefined,
  other: readonly unknown[] | undefined,
): readonly unknown[] | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  const known = new Set(other.map((value) => JSON.stringify(value)));
  return one.filter((value) => known.has(JSON.stringify(value)));
}

function commonTypes(one: SchemaObject, other: SchemaObject): readonly string[] {
  const [a, b] = [typesOf(one), typesOf(other)];
  const isIn = (types: readonly string[], type: string): boolean =>
    types.includes(type) || (type === "integer" && types.includes("number"));
  return [...new Set([...a.filter((type) => isIn(b, type)), ...b.filter((type) => isIn(a, type))])];
}

function mergedMembers(
  one: Readonly<Record<string, Schema>>,
  other: Readonly<Record<string, Schema>>,
): Record<string, Schema> {
  const members = Object.entries(other).map(([name, schema]): [string, Schema] => {
    const known = Object.hasOwn(one, name) ? one[name] : undefined;
    return [name, known === undefined ? schema : both(known, schema)];
  });
  return Object.fromEntries([...Object.entries(one), ...members]);
}

function mergeTuples(one: SchemaObject, other: SchemaObject, draft: Draft): void {
  const [a, b] = [one.prefixItems ?? [], other.prefixItems ?? []];
  const length = Math.max(a.length, b.length);
  const [itemOf, otherOf] = [one, other].map(
    ({ prefixItems = [], items = true }) =>
      (index: number) =>
        prefixItems[index] ?? items,
  ) as [(index: number) => Schema, (index: number) => Schema];
  if (length > 0) draft.prefixItems = Array.from({ length }, (_, index) => both(itemOf(index), otherOf(index)));
  for (const [keyword, choose] of [
    ["minItems", Math.max],
    ["maxItems", Math.min],
  ] as const) {
    const bounds = [one[keyword], other[keyword]].filter((bound) => typeof bound === "number");
    if (bounds.length > 0) draft[keyword] = choose(...bounds);
  }
}

/** Whether a value is of one of the types. */
export function isOfType(value: unknown, types: readonly string[]): boolean {
  const own = typeOf(value);
  return (
    types.length === 0 ||
    types.includes(own) ||
    (own === "number" && types.includes("integer") && Number.isInteger(value))
  );
}
