import { expect, test } from "vitest";
import { emitted, openapi } from "../../tests/support/stages.js";
import { SourceFile } from "./source-file.js";

const settings = {
  header: "",
  origin: "",
  runtime: "copy",
  importExtension: "js",
  transport: "ky",
  spend: () => {},
} as const;

test("a name is imported when the text that is added uses it, not because it was asked for", () => {
  const file = new SourceFile("operations/pets.ts", settings);
  for (const name of ["Dropped", "Used", "InText", "InComment", "IsMember"]) file.type("./schema.js", name);
  file.add('/** An InComment. */\nexport type A = Used | "InText" | { IsMember?: string };');
  expect(file.finish().text).toMatch(/^import type \{ Used \} from "\.\.\/schema\.js";\n/);
});

test("a name that one text dropped and a later one uses is imported", () => {
  const file = new SourceFile("operations/pets.ts", settings);
  file.type("./schema.js", "Pet");
  file.add("export type A = unknown;");
  file.add("export type B = Pet[];");
  expect(file.finish().text).toContain("import type { Pet }");
});

test("an answer that may be anything imports nothing of its other forms", async () => {
  const pet = { schema: { $ref: "#/components/schemas/Pet" } };
  const responses = { 200: { description: "", content: { "application/json": pet, "*/*": {} } } };
  const files = await emitted(
    openapi(
      { "/pets": { get: { tags: ["pets"], responses } } },
      { components: { schemas: { Pet: { type: "object" } } } },
    ),
  );
  expect(files.get("operations/pets.ts")).toContain("export type GetPetsOutput = unknown;");
  expect(files.get("operations/pets.ts")).not.toMatch(/import .*\bPet\b/);
});

test("the mocks of a document that only has webhooks are an object all the same", async () => {
  const webhooks = { paid: { post: { responses: { 200: { description: "" } } } } };
  const files = await emitted(openapi({}, { webhooks }));
  expect(files.get("mocks.ts")).toContain("const operations: MockOperations = {};");
});
