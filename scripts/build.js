// Builds the package into dist/: compiles the runtime, bundles src, takes the templates apart, bundles the pages, and gathers the runtime's sources.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../", import.meta.url));
function run(script, ...args) {
  const { status } = spawnSync(process.execPath, [script, ...args], { cwd: root, stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
}

rmSync(join(root, "dist"), { recursive: true, force: true });
run("node_modules/typescript/bin/tsc", "-p", "tsconfig.build.json");
for (const path of readdirSync(join(root, "dist/src"), { recursive: true }))
  if (path.endsWith(".js")) rmSync(join(root, "dist/src", path));
run("scripts/build-generator.js");
run("scripts/build-templates.js");
run("scripts/build-pages.js");

/** Every file that generated files reach: what they call, and what their mocks call. */
const texts = {};
const queue = ["index.ts", "mocks/index.ts"];
for (const path of queue) {
  if (path in texts) continue;
  texts[path] = readFileSync(join(root, "runtime/src", path), "utf8");
  for (const [, specifier] of texts[path].matchAll(/from "(\.{1,2}\/[^"]+)\.js"/g))
    queue.push(join(dirname(path), `${specifier}.ts`));
}
const sorted = Object.fromEntries(Object.entries(texts).sort(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync(join(root, "dist/runtime-files.json"), JSON.stringify(sorted));

// What a generated folder is compared by: another build may generate something else under the same version.
const hash = createHash("sha256");
for (const path of readdirSync(join(root, "dist"), { recursive: true }).sort()) {
  if (/\.(js|json)$/.test(path)) hash.update(readFileSync(join(root, "dist", path)));
}
writeFileSync(join(root, "dist/build-id"), hash.digest("hex"));
