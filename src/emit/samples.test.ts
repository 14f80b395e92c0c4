import { expect, test } from "vitest";
import { emitted, openapi } from "../../tests/support/stages.js";

/** What the samples of these schemas are made of, by schema. */
async function samplesOf(schemas: object): Promise<Record<string, string>> {
  const get = { responses: { 204: { description: "" } } };
  const text = (await emitted(openapi({ "/a": { get } }, { components: { schemas } }))).get("mocks.ts") ?? "";
  const found = text.matchAll(
    /export function sample(\w+)[^{]*\{\s+return sample<[^>]*>\(([\s\S]*?),\s+overrides,?\s*\);/g,
  );
  return Object.fromEntries([...found].map(([, name = "", value = ""]) => [name, value.trim()]));
}

const ref = (name: string): object => ({ $ref: `#/components/schemas/${name}` });

test.each(["constructor", "toString", "__proto__"])("a format called %s is one that nobody knows", async (format) => {
  expect(await samplesOf({ Text: { type: "string", format } })).toEqual({ Text: '"text"' });
});

test("a schema that holds itself has a sample without itself", async () => {
  const node = { type: "object", properties: { child: ref("Node"), list: { type: "array", items: ref("Node") } } };
  expect(await samplesOf({ Node: node })).toEqual({ Node: "{ list: [] }" });
});

test("two schemas that hold each other have samples that do not call each other in turn", async () => {
  const schemas = {
    A: { type: "object", required: ["b"], properties: { b: ref("B") } },
    B: { type: "object", required: ["a"], properties: { a: ref("A") } },
  };
  expect(await samplesOf(schemas)).toEqual({ A: "{ b: sampleB() }", B: "{ a: null }" });
});

test("what must be there and goes on for ever is null or empty", async () => {
  const schemas = {
    Pair: { type: "array", prefixItems: [ref("Pair"), { type: "string" }] },
    Index: { type: "array", minItems: 1, items: { allOf: [{ type: "object", properties: { a: {} } }, ref("Index")] } },
  };
  expect(await samplesOf(schemas)).toEqual({ Pair: '[null, "text"]', Index: "[{ a: null }]" });
});

test("schemas that lead to each other through unions of lists come to an end, soon", async () => {
  const names = Array.from({ length: 12 }, (_, index) => `S${index}`);
  const union = { oneOf: names.map(ref), discriminator: { propertyName: "kind" } };
  const schema = { oneOf: [{ type: "array", minItems: 1, items: { allOf: [{ type: "object" }, union] } }] };
  const samples = await samplesOf(Object.fromEntries(names.map((name) => [name, schema])));
  expect(Object.keys(samples)).toEqual(names);
});

test("a chain of a thousand schemas is no sample of a thousand levels", async () => {
  const names = Array.from({ length: 1_000 }, (_, index) => `Link${index}`);
  const links = names.map((name, index) => [name, { type: "object", properties: { next: ref(`Link${index + 1}`) } }]);
  const samples = await samplesOf({ ...Object.fromEntries(links), Link1000: { type: "string" } });
  expect(samples["Link0"]).toBe("{ next: sampleLink1() }");
  expect(Object.values(samples).filter((text) => text === "{}").length).toBeGreaterThan(5);
});
