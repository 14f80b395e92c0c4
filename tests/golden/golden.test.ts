import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { typecheck } from "../../scripts/lib/typecheck.js";

const root = fileURLToPath(new URL("../../", import.meta.url));
const cases = readdirSync(join(root, "fixtures")).filter((name) =>
  existsSync(join(root, "fixtures", name, "openapi.yaml")),
);
let work: string;

/** Runs one of the repository's programs; gives what it printed when it failed. */
function failureOf(...args: string[]): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: "utf8" });
  return status === 0 ? "" : stdout + stderr;
}

beforeAll(() => {
  work = mkdtempSync(join(tmpdir(), "resil-gen-golden-types-"));
  writeFileSync(join(work, "package.json"), '{ "type": "module" }');
  symlinkSync(join(root, "node_modules"), join(work, "node_modules"), "dir");
});
afterAll(() => rmSync(work, { recursive: true, force: true }));

test("the generator emits what is committed (if a change is meant: npm run golden)", () => {
  expect(failureOf("scripts/golden.js", "--check")).toBe("");
});

test("what is emitted has no type error, with all that strict can be, with and without the DOM's types", () => {
  for (const name of cases) {
    const args = ["bin/resil-gen.js", `fixtures/${name}/openapi.yaml`, "-o", join(work, name), "--quiet"];
    expect(failureOf(...args)).toBe("");
  }
  expect(typecheck(work, { compiler: "7" })).toEqual([]);
  expect(typecheck(work, { compiler: "7", platform: "node", moduleResolution: "bundler" })).toEqual([]);
});
