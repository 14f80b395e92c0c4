import { join } from "node:path";
import { expect, test } from "vitest";
import { folderWith } from "../tests/support/folders.js";
import { hash, hashFile } from "./hash.js";

test.each([
  ["nothing", 0],
  ["less than one piece", 1_000],
  ["pieces and a rest", 600_001],
])("the hash of a file is that of its bytes: %s", async (_what, length) => {
  const text = Array.from({ length }, (_, index) => String.fromCharCode(32 + (index % 90))).join("");
  const folder = await folderWith({ "a.txt": text, "b.txt": "something else" });
  hashFile(join(folder, "b.txt"));
  expect(hashFile(join(folder, "a.txt"))).toBe(hash(text));
});
