// What a reviewer of a first pull request looks at: how many files, and how long.
import { join } from "node:path";
import { expect, test } from "vitest";
import { generateFiles } from "../../src/index.js";
import { folderWith } from "../support/folders.js";

const root = join(import.meta.dirname, "../..");

async function client(input: string): Promise<Map<string, string>> {
  const { files } = await generateFiles({ input, importExtension: "js" });
  return new Map(files.map(({ path, text }) => [path, text]));
}

const plain = {
  openapi: "3.1.0",
  info: { title: "Plain", version: "1" },
  paths: {
    "/a": { get: { responses: { 200: { description: "", content: { "application/json": { schema: {} } } } } } },
  },
};

test("a client of ten operations has at most 28 files and 10,000 lines, the runtime included", async () => {
  const files = await client(join(root, "fixtures/shop/openapi.yaml"));
  const lines = [...files.values()].reduce((sum, text) => sum + text.split("\n").length, 0);
  expect(files.size).toBeLessThanOrEqual(28);
  expect(lines).toBeLessThanOrEqual(10_000);
});

test("a copied runtime holds what its client can reach, and what a user may add", async () => {
  const folder = await folderWith({ "openapi.json": JSON.stringify(plain) });
  const files = await client(join(folder, "openapi.json"));
  const runtime = [...files]
    .filter(([path]) => path.startsWith("runtime/"))
    .map(([, text]) => text)
    .join("\n");
  for (const absent of [
    "webhookDispatcher",
    "function clientCredentials",
    "function multipart",
    "ServerSentEvents",
    "paginate(",
  ])
    expect(runtime).not.toContain(absent);
  expect([...files.keys()]).not.toContain("runtime/webhooks.ts");
  for (const present of [
    "hedge",
    "coalesce",
    "staleFallback",
    "valueFallback",
    "rateLimit",
    "propagate",
    "fetchTransport",
  ])
    expect(files.get("runtime/index.ts")).toContain(present);
});

test("no line of an emitted file is longer than 120 characters, but for texts of the document", async () => {
  const files = await client(join(root, "fixtures/shop/openapi.yaml"));
  const long = [...files].flatMap(([path, text]) =>
    text
      .split("\n")
      // A comment, or code: a text or a pattern cannot be broken.
      .filter((line) => line.length > 120 && !/["'`/].{60,}["'`/]/.test(line))
      .map((line) => `${path}: ${line}`),
  );
  expect(long).toEqual([]);
});
