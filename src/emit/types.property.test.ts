import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import fc from "fast-check";
import ts from "typescript";
import { describe, expect, test } from "vitest";
import { built, emitted, openapi } from "../../tests/support/stages.js";
import { compiled } from "../../tests/support/types.js";

// Types are compared with an independent reading of the same schemas: what ajv accepts must be assignable, and what it
// refuses for its shape must not be. One program answers for all schemas and values.

type JsonSchema = Record<string, unknown> | boolean;

const ref = (name: string): JsonSchema => ({ $ref: `#/components/schemas/${name}` });
const text = { type: "string" };
const whole = { type: "integer" };

/** Schemas that the random ones refer to. */
const named: Record<string, JsonSchema> = {
  Base: { type: "object", properties: { a: text, b: whole } },
  Strict: { type: "object", required: ["a"], properties: { a: text } },
  Nullable: { type: ["object", "null"], properties: { c: { enum: ["x", "y"] } } },
  Child: { allOf: [ref("Base"), { type: "object", required: ["b"], properties: { c: text } }] },
  Choice: { oneOf: [ref("Strict"), { type: "object", required: ["c"], properties: { c: whole } }] },
  Listed: { enum: ["x", 1, null] },
  Numbers: { type: "array", items: { type: "number" } },
  Pair: { type: "array", prefixItems: [text, whole], items: false, minItems: 1 },
};

/** Variants of each keyword; `deeper` gives the schemas within. */
const keywords = (deeper: fc.Arbitrary<JsonSchema>): Record<string, fc.Arbitrary<object>> => {
  const members = fc.array(deeper, { minLength: 1, maxLength: 3 });
  const conditions = fc.constantFrom({ required: ["a"] }, { required: ["b", "c"] });
  const names = fc.subarray(["a", "b", "c"], { minLength: 1 });
  return {
    type: fc
      .constantFrom<unknown>(
        "object",
        "object",
        "string",
        "array",
        "integer",
        "boolean",
        ["object", "null"],
        ["string", "array"],
      )
      .map((type) => ({ type })),
    properties: fc
      .dictionary(fc.constantFrom("a", "b", "c"), deeper, { minKeys: 1, maxKeys: 2 })
      .map((properties) => ({ properties: { ...properties } })),
    required: names.map((required) => ({ required })),
    additionalProperties: fc
      .oneof(fc.constant(false), deeper)
      .map((additionalProperties) => ({ additionalProperties })),
    propertyNames: names.map((values) => ({ propertyNames: { enum: values } })),
    items: fc.oneof(fc.constant(false), deeper).map((items) => ({ items })),
    prefixItems: fc.array(deeper, { minLength: 1, maxLength: 2 }).map((prefixItems) => ({ prefixItems })),
    minItems: fc.constantFrom(0, 1, 2).map((minItems) => ({ minItems })),
    enum: fc.subarray<unknown>(["x", "y", 1, 2, true, null], { minLength: 1 }).map((values) => ({ enum: values })),
    const: fc.constantFrom<unknown>("x", 1, false, null).map((value) => ({ const: value })),
    minLength: fc.constant({ minLength: 1 }),
    allOf: members.map((allOf) => ({ allOf })),
    anyOf: fc.oneof(members, fc.array(conditions, { minLength: 2, maxLength: 2 })).map((anyOf) => ({ anyOf })),
    oneOf: fc.oneof(members, fc.array(conditions, { minLength: 2, maxLength: 2 })).map((oneOf) => ({ oneOf })),
    $ref: fc.constantFrom(...Object.keys(named)).map(ref) as fc.Arbitrary<object>,
  };
};

const leaf: fc.Arbitrary<JsonSchema> = fc.constantFrom<JsonSchema>(
  text,
  whole,
  { type: "boolean" },
  { type: "null" },
  { enum: ["x", 1] },
  { const: "y" },
  ...Object.keys(named).map(ref),
);

function schemaOf(depth: number): fc.Arbitrary<JsonSchema> {
  if (depth === 0) return leaf;
  const variants = Object.values(keywords(schemaOf(depth - 1)));
  const some = fc
    .tuple(fc.subarray(variants, { minLength: 1, maxLength: 3 }))
    .chain(([chosen]) => fc.tuple(...chosen).map((parts) => Object.assign({}, ...parts) as JsonSchema));
  return fc.oneof({ weight: 1, arbitrary: leaf }, { weight: 3, arbitrary: some });
}

