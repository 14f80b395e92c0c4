// The runtime as a client gets it: one file per floor, joined when the package is built, and not checked again by its user.
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterAll, beforeAll, expect, test } from "vitest";
import { typecheck } from "../../scripts/lib/typecheck.js";
import { runtimeTexts } from "../../src/emit/runtime-parts.js";

const root = fileURLToPath(new URL("../../", import.meta.url));
const source = join(root, "runtime/src");
const files = Object.fromEntries(runtimeTexts());
const floors = readdirSync(source, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => `${name}.ts`);
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "resil-gen-copied-"));
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"), "dir");
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  mkdirSync(join(folder, "runtime"));
  for (const [path, text] of Object.entries(files)) writeFileSync(join(folder, "runtime", path), text);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("every floor is one file, and every module stands in it under its name", () => {
  expect(Object.keys(files)).toEqual(expect.arrayContaining([...floors, "index.ts"]));
  const modules = readdirSync(source, { recursive: true, encoding: "utf8" }).filter(
    (path) => path.includes("/") && /\.ts$/.test(path) && !/\.test(-d)?\.ts$/.test(path),
  );
  const text = Object.values(files).join("\n");
  for (const path of modules) if (text.includes(`// ${path}\n`) === false) expect(path).toMatch(/\/(index|ky)\.ts$/);
});

test.each([
  ["5.9", "dom", "nodenext"],
  ["5.9", "node", "bundler"],
  ["7", "dom", "bundler"],
  ["7", "node", "nodenext"],
])(
  "the copied runtime has no type error in TypeScript %s with the types of %s (%s)",
  (compiler, platform, moduleResolution) => {
    expect(
      typecheck(folder, {
        compiler: compiler as "5.9",
        platform: platform as "dom",
        moduleResolution: moduleResolution as "bundler",
      }),
    ).toEqual([]);
  },
);

test("bundlers leave out of a floor what is not used, as they do with modules", async () => {
  const contents = (index: string): string => `export { buildClient, callOperation } from ${JSON.stringify(index)};`;
  const sizeOf = async (index: string): Promise<number> => {
    const { outputFiles } = await build({
      stdin: { contents: contents(index), resolveDir: folder },
      bundle: true,
      minify: true,
      format: "esm",
      external: ["ky"],
      write: false,
    });
    return outputFiles[0]?.contents.length ?? 0;
  };
  const joined = await sizeOf(join(folder, "runtime/index.ts"));
  const apart = await sizeOf(join(source, "index.ts"));
  expect(joined).toBeGreaterThan(20_000);
  expect(Math.abs(joined - apart)).toBeLessThan(300);
});
