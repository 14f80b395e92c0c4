import { chmod, mkdir, readFile, rename, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { contentsOf, filesIn, folderWith } from "../../tests/support/folders.js";
import { told } from "../../tests/support/stages.js";
import { Problems, SpecError } from "../diagnostics/index.js";
import { readManifest, type WriteOptions, type WriteReport, write } from "./index.js";

type Files = Readonly<Record<string, string>>;

const meta = { version: "1", inputs: { document: "d" }, options: "o" };

async function run(folder: string, files: Files, options: Partial<WriteOptions> = {}): Promise<WriteReport> {
  const emitted = Object.entries(files).map(([path, text]) => ({ path, text }));
  const usual = { folder, force: false, check: false, manifest: meta };
  return write(emitted, { ...usual, ...options }, new Problems());
}

/** The problems of a run that must be refused. */
async function refusal(folder: string, files: Files, options: Partial<WriteOptions> = {}): Promise<string[]> {
  const error: unknown = await run(folder, files, options).catch((cause: unknown) => cause);
  expect(error).toBeInstanceOf(SpecError);
  return told({ list: [...(error as SpecError).problems] });
}

const two = { "index.ts": "export {};\n", "operations/pets.ts": "export const a = 1;\n" };

describe("a first run", () => {
  test("makes the folder, with a manifest and nothing else", async () => {
    const folder = join(await folderWith(), "deep", "client");
    expect(await run(folder, two)).toMatchObject({
      written: ["index.ts", "operations/pets.ts"],
      removed: [],
      unchanged: 0,
    });
    expect(await filesIn(folder)).toEqual(["index.ts", "operations/pets.ts", "resil-gen.json"]);
  });

  test("is the same, byte for byte, wherever it runs", async () => {
    const [here, there] = [await folderWith(), await folderWith()];
    await run(here, two);
    await run(there, two);
    expect(await contentsOf(here)).toEqual(await contentsOf(there));
  });

  test("leaves files of others alone", async () => {
    const folder = await folderWith({ "mine.ts": "mine", "operations/mine.ts": "mine" });
    await run(folder, two);
    await run(folder, { "index.ts": "" });
    expect(await contentsOf(folder)).toMatchObject({ "mine.ts": "mine", "operations/mine.ts": "mine" });
  });

  test("does not take a file that somebody else wrote, not even by force", async () => {
    const folder = await folderWith({ "index.ts": "mine" });
    expect(await refusal(folder, two)).toHaveLength(1);
    expect(await refusal(folder, two, { force: true })).toHaveLength(1);
    expect(await contentsOf(folder)).toEqual({ "index.ts": "mine" });
  });

  test("where the folder is a file is refused", async () => {
    const folder = await folderWith({ client: "a file" });
    expect(await refusal(join(folder, "client"), two)).toEqual([expect.stringContaining("is a file")]);
  });
});

describe("a further run", () => {
  test("does not touch a file whose bytes are right", async () => {
    const folder = await folderWith();
    await run(folder, two);
    const before = await stat(join(folder, "index.ts"));
    const report = await run(folder, { ...two, "operations/pets.ts": "export const a = 2;\n" });
    expect(report).toMatchObject({ written: ["operations/pets.ts"], unchanged: 1 });
    expect((await stat(join(folder, "index.ts"))).mtimeMs).toBe(before.mtimeMs);
  });

  test("removes what is no longer generated, and folders that are empty then", async () => {
    const folder = await folderWith();
    await run(folder, two);
    expect(await run(folder, { "index.ts": two["index.ts"] })).toMatchObject({ removed: ["operations/pets.ts"] });
    expect(await filesIn(folder)).toEqual(["index.ts", "resil-gen.json"]);
    await expect(stat(join(folder, "operations"))).rejects.toThrow();
  });

  test("keeps what was edited by hand, and says so", async () => {
    const folder = await folderWith();
    await run(folder, two);
    await writeFile(join(folder, "index.ts"), "export const mine = 1;\n");
    const [line, ...rest] = await refusal(folder, { ...two, "index.ts": "export const theirs = 1;\n" });
    expect(line).toContain("index.ts");
    expect(rest).toEqual([]);
    expect(await readFile(join(folder, "index.ts"), "utf8")).toBe("export const mine = 1;\n");
    await run(folder, two, { force: true });
    expect(await readFile(join(folder, "index.ts"), "utf8")).toBe(two["index.ts"]);
  });

  test("does not take for an edit what formatters and git do", async () => {
    const folder = await folderWith();
    await run(folder, two);
    await writeFile(join(folder, "operations/pets.ts"), "export  const a = 1;\r\n\r\n");
    await run(folder, { ...two, "operations/pets.ts": "export const a = 3;\n" });
    expect(await readFile(join(folder, "operations/pets.ts"), "utf8")).toBe("export const a = 3;\n");
  });

  test("does not take for an edit what formatters choose: quotes, semicolons, commas, parentheses, line breaks", async () => {
    const folder = await folderWith();
    const text = 'export type A = "a" | "it\'s";\nexport const f = (x: A) => [x, { "b": "say \\"hi\\"" }];\n';
    const formatted =
      "export type A =\n\t| 'a'\n\t| \"it's\"\nexport const f = x: A => [\n\tx,\n\t{ b: 'say \"hi\"' },\n]\n";
    await run(folder, { "index.ts": text });
    await writeFile(join(folder, "index.ts"), formatted);
    expect(await run(folder, { "index.ts": text })).toMatchObject({ written: [], unchanged: 1 });
    expect(await run(folder, { "index.ts": "export {};\n" })).toMatchObject({ written: ["index.ts"] });
  });

  test("leaves a file as a formatter left it, as long as nothing else is to be in it", async () => {
    const folder = await folderWith();
    await run(folder, two);
    await writeFile(join(folder, "index.ts"), "export  {}\r\n;");
    expect(await run(folder, two)).toMatchObject({ written: [], unchanged: 2 });
  });

  test("sees a change of white space within a text", async () => {
    const folder = await folderWith();
    await run(folder, { "index.ts": 'export type A = "a b";\n' });
    expect(await run(folder, { "index.ts": 'export type A = "ab";\n' })).toMatchObject({ written: ["index.ts"] });
  });

  test("keeps an edited file that is no longer generated", async () => {
    const folder = await folderWith();
    await run(folder, two);
    await writeFile(join(folder, "operations/pets.ts"), "mine");
    expect(await refusal(folder, { "index.ts": two["index.ts"] })).toHaveLength(1);
    expect(await readFile(join(folder, "operations/pets.ts"), "utf8")).toBe("mine");
  });

  test("writes again what was deleted", async () => {
    const folder = await folderWith();
    await run(folder, two);
    await rename(join(folder, "index.ts"), join(await folderWith(), "elsewhere.ts"));
    expect(await run(folder, two)).toMatchObject({ written: ["index.ts"], unchanged: 1 });
  });

  test("after a run that was cut short goes on where it ended", async () => {
    const folder = await folderWith();
    await run(folder, two);
    const manifest = await readManifest(folder);
    // Cut short after the first file was moved: the manifest knows the files before and after.
    const files = { ...two, "index.ts": "export const b = 1;\n", "operations/pets.ts": "export const c = 1;\n" };
    const elsewhere = await folderWith();
    await run(elsewhere, files);
    const next = await readManifest(elsewhere);
    await writeFile(join(folder, "index.ts"), files["index.ts"]);
    await writeFile(join(folder, "resil-gen.json"), JSON.stringify({ ...next, replaced: manifest?.files }));
    expect(await run(folder, files)).toMatchObject({ written: ["operations/pets.ts"] });
    expect(await readManifest(folder)).not.toHaveProperty("replaced");
  });

  test("with a manifest that is no manifest refuses to take over files, and says so", async () => {
    for (const text of ["", "{", "null", "[]", '{"files": 1, "inputs": {}}']) {
      const folder = await folderWith({ "resil-gen.json": text, "index.ts": "other" });
      expect(await refusal(folder, two)).toHaveLength(1);
    }
  });
});

describe("what fails leaves the folder as it was", () => {
  test.skipIf(process.getuid?.() === 0)("a folder that cannot be written", async () => {
    const folder = await folderWith({ "mine.ts": "mine" });
    await chmod(folder, 0o500);
    await expect(run(folder, two)).rejects.toThrow();
    await chmod(folder, 0o700);
    expect(await contentsOf(folder)).toEqual({ "mine.ts": "mine" });
  });

  test("a file where a folder must be", async () => {
    const folder = await folderWith({ operations: "a file" });
    expect(await refusal(folder, two)).toEqual([expect.stringMatching(/Can't write .*: a part of the path is a file/)]);
    expect(await contentsOf(folder)).toEqual({ operations: "a file" });
  });

  test("a folder below a file", async () => {
    const folder = await folderWith({ client: "a file" });
    expect(await refusal(join(folder, "client", "deep"), two)).toEqual([
      expect.stringMatching(/Can't write .*: a part of the path is a file/),
    ]);
  });

  test("a path that leads out of the folder is never written", async () => {
    const folder = await folderWith();
    for (const path of ["../out.ts", "/out.ts", "a/../../out.ts"]) {
      await expect(run(folder, { [path]: "x" })).rejects.toThrow("outside the output folder");
    }
    expect(await filesIn(folder)).toEqual([]);
  });

  test("a link that leads out of the folder is replaced, never followed", async () => {
    const outside = await folderWith({ "target.ts": "precious" });
    const folder = await folderWith();
    await run(folder, two);
    await rename(join(folder, "index.ts"), join(outside, "index.ts"));
    await symlink(join(outside, "target.ts"), join(folder, "index.ts"));
    await run(folder, two, { force: true });
    expect(await readFile(join(outside, "target.ts"), "utf8")).toBe("precious");
    expect(await readFile(join(folder, "index.ts"), "utf8")).toBe(two["index.ts"]);
  });
});

describe("--check", () => {
  test("changes nothing and tells what is stale, missing and extra", async () => {
    const folder = await folderWith();
    await run(folder, two);
    const before = await contentsOf(folder);
    const report = await run(folder, { "index.ts": "export const b = 2;\n", "new.ts": "" }, { check: true });
    expect(report.differences).toBe(
      "--- index.ts (on disk)\n+++ index.ts (expected)\n@@ -1,1 +1,1 @@\n-export {};\n+export const b = 2;\n",
    );
    expect(report.changes).toEqual([
      { path: "index.ts", state: "changed" },
      { path: "new.ts", state: "missing" },
      { path: "operations/pets.ts", state: "extra" },
    ]);
    expect(await contentsOf(folder)).toEqual(before);
  });

  test("lists files that were edited by hand, with what was edited", async () => {
    const folder = await folderWith();
    await run(folder, two);
    await writeFile(join(folder, "index.ts"), "export const mine = 1;\n");
    const report = await run(folder, two, { check: true });
    expect(report.changes).toEqual([{ path: "index.ts", state: "edited by hand" }]);
    expect(report.differences).toContain("-export const mine = 1;\n");
  });

  test("of a folder that is right says nothing", async () => {
    const folder = await folderWith();
    await run(folder, two);
    expect(await run(folder, two, { check: true })).toMatchObject({ written: [], removed: [], differences: "" });
  });

  test("of a folder that is not there does not make it", async () => {
    const folder = join(await folderWith(), "client");
    expect((await run(folder, two, { check: true })).written).toHaveLength(2);
    await expect(stat(folder)).rejects.toThrow();
    await mkdir(folder);
  });
});

describe("symbolic links", () => {
  test("a linked folder that leads out of the output directory is refused, and nothing behind it is touched", async () => {
    const outside = await folderWith({ "pets.ts": "export const a = 1;\n" });
    const folder = await folderWith();
    await run(folder, two);
    await rename(join(folder, "operations"), join(await folderWith(), "moved"));
    await symlink(outside, join(folder, "operations"));
    for (const files of [two, { ...two, "operations/pets.ts": "2" }, { "index.ts": two["index.ts"] }]) {
      for (const force of [false, true])
        expect(await refusal(folder, files, { force })).toEqual([
          expect.stringContaining("operations is a symbolic link that leads out of the output directory"),
        ]);
    }
    expect(await contentsOf(outside)).toEqual({ "pets.ts": "export const a = 1;\n" });
  });

  test("a linked folder without a target is refused", async () => {
    const folder = await folderWith();
    await symlink(join(folder, "nowhere"), join(folder, "operations"));
    expect(await refusal(folder, two)).toEqual([expect.stringContaining("operations is a symbolic link")]);
  });

  test("a linked folder within the output folder is followed", async () => {
    const folder = await folderWith({ "real/mine.txt": "mine" });
    await symlink("real", join(folder, "operations"));
    await run(folder, two);
    expect(await readFile(join(folder, "real/pets.ts"), "utf8")).toBe(two["operations/pets.ts"]);
  });

  test("the output folder itself may be a link", async () => {
    const [parent, folder] = [await folderWith(), await folderWith()];
    await symlink(folder, join(parent, "client"));
    await run(join(parent, "client"), two);
    expect(await filesIn(folder)).toEqual(["index.ts", "operations/pets.ts", "resil-gen.json"]);
  });

  test("a linked file is never read or removed unless forced, and its target never", async () => {
    const outside = await folderWith({ "target.ts": two["index.ts"] });
    const folder = await folderWith();
    await run(folder, two);
    await rename(join(folder, "index.ts"), join(outside, "index.ts"));
    await symlink(join(outside, "target.ts"), join(folder, "index.ts"));
    expect(await refusal(folder, two)).toEqual([expect.stringContaining("index.ts is now a symbolic link")]);
    expect(await refusal(folder, { "other.ts": "" })).toEqual([
      expect.stringContaining("index.ts is now a symbolic link"),
    ]);
    await run(folder, { "other.ts": "" }, { force: true });
    expect(await filesIn(folder)).toEqual(["other.ts", "resil-gen.json"]);
    expect(await readFile(join(outside, "target.ts"), "utf8")).toBe(two["index.ts"]);
  });

  test("the root of the file system is no output folder, by whatever name", async () => {
    const parent = await folderWith();
    await symlink("/", join(parent, "root"));
    for (const folder of ["/", "/tmp/..", join(parent, "root")])
      expect(await refusal(folder, two)).toEqual([expect.stringContaining("is the root of the file system")]);
  });
});
