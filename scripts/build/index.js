// Builds both packages: compiles the runtime into runtime/dist; into dist it bundles src, takes the templates apart, bundles
// the pages, and gathers the runtime's sources.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { joinRuntime } from "./join-runtime.js";

const root = fileURLToPath(new URL("../../", import.meta.url));
function run(script, ...args) {
  const { status } = spawnSync(process.execPath, [script, ...args], { cwd: root, stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
}

for (const folder of ["dist", "runtime/dist"]) rmSync(join(root, folder), { recursive: true, force: true });
run("node_modules/typescript/bin/tsc", "-p", "runtime/tsconfig.build.json");
run("node_modules/typescript/bin/tsc", "-p", "tsconfig.build.json");
dropUnreachedDeclarations();
run("scripts/build/generator.js");
run("scripts/build/templates.js");
run("scripts/build/pages.js");

/** Keeps what the declarations of the library reach, types of the runtime included. */
function dropUnreachedDeclarations() {
  const reached = new Set([join(root, "dist/src/index.d.ts")]);
  for (const path of reached)
    for (const [, specifier] of readFileSync(path, "utf8").matchAll(/(?:from |import\()"(\.{1,2}\/[^"]+)\.js"/g))
      reached.add(join(dirname(path), `${specifier}.d.ts`));
  const files = readdirSync(join(root, "dist"), { recursive: true, withFileTypes: true });
  for (const file of files.filter((entry) => entry.isFile())) {
    const path = join(file.parentPath, file.name);
    if (!reached.has(path)) rmSync(path);
  }
}

writeFileSync(join(root, "dist/runtime-files.json"), JSON.stringify(joinRuntime(join(root, "runtime/src"))));

// What a generated folder is compared by: another build may generate something else under the same version.
const hash = createHash("sha256");
for (const path of readdirSync(join(root, "dist"), { recursive: true }).sort()) {
  if (/\.(js|json)$/.test(path)) hash.update(readFileSync(join(root, "dist", path)));
}
writeFileSync(join(root, "dist/build-id"), hash.digest("hex"));