/** A schema with both keywords, for every pair of them, and what is within up to three levels deep. */
const pairs = fc.tuple(
  ...Object.entries(keywords(schemaOf(1))).flatMap(([first, one], index, all) =>
    all
      .slice(index + 1)
      .map(([second, other]) =>
        fc.tuple(one, other).map(([a, b]): [string, JsonSchema] => [`${first} and ${second}`, { ...a, ...b }]),
      ),
  ),
);

/** Values that differ in all that a type can see. */
const scalars = ["x", "y", "z", 1, 2, true, false, null];
const lists = [[], [1], ["x"], ["x", 1], ["x", 1, true], [null], [{ a: "x" }], [[1]]];
const members = ["x", 1, null, [1], { a: "x" }, { c: 1 }];
const objects = [
  {},
  ...["a", "b", "c"].flatMap((name) => members.map((value) => ({ [name]: value }))),
  ...members.flatMap((a) => ["x", 1, null].map((b) => ({ a, b }))),
  ...["x", 1].flatMap((a) => [1, "y"].flatMap((b) => ["x", 1].map((c) => ({ a, b, c })))),
  ...members.map((c) => ({ b: 1, c })),
];
const values: readonly unknown[] = [...scalars, ...lists, ...objects];

/** Keywords that a type cannot say: what breaks only these may be assigned. */
const beyondTypes = ["additionalProperties", "propertyNames", "minItems", "minLength"];

/** The schema as far as a type says it. An index signature beside members allows all that these do. */
function shapeOf(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(shapeOf);
  if (typeof schema !== "object" || schema === null) return schema;
  const parts = Object.entries(schema).flatMap(([key, part]): [string, unknown][] => {
    if (beyondTypes.includes(key)) return [];
    if (key === "properties")
      return [[key, Object.fromEntries(Object.entries(part as object).map(([name, own]) => [name, shapeOf(own)]))]];
    return [
      [
        key === "oneOf" && !("anyOf" in schema) ? "anyOf" : key,
        key === "enum" || key === "const" ? part : shapeOf(part),
      ],
    ];
  });
  const { oneOf, ...rest } = Object.fromEntries(parts);
  return oneOf === undefined ? rest : { ...rest, allOf: [...((rest["allOf"] as unknown[]) ?? []), { anyOf: oneOf }] };
}

/** Whoever writes keywords of objects or lists without a type means objects or lists. */
function meantBy(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(meantBy);
  if (typeof schema !== "object" || schema === null) return schema;
  const own = Object.fromEntries(
    Object.entries(schema).map(([key, part]) => {
      if (key === "enum" || key === "const" || key === "required") return [key, part];
      if (key !== "properties") return [key, meantBy(part)];
      return [key, Object.fromEntries(Object.entries(part as object).map(([name, inner]) => [name, meantBy(inner)]))];
    }),
  );
  if ("type" in own || "enum" in own || "const" in own || "$ref" in own) return own;
  const has = (...keys: string[]): boolean => keys.some((key) => key in own);
  if (has("properties", "additionalProperties", "propertyNames")) return { ...own, type: "object" };
  if (has("items", "prefixItems")) return { ...own, type: "array" };
  return has("required") ? { ...own, type: "object" } : own;
}

/** Compiles schemas of the document, changed as told. */
function validators(change: (part: unknown) => unknown): (schema: JsonSchema) => ValidateFunction {
  const ajv = new Ajv2020({ strict: false, validateFormats: false, validateSchema: false });
  const schemas = Object.fromEntries(Object.entries(named).map(([name, part]) => [name, change(part)]));
  ajv.addSchema({ $id: "https://a/b", components: { schemas } });
  let count = 0;
  return (schema) => ajv.compile({ $id: `https://a/b${++count}`, ...(withBase(change(schema)) as object) });
}

/** Each schema is a document by itself for ajv; what it refers to is in the one of the named schemas. */
function withBase(schema: unknown): unknown {
  if (typeof schema === "boolean") return schema ? {} : { not: {} };
  return JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"https://a/b#/'));
}

