import { typesOf } from "../ir/fits.js";
import type { Schema, SchemaObject } from "../ir/index.js";
import { matches } from "../ir/matches.js";
import { anything, recursive, type Sample, scalar } from "./sample.js";
import { stringMatching } from "./sample-pattern.js";
import { sampleNumber, sampleString, variantsOf } from "./sample-scalars.js";

/** A sample that would come to more values than this leaves out optional members that are objects of their own. */
const maxValues = 400;
/** An array is never longer, whatever its schema asks for. */
const maxItems = 50;

/** Makes the samples of parts. */
interface Maker {
  of(schema: Schema): Sample;
  fits(value: unknown, schema: Schema): boolean;
  /** Another item for a list in which no two are alike. */
  variant(item: Sample, items: Schema, index: number): Sample;
}

const ownKeywords = ["type", "properties", "required", "items", "prefixItems", "additionalProperties", "minProperties"];

/** Keywords that say what a value without a type is. */
const stringKeywords = ["minLength", "maxLength", "pattern", "format"];
const numberKeywords = ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"];

export function hasOwnPart(schema: SchemaObject): boolean {
  return ownKeywords.some((key) => schema[key] !== undefined);
}

/** What a schema says beside `allOf`, `anyOf` and `oneOf`. */
export function plainSample(schema: SchemaObject, make: Maker): Sample {
  const type = typesOf(schema).find((name) => name !== "null") ?? typesOf(schema)[0];
  if (type === "object" || (type === undefined && schema.properties !== undefined)) return objectSample(schema, make);
  if (type === "array" || (type === undefined && (schema.items ?? schema.prefixItems) !== undefined))
    return arraySample(schema, make);
  if (type === "string") return checked(sampleString(schema), schema, make);
  if (type === "number" || type === "integer") return checked(sampleNumber(schema), schema, make);
  if (type === "boolean") return checked(true, schema, make);
  if (type === undefined && hasOwnPart(schema)) return objectSample(schema, make);
  if (type === undefined && stringKeywords.some((key) => schema[key] !== undefined))
    return checked(sampleString(schema), schema, make);
  if (type === undefined && numberKeywords.some((key) => schema[key] !== undefined))
    return checked(sampleNumber(schema), schema, make);
  return anything;
}

function checked(value: unknown, schema: SchemaObject, make: Maker): Sample {
  return scalar(value, make.fits(value, schema));
}

function objectSample(schema: SchemaObject, make: Maker): Sample {
  const { properties = {}, required = [], minProperties, maxProperties } = schema;
  const members: [string, Sample][] = [];
  let size = 1;
  const onlyRequired = typeof maxProperties === "number" && Object.keys(properties).length > maxProperties;
  for (const [name, property] of Object.entries(properties)) {
    const isRequired = required.includes(name);
    if (onlyRequired && !isRequired) continue;
    const sample = make.of(property);
    // What is optional and made of itself, or too much, is left out.
    if (!isRequired && (size + sample.size > maxValues || !sample.fits)) continue;
    members.push([name, sample.size === Number.POSITIVE_INFINITY ? emptyOf(property) : sample]);
    size += Math.min(sample.size, maxValues);
  }
  const nameless = required.filter((name) => !Object.hasOwn(properties, name));
  const missing = typeof minProperties === "number" ? minProperties - members.length - nameless.length : 0;
  for (const name of nameless) members.push(unnamed(name, schema, true, make));
  for (let index = 0; index < Math.min(missing, maxItems); index++) {
    const [name, sample] = unnamed(`key${index + 1}`, schema, false, make);
    const isTaken = (other: string): boolean => members.some(([known]) => known === other);
    members.push([isTaken(name) ? (namesLike(name).find((other) => !isTaken(other)) ?? name) : name, sample]);
  }
  const isBounded = typeof maxProperties !== "number" || members.length <= maxProperties;
  return {
    value: Object.fromEntries(members.map(([name, { value }]) => [name, value])),
    data: Object.fromEntries(members.map(([name, { data }]) => [name, data])),
    size,
    fits: isBounded && members.every(([, sample]) => sample.fits),
  };
}

/** A member that no property describes. Where all names must have a form, one of that form. */
function unnamed(name: string, schema: SchemaObject, isFixed: boolean, make: Maker): [string, Sample] {
  const { patternProperties = {}, additionalProperties = true } = schema;
  const patterns = Object.entries(patternProperties);
  const known = patterns.find(([pattern]) => matches(pattern, name));
  const [pattern, part] = known ?? (additionalProperties === false && !isFixed ? patterns[0] : undefined) ?? [];
  const formed = known === undefined && pattern !== undefined ? stringMatching(pattern, 1, 100) : name;
  const sample = make.of(part ?? additionalProperties);
  const isAllowed = known !== undefined || part !== undefined || additionalProperties !== false;
  return [formed ?? name, isAllowed && sample !== recursive ? sample : { ...anything, fits: false }];
}

function arraySample(schema: SchemaObject, make: Maker): Sample {
  const { items, prefixItems = [], minItems, uniqueItems } = schema;
  const least = Math.min(typeof minItems === "number" ? minItems : 0, maxItems);
  const first = prefixItems.map((item) => make.of(item));
  const unsaid = least > 0 ? anything : undefined;
  const item = items === false ? undefined : items === undefined ? unsaid : make.of(items);
  const isTooMuch = item !== undefined && (item.size > maxValues || !item.fits);
  const length = Math.max(0, (isTooMuch ? least : Math.max(1, least)) - first.length);
  const rest =
    item === undefined || (isTooMuch && item.size === Number.POSITIVE_INFINITY)
      ? []
      : Array.from({ length }, (_, index) => (uniqueItems === true ? make.variant(item, items ?? true, index) : item));
  const all = [...first, ...rest];
  const size = all.reduce((sum, sample) => sum + sample.size, 1);
  return {
    value: all.map(({ value }) => value),
    data: all.map(({ data }) => data),
    size,
    fits: all.every((sample) => sample.fits) && isWithinItems(all.length, schema),
  };
}

/** For a member that must be there and would go on for ever. */
function emptyOf(schema: Schema): Sample {
  return typeof schema === "object" && schema.type === "array"
    ? scalar([], (schema["minItems"] ?? 0) === 0)
    : { ...anything, fits: false };
}

/** Names of the same form, for a pattern of names. */
function namesLike(name: string): readonly string[] {
  return Array.from({ length: maxItems }, (_, index) => variantsOf(name, index + 1).toReversed())
    .flat()
    .map(String);
}

function isWithinItems(length: number, { minItems, maxItems: most }: SchemaObject): boolean {
  return length >= Number(minItems ?? 0) && (typeof most !== "number" || length <= most);
}
