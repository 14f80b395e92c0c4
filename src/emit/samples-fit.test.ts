import Ajv2020 from "ajv/dist/2020.js";
import formats from "ajv-formats";
import { describe, expect, test } from "vitest";
import { mocked } from "../../tests/support/mocks.js";
import { openapi } from "../../tests/support/stages.js";

const ref = (name: string): object => ({ $ref: `#/components/schemas/${name}` });
const object = (properties: object, rest: object = {}): object => ({ type: "object", properties, ...rest });
const text = { type: "string" };
const number = { type: "number" };

const has = (name: string, value: unknown): object => ({ properties: { [name]: { const: value } } });
const when = (condition: object, met: object | boolean, unmet: object | boolean = true): object => ({
  if: condition,
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
  then: met,
  else: unmet,
});

/** Samples of schemas, each checked against what the document says, by ajv. */
async function misfits(
  schemas: Readonly<Record<string, object>>,
  openapiVersion = "3.1.0",
): Promise<readonly string[]> {
  const get = { responses: { 204: { description: "" } } };
  const document = { ...openapi({ "/a": { get } }, { components: { schemas } }), openapi: openapiVersion };
  const { samples } = await mocked(document);
  const ajv = new Ajv2020.default({ strict: false, logger: false });
  formats.default(ajv);
  ajv.addSchema({ $id: "https://doc.test/", components: { schemas } });
  return Object.keys(schemas).flatMap((name) => {
    const data = JSON.parse(JSON.stringify(samples[`sample${name}`]?.() ?? null)) as unknown;
    const check = ajv.getSchema(`https://doc.test/#/components/schemas/${name}`);
    return check?.(data) === true ? [] : [`${name}: ${JSON.stringify(data)} ${ajv.errorsText(check?.errors)}`];
  });
}

const strings = {
  NotItsUsualValue: { ...text, not: { enum: ["text", "text2"] } },
  NotWithPattern: { ...text, not: { pattern: "^t" } },
  Bounded: { ...text, minLength: 3, maxLength: 4, pattern: "^[A-Z]+$" },
  BadExample: { ...text, format: "date-time", example: "yesterday" },
  BadDate: { ...text, format: "date", examples: ["2024-02-31"] },
  BadUuid: { ...text, format: "uuid", default: "abc" },
  NullNotListed: { type: ["string", "null"], enum: ["a", "b"] },
};

const numbers = {
  Steps: { type: "integer", minimum: 7, multipleOf: 5 },
  Cents: { ...number, exclusiveMinimum: 0, maximum: 0.05, multipleOf: 0.01 },
  Quarter: { ...number, minimum: 0.3, maximum: 0.6, multipleOf: 0.25 },
  Thirds: { ...number, minimum: 1.1, multipleOf: 0.3 },
  Negative: { type: "integer", exclusiveMaximum: -10, multipleOf: 7 },
  Narrow: { ...number, exclusiveMinimum: 1, exclusiveMaximum: 1.01 },
  Large: { type: "integer", minimum: 9_000_000_000, multipleOf: 1_000 },
  NotOne: { type: "integer", minimum: 1, not: { const: 1 } },
  NotMultiple: { type: "integer", minimum: 2, not: { multipleOf: 2 } },
  BothSteps: {
    allOf: [
      { type: "integer", multipleOf: 4 },
      { multipleOf: 6, minimum: 1 },
    ],
  },
};

const arrays = {
  Empty: { type: "array", items: text, maxItems: 0 },
  One: { type: "array", items: text, minItems: 1, maxItems: 1 },
  Three: { type: "array", items: { enum: ["a", "b", "c"] }, minItems: 3, uniqueItems: true },
  UniqueObjects: { type: "array", items: object({ id: text, n: number }), minItems: 3, uniqueItems: true },
  UniqueBooleans: { type: "array", items: { type: "boolean" }, minItems: 2, uniqueItems: true },
  Contains: { type: "array", items: number, contains: { minimum: 100 } },
  ContainsTwo: { type: "array", contains: { const: "x" }, minContains: 2, maxContains: 2, items: text, minItems: 4 },
  ContainsNone: {
    type: "array",
    items: text,
    contains: { const: "text" },
    minContains: 0,
    maxContains: 0,
    minItems: 1,
  },
  ContainsInTuple: { type: "array", prefixItems: [text, number], contains: { const: true }, minItems: 3 },
  Tuple: { type: "array", prefixItems: [text, number], items: false, minItems: 2 },
  ShortTuple: { type: "array", prefixItems: [text, number], maxItems: 1 },
  Unsaid: { type: "array", minItems: 2 },
  UnsaidUnique: { type: "array", minItems: 2, uniqueItems: true },
  NoItem: { type: "array", items: false },
  NotEmpty: { type: "array", items: text, not: { maxItems: 1 } },
};

