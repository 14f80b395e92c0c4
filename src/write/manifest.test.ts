import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { folderWith } from "../../tests/support/folders.js";
import { hash } from "../hash.js";
import { fileHash, isFileSame, printManifest, readManifest } from "./manifest.js";

const manifest = (path: string): string =>
  printManifest({ version: "1", inputs: {}, options: "", files: { [path]: fileHash("") } });

test("a manifest is read", async () => {
  const folder = await folderWith({ "resil-gen.json": manifest("operations/..a.ts") });
  expect(Object.keys((await readManifest(folder))?.files ?? {})).toEqual(["operations/..a.ts"]);
});

test.each(["../a.ts", "/etc/passwd", "a/../../b", "..\\a", "C:/a", "..", "\\\\host\\a"])(
  "one that names '%s' is none: what is no longer generated is removed",
  async (path) => {
    expect(await readManifest(await folderWith({ "resil-gen.json": manifest(path) }))).toBeUndefined();
  },
);

test("a manifest of version 0.1.0 is read: its files are known as they were written, and as a formatter left them", async () => {
  const text = "export const a = 'x';\n";
  // Two hashes, the second of the text without white space, quotes, semicolons, commas, and parentheses.
  const hashes = { exact: hash(text), loose: hash("exportconsta=x") };
  const folder = await folderWith({
    "resil-gen.json": JSON.stringify({ version: "0.1.0", inputs: {}, options: "", files: { "a.ts": hashes } }),
    "a.ts": text,
  });
  const known = readManifest(folder)?.files["a.ts"] ?? "";
  expect(isFileSame(join(folder, "a.ts"), known)).toBe(true);
  await writeFile(join(folder, "a.ts"), 'export const a = "x"');
  expect(isFileSame(join(folder, "a.ts"), known)).toBe(true);
  await writeFile(join(folder, "a.ts"), 'export const a = "y"');
  expect(isFileSame(join(folder, "a.ts"), known)).toBe(false);
});

test("a manifest takes one short line per file", () => {
  const files = { "index.ts": fileHash("export {};\n") };
  expect(printManifest({ version: "1", inputs: {}, options: "", files })).toMatch(/^ {4}"index\.ts": "[0-9a-f]{32}"$/m);
});
