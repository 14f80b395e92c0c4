import type { Rule, Schema, SchemaObject } from "./api.js";
import { hasFormat } from "./formats.js";
import { matches } from "./matches.js";

/** A schema that another refers to. */
export type Resolve = (schema: SchemaObject) => Schema;

/** Deeper than this nothing is looked at any more: data that is made of itself has an end. */
const maxDepth = 40;
/** Unions that hold each other have more branches than anybody waits for: after so many steps nothing fits. */
const maxSteps = 10_000;

/** A check under way. */
interface Check {
  readonly resolve: Resolve;
  readonly formats: boolean;
  left: number;
  /** What was found of a value and a schema that is referred to; while that is still open, it does not fit. */
  readonly asked: Map<unknown, Map<Schema, boolean>>;
}

type Deeper = (value: unknown, schema: Schema) => boolean;

/**
 * Whether plain data fits a schema of our dialect.
 *
 * @param options.formats whether texts must be of the format that is written. @default false
 */
export function fits(
  value: unknown,
  schema: Schema,
  resolve: Resolve,
  { formats = false }: { readonly formats?: boolean } = {},
): boolean {
  return fitsWithin({ resolve, formats, left: maxSteps, asked: new Map() }, value, schema, 0);
}

/** Asks once whether a value fits a schema: unions of each other lead to the same question in n! ways. */
function askOnce({ asked }: Check, value: unknown, schema: Schema, ask: () => boolean): boolean {
  const answers = asked.get(value) ?? new Map<Schema, boolean>();
  asked.set(value, answers);
  const known = answers.get(schema);
  if (known !== undefined) return known;
  answers.set(schema, false);
  const answer = ask();
  answers.set(schema, answer);
  return answer;
}

function fitsWithin(check: Check, value: unknown, schema: Schema, depth: number): boolean {
  if (typeof schema === "boolean") return schema;
  if (depth > maxDepth) return true;
  if (--check.left < 0) return false;
  const deeper: Deeper = (inner, other) => fitsWithin(check, inner, other, depth + 1);
  if (schema.$ref !== undefined) {
    const target = check.resolve(schema);
    return askOnce(check, value, target, () => deeper(value, target));
  }
  if (value === null && (schema.nullable === true || typesOf(schema).includes("null"))) return true;
  const { allOf = [], anyOf, oneOf, rules = [] } = schema;
  return (
    hasType(value, schema) &&
    isAmong(value, schema) &&
    (typeof value !== "string" || (stringFits(value, schema) && (!check.formats || hasFormat(value, schema.format)))) &&
    (typeof value !== "number" || numberFits(value, schema)) &&
    (!Array.isArray(value) || arrayFits(value, schema, deeper)) &&
    (!isObject(value) || objectFits(value, schema, deeper)) &&
    allOf.every((part) => deeper(value, part)) &&
    (anyOf === undefined || anyOf.some((part) => deeper(value, part))) &&
    (oneOf === undefined || oneOf.filter((part) => deeper(value, part)).length === 1) &&
    rules.every((rule) => ruleFits(value, rule, deeper))
  );
}

export function typesOf({ type }: SchemaObject): readonly string[] {
  return type === undefined ? [] : typeof type === "string" ? [type] : type;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function hasType(value: unknown, schema: SchemaObject): boolean {
  const types = typesOf(schema);
  const own = value === null ? "null" : Array.isArray(value) ? "array" : typeof value;
  return types.length === 0 || types.includes(own) || (Number.isInteger(value) && types.includes("integer"));
}

function isAmong(value: unknown, { enum: values, const: fixed }: SchemaObject): boolean {
  if (values === undefined && fixed === undefined) return true;
  return (
    (values === undefined || values.some((item) => isSame(item, value))) &&
    (fixed === undefined || isSame(fixed, value))
  );
}

/** Equal as JSON Schema has it: members of objects have no order. */
function isSame(one: unknown, other: unknown): boolean {
  if (typeof one !== "object" || typeof other !== "object" || one === null || other === null) return one === other;
  if (Array.isArray(one) !== Array.isArray(other)) return false;
  const entries = Object.entries(one);
  return (
    entries.length === Object.keys(other).length &&
    entries.every(([name, value]) => Object.hasOwn(other, name) && isSame(value, Reflect.get(other, name)))
  );
}

function stringFits(value: string, { minLength, maxLength, pattern }: SchemaObject): boolean {
  const { length } = [...value];
  return isWithin(length, minLength, maxLength) && (typeof pattern !== "string" || matches(pattern, value));
}

export function numberFits(value: number, schema: SchemaObject): boolean {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = schema;
  const above = exclusiveMinimum === true ? minimum : exclusiveMinimum;
  const below = exclusiveMaximum === true ? maximum : exclusiveMaximum;
  const steps = typeof multipleOf === "number" && multipleOf > 0 ? value / multipleOf : 0;
  return (
    isWithin(value, minimum, maximum) &&
    (typeof above !== "number" || value > above) &&
    (typeof below !== "number" || value < below) &&
    Math.abs(steps - Math.round(steps)) < 1e-9
  );
}

function arrayFits(value: readonly unknown[], schema: SchemaObject, deeper: Deeper): boolean {
  const { items, prefixItems = [], minItems, maxItems, uniqueItems } = schema;
  const rest = value.slice(prefixItems.length);
  return (
    isWithin(value.length, minItems, maxItems) &&
    (uniqueItems !== true || value.every((item, at) => value.findIndex((other) => isSame(item, other)) === at)) &&
    prefixItems.every((item, index) => index >= value.length || deeper(value[index], item)) &&
    (items === undefined || rest.every((item) => deeper(item, items)))
  );
}

function objectFits(value: Record<string, unknown>, schema: SchemaObject, deeper: Deeper): boolean {
  const { properties = {}, required = [], additionalProperties = true, patternProperties = {} } = schema;
  const names = Object.keys(value).filter((name) => value[name] !== undefined);
  return (
    isWithin(names.length, schema["minProperties"], schema["maxProperties"]) &&
    required.every((name) => names.includes(name)) &&
    names.every((name) => {
      const own = Object.hasOwn(properties, name) ? properties[name] : undefined;
      const patterns = Object.entries(patternProperties).filter(([pattern]) => matches(pattern, name));
      const isKnown = own !== undefined || patterns.length > 0;
      return (
        (own === undefined || deeper(value[name], own)) &&
        patterns.every(([, part]) => deeper(value[name], part)) &&
        (isKnown || deeper(value[name], additionalProperties))
      );
    })
  );
}

function ruleFits(value: unknown, rule: Rule, deeper: Deeper): boolean {
  switch (rule.kind) {
    case "not":
      return !deeper(value, rule.schema);
    case "if":
      return deeper(value, deeper(value, rule.when) ? rule.met : rule.unmet);
    case "contains":
      return (
        !Array.isArray(value) ||
        isWithin(value.filter((item) => deeper(item, rule.schema)).length, rule.least, rule.most)
      );
    case "names":
      return !isObject(value) || Object.keys(value).every((name) => deeper(name, rule.schema));
    case "dependent":
      return !isObject(value) || !Object.hasOwn(value, rule.name) || deeper(value, rule.schema);
    case "anyOf":
      return rule.schemas.some((part) => deeper(value, part));
    case "oneOf":
      return rule.schemas.filter((part) => deeper(value, part)).length === 1;
    case "unknown":
      return true;
  }
}

function isWithin(value: number, least: unknown, most: unknown): boolean {
  return (typeof least !== "number" || value >= least) && (typeof most !== "number" || value <= most);
}
