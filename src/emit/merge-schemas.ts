import { type Resolve, typesOf } from "../ir/fits.js";
import type { Schema, SchemaObject } from "../ir/index.js";

type Draft = { -readonly [Key in keyof SchemaObject]: SchemaObject[Key] };

/** A schema with its `allOf`, and whatever that refers to, as one without; of unions the first is kept. */
export function withoutAllOf(schema: Schema, resolve: Resolve, depth = 0): SchemaObject {
  if (typeof schema === "boolean" || depth > 20) return {};
  if (schema.$ref !== undefined) return withoutAllOf(resolve(schema), resolve, depth + 1);
  const { allOf = [], ...own } = schema;
  return [...allOf.map((part) => withoutAllOf(part, resolve, depth + 1)), own].reduce<SchemaObject>(merged, {});
}

/** Keywords of which the greater, or the lesser, of two says more. */
const greater = ["minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties"];
const lesser = ["maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties"];

/** What fits both. */
function merged(one: SchemaObject, other: SchemaObject): SchemaObject {
  const draft: Draft = { ...one, ...other };
  for (const key of [...greater, ...lesser]) {
    const [a, b] = [one[key], other[key]];
    if (typeof a === "number" && typeof b === "number")
      draft[key] = greater.includes(key) ? Math.max(a, b) : Math.min(a, b);
  }
  if (one.type !== undefined && other.type !== undefined) draft.type = commonTypes(one, other);
  if (one.required !== undefined || other.required !== undefined)
    draft.required = [...new Set([...(one.required ?? []), ...(other.required ?? [])])];
  if (one.enum !== undefined && other.enum !== undefined) {
    const known = one.enum.map((value) => JSON.stringify(value));
    draft.enum = other.enum.filter((value) => known.includes(JSON.stringify(value)));
  }
  if (one.properties !== undefined && other.properties !== undefined)
    draft.properties = mergedProperties(one.properties, other.properties);
  if (one.items !== undefined && other.items !== undefined) draft.items = { allOf: [one.items, other.items] };
  const [step, otherStep] = [one["multipleOf"], other["multipleOf"]];
  if (typeof step === "number" && typeof otherStep === "number") draft["multipleOf"] = commonMultiple(step, otherStep);
  if (one.rules !== undefined && other.rules !== undefined) draft.rules = [...one.rules, ...other.rules];
  if (one.additionalProperties === false || other.additionalProperties === false) draft.additionalProperties = false;
  return draft;
}

/** The least multiple of both; of numbers that have none nearby, the second. */
function commonMultiple(one: number, other: number): number {
  for (let times = 1; times <= 1_000; times++) if (Number.isInteger((one * times) / other)) return one * times;
  return other;
}

function commonTypes(one: SchemaObject, other: SchemaObject): readonly string[] {
  const isIn = (types: readonly string[], type: string): boolean =>
    types.includes(type) || (type === "integer" && types.includes("number"));
  const common = [...typesOf(one).filter((type) => isIn(typesOf(other), type)), ...typesOf(other)];
  return [...new Set(common.filter((type) => isIn(typesOf(one), type)))];
}

function mergedProperties(
  one: Readonly<Record<string, Schema>>,
  other: Readonly<Record<string, Schema>>,
): Record<string, Schema> {
  const both = Object.entries(other).map(([name, schema]): [string, Schema] => {
    const known = Object.hasOwn(one, name) ? one[name] : undefined;
    return [name, known === undefined ? schema : { allOf: [known, schema] }];
  });
  return { ...one, ...Object.fromEntries(both) };
}
