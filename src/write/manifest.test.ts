import { expect, test } from "vitest";
import { folderWith } from "../../tests/support/folders.js";
import { hashesOf, printManifest, readManifest } from "./manifest.js";

const manifest = (path: string): string =>
  printManifest({ version: "1", inputs: {}, options: "", files: { [path]: hashesOf("") } });

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
