import { expect, test } from "vitest";
import { emitted, openapi } from "../../../tests/support/stages.js";

const ref = (name: string): object => ({ $ref: `#/components/schemas/${name}` });

/** The declaration of `A`, among these schemas. */
async function declarationOf(schemas: Record<string, object>): Promise<string> {
  const text = (await emitted(openapi({ "/a": { get: {} } }, { components: { schemas } }))).get("schema.ts") ?? "";
  return /^export (?:type|interface) A\b[\s\S]*?(?:;|\})\n(?=\n|$)/m.exec(text)?.[0] ?? text;
}

const named = (names: readonly string[]): Record<string, object> =>
  Object.fromEntries(names.map((name) => [name, { type: "object", properties: { [name]: {} } }]));
const long = ["First", "Second", "Third", "Fourth"].map((name) => `${name}MemberWithALongNameIndeed`);

test("a short union stands on one line, a long one has a line for each member", async () => {
  expect(await declarationOf({ A: { oneOf: [ref("B"), ref("C")] }, ...named(["B", "C"]) })).toBe(
    "export type A = B | C;\n",
  );
  expect(await declarationOf({ A: { oneOf: long.map(ref) }, ...named(long) })).toBe(
    `export type A =\n${long.map((name) => `  | ${name}`).join("\n")};\n`,
  );
});

test("members of a discriminated union have what tells them apart beside them", async () => {
  const union = { oneOf: [ref("Cat"), ref("Dog")], discriminator: { propertyName: "kind" } };
  const schemas = Object.fromEntries(
    ["Cat", "Dog"].map((name) => [name, { type: "object", properties: { kind: { type: "string" }, [name]: {} } }]),
  );
  expect(await declarationOf({ A: union, ...schemas })).toBe(
    'export type A = OpenUnion<(Cat & { kind: "Cat" }) | (Dog & { kind: "Dog" }), "kind">;\n',
  );
});

test("a block within a union is set in", async () => {
  const object = { type: "object", properties: { x: { type: "string" } }, required: ["x"] };
  expect(await declarationOf({ A: { anyOf: [{ type: "string" }, object] } })).toBe(
    "export type A =\n  | string\n  | {\n      x: string;\n    };\n",
  );
  expect(await declarationOf({ A: { anyOf: [object, { type: "null" }] } })).toBe(
    "export type A = {\n  x: string;\n} | null;\n",
  );
});

test("a long intersection has a line for each part", async () => {
  const own = { type: "object", properties: { x: { type: "string", description: "The x." } }, required: ["x"] };
  expect(await declarationOf({ A: { allOf: [...long.map(ref), own] }, ...named(long) })).toBe(
    `export type A = ${long.join(" &\n  ")} &\n  {\n    /** The x. */\n    x: string;\n  };\n`,
  );
});

test("a title stands for a description that is missing, unless it is just a name", async () => {
  const properties = {
    a: { title: "capability_param" },
    b: { title: "The b of it" },
    c: { title: "x y", description: "C." },
  };
  expect(await declarationOf({ A: { type: "object", properties } })).toBe(
    "export interface A {\n  a?: unknown;\n  /** The b of it */\n  b?: unknown;\n  /** C. */\n  c?: unknown;\n}\n",
  );
});
