import { expect, test } from "vitest";
import { emitted, openapi } from "../../tests/support/stages.js";
import type { Schema } from "./api.js";
import { fits } from "./fits.js";

const ref = (name: string): { $ref: string } => ({ $ref: `#/components/schemas/${name}` });
const names = Array.from({ length: 100 }, (_, index) => `S${index}`);
const unions = Object.fromEntries(
  names.map((name) => [name, { oneOf: names.filter((other) => other !== name).map(ref) }]),
);

test("unions that are nothing but each other fit nothing, and that is found soon", () => {
  const schemas = unions as Readonly<Record<string, Schema>>;
  const startedAt = process.cpuUsage();
  expect(
    fits({ a: 1 }, ref("S0"), ({ $ref = "" }) => schemas[$ref.slice("#/components/schemas/".length)] ?? false),
  ).toBe(false);
  expect(process.cpuUsage(startedAt).user).toBeLessThan(500_000);
});

test("a client with 100 unions of each other takes less than 5 s of CPU", async () => {
  const body = (name: string): object => ({ content: { "application/json": { schema: ref(name) } } });
  const operation = (name: string): object => ({
    post: { requestBody: body(name), responses: { 200: { description: "ok", ...body(name) } } },
  });
  const paths = Object.fromEntries(names.map((name) => [`/${name}`, operation(name)]));
  const startedAt = process.cpuUsage();
  const files = await emitted(openapi(paths, { components: { schemas: unions } }));
  expect(process.cpuUsage(startedAt).user).toBeLessThan(5_000_000);
  expect(files.get("schema.ts")).toContain("export type S99 =");
});

test("a schema that is asked twice of the same value gives the same answer", () => {
  const schemas: Readonly<Record<string, Schema>> = {
    Text: { type: "string" },
    Node: {
      type: "object",
      required: ["name"],
      properties: { name: ref("Text"), next: ref("Node"), other: ref("Node") },
    },
  };
  const resolve = ({ $ref = "" }: { $ref?: string }): Schema =>
    schemas[$ref.slice("#/components/schemas/".length)] ?? false;
  const leaf = { name: "leaf" };
  expect(fits({ name: "root", next: leaf, other: leaf }, ref("Node"), resolve)).toBe(true);
  expect(fits({ name: "root", next: leaf, other: { name: 1 } }, ref("Node"), resolve)).toBe(false);
  expect(fits("a", { allOf: [ref("Text"), ref("Text")] }, resolve)).toBe(true);
});
