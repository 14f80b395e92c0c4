// node scripts/matrix.js
//
// A generated client on other platforms and versions than those of this repository: Node, Bun, Deno, workerd; ky, msw,
// TypeScript. Installs them from npm into a folder of their own, compiles the client there by TypeScript 7 against that
// ky, and plays tests/clients/matrix-scenario.mjs (within a worker matrix-worker.mjs). Prints a row for each combination;
// exit code 1 when one fails.
import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { compilerOptions } from "./lib/typecheck.js";

const root = fileURLToPath(new URL("../", import.meta.url));

/** A client is compiled for each ky and msw, and runs on each of the platforms; `node` is the one that runs this. */
const sets = [
  { ky: "2", msw: "3", platforms: ["node@24"] },
  { ky: "1.14", msw: "2", platforms: ["node", "node@24", "bun", "deno", "workerd"] },
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

/** The program of a platform; installed, if need be once more by the name that its own package has. */
function programOf(platform, cwd) {
  if (platform === "node") return process.execPath;
  const [name] = platform.split("@");
  const find = () => programs[name].map((path) => join(cwd, "node_modules", path)).find((path) => existsSync(path));
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
  copyFileSync(join(root, "tests/clients/matrix-scenario.mjs"), join(cwd, "scenario.mjs"));
  const flags = { bun: [], deno: ["run", "--allow-all"] }[platform] ?? ["--unhandled-rejections=strict"];
  return run("the scenarios", binary, [...flags, "scenario.mjs"], cwd);
}

/** A worker is one file; it tells what came of its calls to whoever asks. */
async function withinWorker(binary, cwd) {
  copyFileSync(join(root, "tests/clients/matrix-worker.mjs"), join(cwd, "worker.mjs"));
  await build({
    entryPoints: [join(cwd, "worker.mjs")],
    outfile: join(cwd, "bundle.mjs"),
    bundle: true,
    format: "esm",
  });
  return run("the worker", process.execPath, [join(root, "tests/clients/matrix-workerd.mjs"), binary], cwd);
}

/** Installs what a set needs, and compiles the client there; gives what to say of it. */
function prepare({ ky, msw, platforms }, cwd) {
  mkdirSync(cwd, { recursive: true });
  writeFileSync(join(cwd, "package.json"), '{ "private": true, "type": "module" }');
  install(cwd, `ky@${ky}`, `msw@${msw}`, "typescript@7", ...platforms.filter((platform) => platform !== "node"));
  compile(cwd);
  return "compiled";
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

/** One row of the table. */
async function attempt(cells, play) {
  const startedAt = performance.now();
  const seconds = () => ((performance.now() - startedAt) / 1_000).toFixed(1);
  try {
    const played = await play();
    row(...cells, seconds(), `✔ ${played}`);
  } catch (error) {
    failed++;
    row(...cells, seconds(), `✘ ${error.message}`);
  }
}

async function playSet(set, cwd) {
  const asked = [set.ky, set.msw, "7"];
  const before = failed;
  await attempt(["(install)", ...asked], async () => prepare(set, cwd));
  if (failed > before) return;
  const versions = ["ky", "msw", "typescript"].map((name) => versionOf(name, cwd));
  for (const platform of set.platforms) {
    const binary = programOf(platform, cwd);
    const [version] = run("--version", binary, ["--version"], cwd).match(/\d[\d.-]*/);
    await attempt([`${platform.split("@")[0]} ${version}`, ...versions], () => scenarios(platform, binary, cwd));
  }
}

row("platform", "ky", "msw", "typescript", "seconds", "result");
try {
  for (const [index, set] of sets.entries()) await playSet(set, join(work, String(index)));
} finally {
  rmSync(work, { recursive: true, force: true });
}
console.log(failed === 0 ? "every combination holds" : `${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
