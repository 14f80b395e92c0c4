// node scripts/matrix.js
//
// A generated client on other platforms and versions than those of this repository: Node, Bun, Deno, workerd; ky, msw,
// TypeScript. Installs them from npm into a folder of their own, compiles the client there by TypeScript 7 against that
// ky, and plays fixtures/e2e/matrix-scenario.mjs (within a worker matrix-worker.mjs). Prints a row for each combination;
// exit code 1 when one fails.
import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { compilerOptions } from "./lib/typecheck.js";

const root = fileURLToPath(new URL("../", import.meta.url));

const combinations = [
  { platform: "node@24", ky: "2", msw: "3" },
  { platform: "node@24", ky: "1.14", msw: "2" },
  { platform: "node", ky: "1.14", msw: "2" },
  { platform: "bun", ky: "1.14", msw: "2" },
  { platform: "deno", ky: "1.14", msw: "2" },
  { platform: "workerd", ky: "1.14", msw: "2" },
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

/** Where packages have the program; where install scripts do not run, the platform's own package has it. */
const programs = {
  node: ["node/bin/node", `node-${process.platform}-${process.arch}/bin/node`],
  bun: ["bun/bin/bun.exe", `@oven/bun-${process.platform}-${process.arch}/bin/bun`],
  deno: [`@deno/${process.platform}-${process.arch}-glibc/deno`, "deno/deno"],
  workerd: [`@cloudflare/workerd-${process.platform}-${process.arch === "x64" ? "64" : process.arch}/bin/workerd`],
};

/** The program of a platform, installed; `node` is the one that runs this. */
function installed(platform, cwd) {
  if (platform === "node") return process.execPath;
  const [name] = platform.split("@");
  install(cwd, platform);
  const find = () => programs[name].map((path) => join(cwd, "node_modules", path)).find(existsSync);
  if (find() === undefined && name === "node") {
    install(cwd, platform.replace("node", `node-${process.platform}-${process.arch}`));
  }
  const found = find();
  if (found === undefined) throw new Error(`${platform} brings no program for this machine`);
  return found;
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

/** Plays the scenarios on a platform; gives what they print. */
async function scenarios(platform, binary, cwd) {
  if (platform === "workerd") return withinWorker(binary, cwd);
  copyFileSync(join(root, "fixtures/e2e/matrix-scenario.mjs"), join(cwd, "scenario.mjs"));
  const flags = { bun: [], deno: ["run", "--allow-all"] }[platform] ?? ["--unhandled-rejections=strict"];
  return run("the scenarios", binary, [...flags, "scenario.mjs"], cwd);
}

/** A worker is one file; it tells what came of its calls to whoever asks. */
async function withinWorker(binary, cwd) {
  copyFileSync(join(root, "fixtures/e2e/matrix-worker.mjs"), join(cwd, "worker.mjs"));
  await build({
    entryPoints: [join(cwd, "worker.mjs")],
    outfile: join(cwd, "bundle.mjs"),
    bundle: true,
    format: "esm",
  });
  return run("the worker", process.execPath, [join(root, "fixtures/e2e/matrix-workerd.mjs"), binary], cwd);
}

async function play({ platform, ky, msw }, cwd) {
  mkdirSync(cwd, { recursive: true });
  writeFileSync(join(cwd, "package.json"), '{ "private": true, "type": "module" }');
  const binary = installed(platform, cwd);
  install(cwd, `ky@${ky}`, `msw@${msw}`, "typescript@7");
  compile(cwd);
  const played = await scenarios(platform, binary, cwd);
  const version = run("--version", binary, ["--version"], cwd).match(/v?\d[\d.-]*/)[0];
  const versions = ["ky", "msw", "typescript"].map((name) => versionOf(name, cwd));
  return { versions: [`${platform.split("@")[0]} ${version}`, ...versions], played };
}

const row = (...cells) =>
  console.log(
    cells
      .map((cell, index) => String(cell).padEnd(index === 0 ? 20 : 12))
      .join(" ")
      .trimEnd(),
  );
const work = mkdtempSync(join(tmpdir(), "resil-gen-matrix-"));
let failed = 0;
row("platform", "ky", "msw", "typescript", "seconds", "result");
try {
  for (const [index, combination] of combinations.entries()) {
    const startedAt = performance.now();
    const seconds = () => ((performance.now() - startedAt) / 1_000).toFixed(1);
    try {
      const { versions, played } = await play(combination, join(work, String(index)));
      row(...versions, seconds(), `✔ ${played}`);
    } catch (error) {
      failed++;
      row(combination.platform, combination.ky, combination.msw, "7", seconds(), `✘ ${error.message}`);
    }
  }
} finally {
  rmSync(work, { recursive: true, force: true });
}
console.log(`${combinations.length - failed} of ${combinations.length} combinations hold`);
process.exit(failed === 0 ? 0 : 1);