const objects = {
  DependentRequired: object({ card: text }, { dependentRequired: { card: ["billing"] } }),
  DependentChain: object({ a: text, b: number }, { dependentRequired: { a: ["b", "c"], c: ["d"] }, required: ["a"] }),
  DependentSchemas: object(
    { kind: text },
    { required: ["kind"], dependentSchemas: { kind: { required: ["size"], properties: { size: { minimum: 5 } } } } },
  ),
  DependentNever: object({ a: text, b: text }, { dependentSchemas: { a: false } }),
  Names: { type: "object", minProperties: 1, propertyNames: { pattern: "^[A-Z]{3}$" }, additionalProperties: number },
  NamesListed: {
    type: "object",
    minProperties: 1,
    propertyNames: { enum: ["eur", "usd"] },
    additionalProperties: number,
  },
  NamesOfOptional: object({ Wrong: text, right: text }, { propertyNames: { pattern: "^[a-z]+$" } }),
  TwoNames: { type: "object", minProperties: 2, propertyNames: { pattern: "^x-[a-z]+$" } },
  Patterns: {
    type: "object",
    minProperties: 1,
    patternProperties: { "^n-": number },
    additionalProperties: false,
  },
  TwoPatterns: {
    type: "object",
    minProperties: 2,
    patternProperties: { "^n-[a-z]$": number },
    additionalProperties: false,
  },
  Few: object({ a: text, b: text, c: text }, { maxProperties: 2, required: ["c"] }),
  FewButEnough: object({ a: text, b: text, c: text }, { minProperties: 2, maxProperties: 2, required: ["c"] }),
  NoMember: { type: "object", maxProperties: 0, additionalProperties: text },
  ManyFree: { type: "object", minProperties: 3, additionalProperties: { type: "integer" } },
  NotRequired: object({ a: text, b: text }, { not: { required: ["a", "b"] } }),
  NotKind: object(
    { kind: { enum: ["a", "b"] } },
    { required: ["kind"], not: { properties: { kind: { const: "a" } } } },
  ),
  EitherRequired: object({ a: text, b: text }, { oneOf: [{ required: ["a"] }, { required: ["b"] }] }),
  AnyRequired: object({ a: text }, { anyOf: [{ required: ["c"] }, { required: ["d"] }] }),
  IfThen: object(
    { country: { enum: ["US", "NL"] }, zip: text },
    {
      required: ["country"],
      ...when(
        has("country", "US"),
        { required: ["zip"], properties: { zip: { pattern: "^\\d{5}$" } } },
        { required: ["postcode"] },
      ),
    },
  ),
  IfElseOnly: object(
    { kind: { enum: ["a", "b"] } },
    { required: ["kind"], ...when(has("kind", "a"), false, { required: ["more"] }) },
  ),
  SeveralIfs: {
    ...object({ kind: { enum: ["a", "b"] } }, { required: ["kind"] }),
    allOf: [
      when(has("kind", "a"), { required: ["forA"], properties: { forA: { const: 1 } } }),
      when(has("kind", "b"), { required: ["forB"] }),
    ],
  },
  Unevaluated: { allOf: [object({ a: text }), object({ b: text })], unevaluatedProperties: false },
  BothClosed: object({ a: text }, { additionalProperties: false, minProperties: 1 }),
  ConstObject: { const: { a: [1, { b: null }] } },
  EnumOfObjects: { enum: [{ a: 1 }, { a: 2 }] },
  ExtraRequired: object({ a: text }, { required: ["a", "z"], additionalProperties: { type: "boolean" } }),
};

const unions = {
  ExactlyOne: { oneOf: [object({ a: text }), object({ a: text, meta: object({ x: text }) })] },
  ExactlyOneByRef: { oneOf: [ref("Loose"), ref("LooseToo")] },
  Loose: object({ message: text }),
  LooseToo: object({ message: text, metadata: object({ id: text }) }),
  IntegerOrNumber: { oneOf: [{ type: "integer" }, number] },
  SecondOnly: {
    oneOf: [
      { type: "string", maxLength: 3 },
      { type: "string", minLength: 2 },
    ],
  },
  NotNull: { anyOf: [{ type: "null" }, text], not: { type: "null" } },
  AllOfUnions: {
    allOf: [
      { oneOf: [object({ a: { const: 1 } }, { required: ["a"] }), object({ b: text }, { required: ["b"] })] },
      object({ c: text }, { required: ["c"] }),
    ],
  },
};

const recursions = {
  NullAtTheEnd: object({ next: { anyOf: [ref("NullAtTheEnd"), { type: "null" }] } }, { required: ["next"] }),
  NullBefore: object({ next: { oneOf: [{ type: "null" }, ref("NullBefore")] } }, { required: ["next"] }),
  NullableTarget: { type: ["object", "null"], properties: { next: ref("NullableTarget") }, required: ["next"] },
  Rule: { oneOf: [ref("All"), ref("Not"), ref("Field")] },
  All: object(
    { all: { type: "array", minItems: 1, items: ref("Rule") } },
    { required: ["all"], additionalProperties: false },
  ),
  Not: object({ not: ref("Rule") }, { required: ["not"], additionalProperties: false }),
  Field: object({ field: text }, { required: ["field"], additionalProperties: false }),
  // Where the choice is made while the other is in the making, it is made again.
  Choice: { oneOf: [ref("Holder"), text] },
  Holder: object({ choice: ref("Choice") }, { required: ["choice"] }),
  Map: object({ children: { type: "object", additionalProperties: ref("Map") } }, { required: ["children"] }),
  MapOfOne: object({ children: { type: "object", minProperties: 1, additionalProperties: ref("Leaf") } }),
  Leaf: { anyOf: [object({ deeper: ref("MapOfOne") }, { required: ["deeper"] }), number] },
};

describe("a sample fits its schema in every keyword", () => {
  test.each(Object.entries({ strings, numbers, arrays, objects, unions, recursions }))("%s", async (_, schemas) => {
    expect(await misfits(schemas)).toEqual([]);
  });
});
