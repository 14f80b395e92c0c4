// `--transport fetch`: a client that works where ky is not installed, and CommonJS cannot load it.
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { afterAll, beforeAll, expect, test } from "vitest";
import { generate } from "../../src/index.js";
import { openapi } from "../support/stages.js";

const document = openapi({
  "/orders": {
    get: {
      operationId: "listOrders",
      responses: { 200: { description: "", content: { "application/json": { schema: { type: "array" } } } } },
    },
  },
});

let folder = "";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "resil-gen-transport-"));
  const input = join(folder, "openapi.json");
  await writeFile(input, JSON.stringify(document));
  for (const runtime of ["copy", "package"] as const)
    for (const transport of ["ky", "fetch"] as const)
      await generate({ input, output: join(folder, `${runtime}-${transport}`), runtime, transport });
});

afterAll(() => rm(folder, { recursive: true, force: true }));

async function textsIn(name: string): Promise<string> {
  const entries = await readdir(join(folder, name), { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return (await Promise.all(files.map((file) => readFile(file, "utf8")))).join("\n");
}

/** One operation and its transport, nothing left outside. */
async function bundled(name: string, entry = "index.ts"): Promise<string> {
  const { outputFiles } = await build({
    stdin: {
      contents: `export { createClient, listOrders } from "./${entry}";`,
      resolveDir: join(folder, name),
    },
    bundle: true,
    format: "cjs",
    platform: "node",
    minify: true,
    write: false,
    alias: name.startsWith("package")
      ? { "resil-gen-runtime": join(import.meta.dirname, "../../runtime/src/index.ts") }
      : {},
    external: ["ky"],
  });
  return outputFiles[0]?.text ?? "";
}

test.each(["copy", "package"])(
  "with --runtime %s a client over fetch imports no ky and bundles none",
  async (runtime) => {
    expect(await textsIn(`${runtime}-fetch`)).not.toMatch(/["/]ky["/.]|byKy|KyOptions/);
    expect(await bundled(`${runtime}-fetch`)).not.toMatch(/\bky\b/i);
  },
);

test("a client over ky imports it, in one file", async () => {
  expect((await textsIn("copy-ky")).match(/from "ky"/g)).toHaveLength(1);
  expect(await bundled("copy-ky")).toMatch(/require\("ky"\)/);
});

test("a client over fetch is CommonJS after a bundler, and calls", async () => {
  const module: { exports: Record<string, unknown> } = { exports: {} };
  new Function("module", "exports", "require", await bundled("copy-fetch"))(module, module.exports, (name: string) => {
    throw new Error(`${name} is required`);
  });
  const { createClient, listOrders } = module.exports as {
    createClient(options: object): object;
    listOrders(client: object): Promise<unknown>;
  };
  const sent: string[] = [];
  const fetch = globalThis.fetch;
  globalThis.fetch = (input) => {
    sent.push(String(input));
    return Promise.resolve(Response.json([1]));
  };
  try {
    expect(await listOrders(createClient({ baseUrl: "https://shop.example" }))).toEqual([1]);
  } finally {
    globalThis.fetch = fetch;
  }
  expect(sent).toEqual(["https://shop.example/orders"]);
});