function literalType(value: unknown, absent: (names: readonly string[]) => string[]): string {
  if (Array.isArray(value)) return `[${value.map((item) => literalType(item, absent)).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const own = Object.entries(value).map(([name, member]) => `${name}: ${literalType(member, absent)}`);
  return `{ ${[...own, ...absent(Object.keys(value))].join("; ")} }`;
}

const exact = (): string[] => [];
/** TypeScript refuses an object that has none of a type's optional members, unless it says that it has none. */
const withAbsent = (names: readonly string[]): string[] =>
  ["a", "b", "c"].filter((name) => !names.includes(name)).map((name) => `${name}?: never`);

/** What a type allows that it must not, or does not that it must, as readable lines. */
async function misfits(schemas: readonly JsonSchema[]): Promise<{ faults: string[]; asked: number }> {
  const all = { ...named, ...Object.fromEntries(schemas.map((schema, index) => [`S${index}`, schema])) };
  const document = openapi(
    { "/a": { get: { responses: { 200: { description: "A." } } } } },
    { components: { schemas: all } },
  );
  const { problems } = await built(document);
  // Where something was told, the type is not what the schema strictly says.
  const told = new Set(problems.list.map(({ at }) => (at !== undefined && "path" in at ? at.path[2] : undefined)));
  const schema = (await emitted(document)).get("schema.ts") ?? "";
  const use = [
    'import type * as A from "./schema.js";',
    ...schemas.map((_, index) => `export type T${index} = A.S${index};`),
    ...values.map((value, index) => `export type V${index} = ${literalType(value, exact)};`),
    ...values.map((value, index) => `export type W${index} = ${literalType(value, withAbsent)};`),
  ].join("\n");
  const { program, file, errors } = compiled(schema, use);
  expect(errors()).toEqual([]);
  const checker = program.getTypeChecker();
  const types = new Map(
    file.statements
      .filter(ts.isTypeAliasDeclaration)
      .map((node) => [node.name.text, checker.getTypeAtLocation(node.name)]),
  );
  const isOf = (name: string, type: ts.Type): boolean => {
    const given = types.get(name);
    return given !== undefined && checker.isTypeAssignableTo(given, type);
  };
  const faults: string[] = [];
  const [meant, shaped] = [validators(meantBy), validators(shapeOf)];
  let asked = 0;
  for (const [index, own] of schemas.entries()) {
    const type = types.get(`T${index}`);
    if (type === undefined || told.has(`S${index}`)) continue;
    const [accepts, hasShape] = [meant(own), shaped(own)];
    const wrong = values.flatMap((value, at) => {
      asked++;
      const isAssignable = isOf(`V${at}`, type);
      if (isAssignable ? hasShape(value) : !accepts(value) || isOf(`W${at}`, type)) return [];
      return [`${isAssignable ? "takes" : "refuses"} ${JSON.stringify(value)}`];
    });
    const flags = ts.TypeFormatFlags.InTypeAlias | ts.TypeFormatFlags.NoTruncation;
    const printed = (): string => checker.typeToString(type, undefined, flags);
    if (wrong[0] !== undefined) faults.push(`${wrong[0]} as ${printed()}: ${JSON.stringify(own)}`);
  }
  return { faults, asked };
}

describe("a value can be assigned to the type of a schema if ajv accepts it, and cannot be if ajv refuses its shape", () => {
  test("for every pair of keywords", async () => {
    const schemas = fc.sample(pairs, { seed: 11, numRuns: 3 }).flatMap((one) => one.map(([, schema]) => schema));
    const { faults, asked } = await misfits(schemas);
    expect(faults).toEqual([]);
    expect(asked).toBeGreaterThan(10_000);
  });

  test("for random schemas of three levels", async () => {
    const seed = Number(process.env["TYPES_SEED"] ?? 2026);
    const schemas = fc.sample(schemaOf(3), { seed, numRuns: Number(process.env["TYPES_RUNS"] ?? 250) });
    const { faults, asked } = await misfits(schemas);
    expect(faults).toEqual([]);
    expect(asked).toBeGreaterThan(10_000);
  });
});
