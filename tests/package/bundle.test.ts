import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterAll, beforeAll, expect, test } from "vitest";
import { generate } from "../../src/index.js";

/** Two operations that share a file, one that has its own, and schemas that have mocks. */
const document = {
  openapi: "3.0.3",
  info: { title: "Shop", version: "1" },
  servers: [{ url: "https://shop.example" }],
  paths: {
    "/orders": { get: operation("listOrders", "orders"), post: operation("createOrder", "orders") },
    "/refunds": { get: operation("listRefunds", "orders") },
    "/carts": { get: operation("listCarts", "carts") },
  },
  components: {
    schemas: { Order: { type: "object", properties: { id: { type: "string", example: "made-up-order" } } } },
  },
};

function operation(operationId: string, tag: string): object {
  const schema = { $ref: "#/components/schemas/Order" };
  return {
    operationId,
    tags: [tag],
    responses: { 200: { description: "Fine.", content: { "application/json": { schema } } } },
  };
}

let folder = "";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "resil-gen-bundle-"));
  await writeFile(join(folder, "openapi.json"), JSON.stringify(document));
  await generate({ input: join(folder, "openapi.json"), output: join(folder, "client") });
});

afterAll(() => rm(folder, { recursive: true, force: true }));

async function bundle(text: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: text, resolveDir: folder },
    bundle: true,
    minify: true,
    format: "esm",
    external: ["ky"],
    write: false,
  });
  return outputFiles[0]?.text ?? "";
}

test("an application that imports one operation bundles neither the others nor the facade nor the mocks", async () => {
  const text = await bundle('export { createClient, listOrders } from "./client/index.js";');
  expect(text).toContain('"/orders"');
  // The ids of all operations are there: createClient refuses an unknown one.
  for (const absent of ["/refunds", "/carts", "createApi", "made-up-order"]) expect(text).not.toContain(absent);
});

test("what is absent there is present where it is imported", async () => {
  const text = await bundle('export * from "./client/index.js"; export { createMocks } from "./client/mocks.js";');
  for (const present of ["/refunds", "/carts", "createOrder", "listRefunds", "listCarts", "createApi", "made-up-order"])
    expect(text).toContain(present);
});

test("what only some operations need is bundled with those alone", async () => {
  const output = join(folder, "features");
  await generate({ input: fileURLToPath(new URL("../../fixtures/features/openapi.yaml", import.meta.url)), output });
  /** A text that only that part of the runtime has. */
  const parts = {
    paginateListByLink: "leaves the origin",
    downloadFile: '"upload"',
    createWebhooks: "maxBytes",
    clientCredentials: "client_credentials",
    watchTicker: "[DONE]",
    sendParts: "Content-Disposition",
    listPages: "X-Total-Count",
  };
  const of = (name: string): Promise<string> => bundle(`export { createClient, ${name} } from "./features/index.js";`);
  const plain = await of("readOpenly");
  for (const [name, text] of Object.entries(parts)) {
    expect(plain.includes(text), text).toBe(false);
    expect((await of(name)).includes(text), name).toBe(true);
  }
  // Beside its own literal, an operation that asks for no more is as large as any other.
  expect(Math.abs((await of("findByPath")).length - plain.length)).toBeLessThan(600);
});

test("a test that makes up one schema's data bundles no mock of any operation", async () => {
  const text = await bundle('export { sampleOrder } from "./client/mocks.js";');
  expect(text).toContain("made-up-order");
  for (const absent of ["/orders", "/refunds", "/carts", "retry-after"]) expect(text).not.toContain(absent);
});

test("a client without a store bundles nothing of how processes share their breakers", async () => {
  const text = await bundle('export { createClient, listOrders } from "./client/index.js";');
  for (const absent of ["restored", "released", "randomUUID", "evalSha"]) expect(text).not.toContain(absent);
});

test("of a fallback an operation bundles what its policy asks for, and the caller what he brings", async () => {
  const output = join(folder, "features");
  await generate({ input: fileURLToPath(new URL("../../fixtures/features/openapi.yaml", import.meta.url)), output });
  const runtime = 'export { fallback } from "./features/runtime/index.js";';
  const parts = async (name: string, more = ""): Promise<boolean[]> => {
    const text = await bundle(`export { createClient, ${name} } from "./features/index.js"; ${more}`);
    return ["stale-if-error", 'source:"value"'].map((part) => text.includes(part));
  };
  expect(await parts("readOpenly")).toEqual([false, false]);
  expect(await parts("listPages")).toEqual([true, false]);
  expect(await parts("readOpenly", runtime)).toEqual([true, true]);
});
