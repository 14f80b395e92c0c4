import { describe, expect, test } from "vitest";
import { built, openapi, told } from "../../tests/support/stages.js";
import type { Schema } from "./api.js";

const json = (schema: object): object => ({ content: { "application/json": { schema } } });

/** The schemas of a document with these, and what was told. */
async function named(
  schemas: object,
  paths: object = {},
  version = "3.1.0",
): Promise<{ of: Record<string, Schema>; problems: string[] }> {
  const { api, problems } = await built({
    ...openapi({ "/ping": { get: { responses: {} } }, ...paths }, { components: { schemas } }),
    openapi: version,
  });
  return { of: Object.fromEntries(api.schemas.map(({ name, schema }) => [name, schema])), problems: told(problems) };
}

const one = async (schema: object, version?: string): Promise<Schema | undefined> =>
  (await named({ One: schema }, {}, version)).of["One"];
const ref = (name: string): object => ({ $ref: `#/components/schemas/${name}` });

describe("one dialect for all versions", () => {
  test("nullable of 3.0 is a type", async () => {
    expect(await one({ type: "string", nullable: true }, "3.0.3")).toEqual({ type: ["string", "null"] });
  });

  test("null without quotes in a list of types is the type of that name", async () => {
    const { of, problems } = await named({ One: { type: ["string", null] } });
    expect(of["One"]).toEqual({ type: ["string", "null"] });
    expect(problems).toEqual([]);
  });

  test("members in another place are found there; a reference to itself has none", async () => {
    const { of, problems } = await named({
      One: { type: "object", properties: { $ref: "#/components/x-members" } },
      Two: { type: "object", properties: { $ref: "#/components/schemas/Two/properties" } },
      Members: { type: "object", properties: { a: { type: "string" } } },
      Three: { type: "object", properties: { $ref: "#/components/schemas/Members/properties" } },
    });
    expect(of["Three"]).toEqual({ type: "object", properties: { a: { type: "string" } } });
    expect(of["Two"]).toEqual({ type: "object" });
    expect(problems).toHaveLength(2);
  });

  test("nullable in 3.1 is understood, and told", async () => {
    const { of, problems } = await named({ One: { type: "string", nullable: true } });
    expect(of["One"]).toEqual({ type: ["string", "null"] });
    expect(problems).toEqual([expect.stringContaining("'nullable' has no effect since OpenAPI 3.1")]);
  });

  test("beside a $ref, 3.0 hears only what is for readers; 3.1 all", async () => {
    const schemas = {
      Two: { type: "object" },
      One: { ...ref("Two"), description: "d", properties: { a: { type: "string" } } },
    };
    expect((await named(schemas, {}, "3.0.3")).of["One"]).toEqual({ allOf: [ref("Two")], description: "d" });
    expect((await named(schemas)).of["One"]).toEqual({
      allOf: [ref("Two")],
      description: "d",
      properties: { a: { type: "string" } },
    });
  });

  test("an enum says each value once; a const of null is the type", async () => {
    expect(await one({ enum: ["a", "b", "a"] })).toEqual({ enum: ["a", "b"] });
    expect(await one({ const: null })).toEqual({ type: "null" });
    expect(await one({ type: "object", enum: ["a"] })).toEqual({ enum: ["a"] });
    expect(await one({ const: null, type: "string" })).toEqual({ const: null, type: "string" });
  });

  test("an unknown type is any value, and told at its place", async () => {
    const { of, problems } = await named({ One: { type: "strnig" } });
    expect(of["One"]).toEqual({});
    expect(problems).toEqual([expect.stringContaining('1:133 RG3001 Unknown type "strnig". It is typed as unknown.')]);
  });

  test("members named like those of every object are members", async () => {
    const properties = JSON.parse('{"__proto__": {"type": "string"}, "constructor": {"type": "number"}}') as object;
    const schema = (await one({ type: "object", properties })) as { properties: object };
    expect(Object.keys(schema.properties)).toEqual(["__proto__", "constructor"]);
    expect(({} as { type?: unknown }).type).toBeUndefined();
  });
});

describe("what only requests or only responses have", () => {
  const User = {
    type: "object",
    required: ["id", "name", "password"],
    properties: {
      id: { type: "integer", readOnly: true },
      name: { type: "string" },
      password: { type: "string", writeOnly: true },
    },
  };
  const sends = (name: string): object => ({
    "/users": {
      post: {
        operationId: "make",
        requestBody: json(ref(name)),
        responses: { 200: { description: "", ...json(ref(name)) } },
      },
    },
  });

  test("a schema that is sent and differs comes twice", async () => {
    const { of } = await named({ User }, sends("User"));
    expect(of["User"]).toMatchObject({ required: ["id", "name"], properties: { id: {}, name: {} } });
    expect(of["UserWritable"]).toMatchObject({
      required: ["name", "password"],
      properties: { name: {}, password: {} },
    });
    expect(Object.keys((of["User"] as { properties: object }).properties)).not.toContain("password");
  });

  test("so does what holds it, however deep", async () => {
    const Team = { type: "object", properties: { members: { type: "array", items: ref("User") } } };
    const { of } = await named({ User, Team }, sends("Team"));
    expect(of["TeamWritable"]).toMatchObject({ properties: { members: { items: ref("UserWritable") } } });
    expect(of["Team"]).toMatchObject({ properties: { members: { items: ref("User") } } });
  });

  test("one that is never sent comes once", async () => {
    expect(Object.keys((await named({ User })).of)).toEqual(["User"]);
  });
});

describe("references", () => {
  test("a schema without a name that is referred to gets one", async () => {
    const schemas = { A: { type: "object", properties: { inner: { type: "object" } } }, B: ref("A/properties/inner") };
    const { of } = await named(schemas);
    expect(of["B"]).toEqual(ref("AInner"));
    expect(of["AInner"]).toEqual({ type: "object" });
  });

  test("what is nothing but itself is any value there, and told", async () => {
    const { of, problems } = await named({ A: { anyOf: [ref("A"), { type: "string" }] } });
    expect(of["A"]).toEqual({ anyOf: [true, { type: "string" }] });
    expect(problems).toHaveLength(1);
  });

  test("what holds itself stays as it is", async () => {
    const A = { type: "object", properties: { next: ref("A") } };
    expect((await named({ A })).of["A"]).toEqual(A);
  });
});

describe("discriminated unions", () => {
  const member = (extra: object = {}): object => ({
    type: "object",
    properties: { kind: { type: "string" }, ...extra },
  });
  const union = (mapping?: object): object => ({
    oneOf: [ref("Cat"), ref("Dog")],
    discriminator: { propertyName: "kind", ...(mapping === undefined ? {} : { mapping }) },
  });

  test.each([
    ["the names of the schemas", undefined, ["Cat"], ["Dog"]],
    [
      "the mapping, where there is one",
      { meow: "#/components/schemas/Cat", bark: "Dog", wuff: "Dog" },
      ["meow"],
      ["bark", "wuff"],
    ],
  ])("say the value of each member: %s", async (_, mapping, cat, dog) => {
    const { of } = await named({ Cat: member(), Dog: member(), Pet: union(mapping) });
    const tag = (values: string[]): object => ({
      type: "object",
      properties: { kind: { type: "string", enum: values } },
      required: ["kind"],
    });
    const written = (of["Pet"] as { oneOf: object[] }).oneOf;
    expect(written.slice(0, 2)).toEqual([{ allOf: [ref("Cat"), tag(cat)] }, { allOf: [ref("Dog"), tag(dog)] }]);
  });
});
