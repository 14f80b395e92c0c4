import { expect, test } from "vitest";
import { built, emitted, openapi, told } from "../../tests/support/stages.js";

async function schemaText(schemas: object): Promise<string> {
  const paths = { "/a": { get: { responses: { 200: { description: "A." } } } } };
  return (await emitted(openapi(paths, { components: { schemas } }))).get("schema.ts") ?? "";
}

const member = { type: "object", properties: { a: { type: "string" } } };

test("what is any value within allOf says nothing more", async () => {
  const text = await schemaText({ Any: { allOf: [true, member] }, Broken: { allOf: [{ $ref: "#/nowhere" }, member] } });
  expect(text).toContain("interface Any {\n  a?: string | undefined;\n}");
  expect(text).toContain("interface Broken {\n  a?: string | undefined;\n}");
});

test("a discriminated union that is a member of itself is cut there", async () => {
  const oneOf = [{ $ref: "#/components/schemas/Self" }, { $ref: "#/components/schemas/Other" }];
  const text = await schemaText({ Self: { oneOf, discriminator: { propertyName: "kind" } }, Other: member });
  expect(text).toContain('kind: "Self"');
  expect(text).toContain("Other & {");
});

test("a union that is its own default has none", async () => {
  const kind = (value: string): object => ({ type: "object", properties: { kind: { const: value } } });
  const discriminator = { propertyName: "kind", defaultMapping: "U" };
  const text = await schemaText({ U: { oneOf: [kind("a"), kind("b")], discriminator } });
  expect(text).toContain('"kind">;');
});

test("a union is open by its discriminator only where every member tells its value", async () => {
  const discriminator = { propertyName: "kind" };
  const told = { type: "object", properties: { kind: { const: "a" } } };
  const text = await schemaText({
    Told: { oneOf: [told, { type: "null" }], discriminator },
    Inline: { oneOf: [told, member], discriminator },
    Plain: { oneOf: [told, { $ref: "#/components/schemas/Other" }] },
    Other: member,
  });
  expect(text).toMatch(/type Told = OpenUnion<\{\n {2}kind\?: "a" \| undefined;\n\} \| null, "kind">/);
  expect(text.match(/OpenUnion</g)).toHaveLength(1);
});

test("a discriminator says nothing of members that are no objects: a list of itself compiles", async () => {
  const discriminator = { propertyName: "kind", mapping: { a: "#/components/schemas/List" } };
  const text = await schemaText({
    List: { type: "array", items: { oneOf: [{ $ref: "#/components/schemas/List" }], discriminator } },
  });
  expect(text).toContain("type List = List[];");
});

test("a member that lists several values of the discriminator is told by the mapped one", async () => {
  const listed = { type: "object", properties: { kind: { enum: ["a", "b"] } } };
  const mapping = { a: "#/components/schemas/A", b: "#/components/schemas/B" };
  const oneOf = [{ $ref: mapping.a }, { $ref: mapping.b }];
  const text = await schemaText({
    U: { oneOf, discriminator: { propertyName: "kind", mapping } },
    A: listed,
    B: listed,
  });
  expect(text).toContain('OpenUnion<(A & { kind: "a" }) | (B & { kind: "b" }), "kind">');
});

test("nullable is understood in documents of any version, and warned of where it has no meaning", async () => {
  const schemas = {
    Thing: {
      type: "object",
      properties: {
        text: { type: "string", nullable: true },
        other: { $ref: "#/components/schemas/Other", nullable: true },
        list: { type: "array", nullable: true, items: { type: "integer", nullable: false } },
        listed: { type: "string", nullable: true, enum: ["a", null] },
      },
    },
    Other: { type: "object", nullable: true, properties: { a: { type: "string" } } },
  };
  const text = await schemaText(schemas);
  expect(text).toContain("text?: string | null | undefined;");
  expect(text).toContain("list?: number[] | null | undefined;");
  expect(text).toContain('listed?: "a" | null | undefined;');
  const { problems } = await built(openapi({}, { components: { schemas }, webhooks: { a: {} } }));
  const warnings = told(problems).filter((line) => line.includes("RG3001 'nullable' has no effect since OpenAPI 3.1"));
  expect(warnings).toHaveLength(4);
  const { problems: none } = await built({
    ...openapi({}, { components: { schemas }, "x-webhooks": { a: {} } }),
    openapi: "3.0.3",
  });
  expect(told(none)).toEqual([]);
});

test("a picture in a form is bytes; one written in base64, and a page, are texts", async () => {
  const properties = {
    picture: { type: "string", contentMediaType: "image/png" },
    written: { type: "string", contentMediaType: "image/png", contentEncoding: "base64" },
    page: { type: "string", contentMediaType: "text/html" },
  };
  const requestBody = { content: { "multipart/form-data": { schema: { type: "object", properties } } } };
  const files = await emitted(openapi({ "/a": { post: { requestBody, responses: {} } } }));
  const text = files.get("operations/a.ts") ?? "";
  expect(text).toContain("picture?: BinaryValue | undefined;");
  expect(text).toContain("written?: string | undefined;");
  expect(text).toContain("page?: string | undefined;");
});
