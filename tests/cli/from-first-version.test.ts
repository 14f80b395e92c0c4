// A folder that version 0.1.0 wrote, brought to the layout of today.
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { hash } from "../../src/hash.js";
import { generate } from "../../src/index.js";
import { filesIn, folderWith } from "../support/folders.js";

const root = join(import.meta.dirname, "../..");

/** As 0.1.0 left a client of fixtures/shop: `shop-0.1.0.json` is its manifest, the files' contents are made up. */
async function firstVersion(): Promise<string> {
  const folder = await folderWith({});
  const manifest = JSON.parse(await readFile(join(import.meta.dirname, "shop-0.1.0.json"), "utf8")) as {
    readonly files: Record<string, { readonly exact: string; readonly loose: string }>;
  };
  for (const path of Object.keys(manifest.files)) {
    const text = `export const path="${path}";`;
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
    manifest.files[path] = { exact: hash(text), loose: hash(text.replace(/[\s"';,()]/g, "")) };
  }
  await writeFile(join(folder, "resil-gen.json"), JSON.stringify(manifest));
  return folder;
}

test("a folder that 0.1.0 generated is brought to the new layout without an orphan, and keeps its import specifiers", async () => {
  const output = await firstVersion();
  expect((await filesIn(output)).length).toBeGreaterThan(60);
  await generate({ input: join(root, "fixtures/shop/openapi.yaml"), output });
  const { files } = JSON.parse(await readFile(join(output, "resil-gen.json"), "utf8")) as { files: object };
  expect((await filesIn(output)).sort()).toEqual([...Object.keys(files), "resil-gen.json"].sort());
  expect(await readFile(join(output, "index.ts"), "utf8")).toContain('from "./client.js"');
});

test("what somebody added to that folder stays", async () => {
  const output = await firstVersion();
  await writeFile(join(output, "runtime/mine.ts"), "mine");
  await generate({ input: join(root, "fixtures/shop/openapi.yaml"), output });
  expect(await readFile(join(output, "runtime/mine.ts"), "utf8")).toBe("mine");
});
