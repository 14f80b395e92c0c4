// npm run check: everything that must hold before a change goes in. Stops at the first step that fails.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../", import.meta.url));
const steps = [
  ["format and lint", "npx", ["biome", "check", "."]],
  ["words", "node", ["scripts/docs/check-words.js"]],
  ["types", "npx", ["tsc", "--noEmit"]],
  ["build", "node", ["scripts/build/index.js"]],
  ["tests: unit, types, goldens, import table", "npx", ["vitest", "run"]],
  ["package resil-gen", "npx", ["publint", "--strict"]],
  ["package resil-gen-runtime", "npx", ["publint", "runtime", "--strict"]],
  ["types of resil-gen", "npx", ["attw", "--pack", ".", "--profile", "esm-only"]],
  ["types of resil-gen-runtime", "npx", ["attw", "--pack", "runtime", "--profile", "esm-only"]],
];

for (const [name, command, args] of steps) {
  const startedAt = performance.now();
  const { status } = spawnSync(command, args, { cwd: root, stdio: "inherit" });
  if (status !== 0) {
    console.error(`✘ ${name}`);
    process.exit(1);
  }
  console.log(`✔ ${name} (${((performance.now() - startedAt) / 1000).toFixed(1)} s)`);
}
