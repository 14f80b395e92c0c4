// node scripts/matrix.js
//
// A generated client on newer and older versions of what it stands on: Node, ky, msw, TypeScript. Installs them from npm
// into a folder of their own, compiles the client there by TypeScript 7 against that ky, and plays
// fixtures/e2e/matrix-scenario.mjs. Prints a row for each combination; exit code 1 when one fails.
import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { compilerOptions } from "./lib/typecheck.js";

const root = fileURLToPath(new URL("../", import.meta.url));

const combinations = [
  { node: "24", ky: "2", msw: "3" },
  { node: "24", ky: "1.14", msw: "2" },
  { node: "here", ky: "1.14", msw: "2" },
];

/** Runs a program to its end; its output is shown only when it fails. */
function run(what, command, args, cwd) {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, encoding: "utf8", timeout: 240_000 });
  if (status === 0) return stdout.trim();
  throw new Error(`${what} failed (${status ?? error?.message ?? "killed"})\n${stdout}\n${stderr}`);
}

function install(cwd, ...packages) {
  const quiet = ["--no-audit", "--no-fund", "--loglevel=error"];
  run(`npm install ${packages.join(" ")}`, "npm", ["install", ...quiet, ...packages], cwd);
}

/** The binary of a Node that npm brings. Where install scripts do not run, the platform's own package has it. */
function installedNode(version, cwd) {
  if (version === "here") return process.execPath;
  install(cwd, `node@${version}`);
  const usual = join(cwd, "node_modules/node/bin/node");
  if (existsSync(usual)) return usual;
  const platform = `node-${process.platform}-${process.arch}`;
  install(cwd, `${platform}@${version}`);
  return join(cwd, "node_modules", platform, "bin/node");
}

function versionOf(name, cwd) {
  return JSON.parse(readFileSync(join(cwd, "node_modules", name, "package.json"), "utf8")).version;
}

/** Generates the shop's client and compiles it to `js/`, under every flag that we promise. */
function compile(cwd) {
  const generate = ["bin/resil-gen.js", "fixtures/shop/openapi.yaml", "-o", join(cwd, "client"), "--quiet"];
  run("resil-gen", process.execPath, generate, root);
  const config = {
    compilerOptions: { ...compilerOptions(), rootDir: "client", outDir: "js", noEmit: false },
    include: ["client/**/*.ts"],
  };
  writeFileSync(join(cwd, "tsconfig.json"), JSON.stringify(config));
  run("tsc", process.execPath, ["node_modules/typescript/bin/tsc", "-p", "tsconfig.json"], cwd);
}

function play({ node, ky, msw }, cwd) {
  mkdirSync(cwd, { recursive: true });
  writeFileSync(join(cwd, "package.json"), '{ "private": true, "type": "module" }');
  const binary = installedNode(node, cwd);
  install(cwd, `ky@${ky}`, `msw@${msw}`, "typescript@7");
  compile(cwd);
  copyFileSync(join(root, "fixtures/e2e/matrix-scenario.mjs"), join(cwd, "scenario.mjs"));
  const played = run("the scenario", binary, ["--unhandled-rejections=strict", "scenario.mjs"], cwd);
  const versions = ["ky", "msw", "typescript"].map((name) => versionOf(name, cwd));
  return { versions: [run("node --version", binary, ["--version"], cwd), ...versions], played };
}

const row = (...cells) =>
  console.log(
    cells
      .map((cell) => String(cell).padEnd(12))
      .join(" ")
      .trimEnd(),
  );
const work = mkdtempSync(join(tmpdir(), "resil-gen-matrix-"));
let failed = 0;
row("node", "ky", "msw", "typescript", "seconds", "result");
try {
  for (const [index, combination] of combinations.entries()) {
    const startedAt = performance.now();
    const seconds = () => ((performance.now() - startedAt) / 1_000).toFixed(1);
    try {
      const { versions, played } = play(combination, join(work, String(index)));
      row(...versions, seconds(), `✔ ${played}`);
    } catch (error) {
      failed++;
      row(combination.node, combination.ky, combination.msw, "7", seconds(), `✘ ${error.message}`);
    }
  }
} finally {
  rmSync(work, { recursive: true, force: true });
}
console.log(`${combinations.length - failed} of ${combinations.length} combinations hold`);
process.exit(failed === 0 ? 0 : 1);
