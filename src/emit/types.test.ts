import { expect, test } from "vitest";
import { emitted, openapi } from "../../fixtures/support/stages.js";

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

test("a member that lists several values of the discriminator is told by the mapped one", async () => {
  const listed = { type: "object", properties: { kind: { enum: ["a", "b"] } } };
  const mapping = { a: "#/components/schemas/A", b: "#/components/schemas/B" };
  const oneOf = [{ $ref: mapping.a }, { $ref: mapping.b }];
  const text = await schemaText({
    U: { oneOf, discriminator: { propertyName: "kind", mapping } },
    A: listed,
    B: listed,
  });
  expect(text).toMatch(/OpenUnion<\(A & \{\n {2}kind: "a";\n\}\) \| \(B & \{\n {2}kind: "b";\n\}\), "kind">/);
});
