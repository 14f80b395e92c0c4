// npm run bench -- [--only generator,bundle,runtime] [--quick] [--json FILE]
//
// Measures the generator and its output against peers, prints a table, writes it as JSON if asked, and brings
// docs/benchmarks.md up to date. --quick takes one round of each: rough numbers, and the page stays as it is.
// Environment: BENCH_NODE, the Node that runs what is measured; RESIL_GEN_SPECS, a folder with stripe-3.0.yaml,
// petstore-3.0.yaml and github-3.0.json.gz, which are then measured too (else ../shared/specs, where there is one).
// What cannot be measured (npm out of reach, a peer that fails) is told in its row; nothing of that ends the run.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import * as bundle from "./bundle.js";
import * as generator from "./generator.js";
import { node } from "./lib/measure.js";
import { writeSection } from "./lib/page.js";
import { root } from "./lib/programs.js";
import { skipped, textTable } from "./lib/rows.js";
import * as runtime from "./runtime.js";

/** A group has a `title`, `notes` for the page, and `measures`. */
const groups = { generator, bundle, runtime };

/** One measure's rows; what it cannot measure is a row that says why. */
async function take(measure, context) {
  process.stderr.write(`… ${measure.name}\n`);
  try {
    return await measure.take(context, measure.name);
  } catch (error) {
    return [skipped(measure.name, error.message)];
  }
}

async function takeAll(names, isQuick) {
  const work = mkdtempSync(join(tmpdir(), "resil-gen-work-"));
  const context = { work, rounds: isQuick ? 1 : 5, warmUps: isQuick ? 0 : 1 };
  const results = {};
  try {
    for (const name of names) {
      results[name] = [];
      for (const measure of groups[name].measures) results[name].push(...(await take(measure, context)));
    }
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return results;
}

function machineLine() {
  const version = execFileSync(node, ["--version"], { encoding: "utf8" }).trim();
  const date = new Date().toISOString().slice(0, 10);
  return `Node ${version}, ${availableParallelism()} cores, ${date}.`;
}

/** The groups that were asked for; says so and ends when there is none of that name. */
function chosenGroups(only) {
  const names = only === undefined ? Object.keys(groups) : only.split(",");
  const unknown = names.filter((name) => !Object.hasOwn(groups, name));
  if (unknown.length === 0) return names;
  console.error(`error: there is no group ${unknown.join(", ")}; there are ${Object.keys(groups).join(", ")}`);
  process.exit(2);
}

const { values: flags } = parseArgs({
  options: { only: { type: "string" }, quick: { type: "boolean", default: false }, json: { type: "string" } },
});
const machine = machineLine();
const results = await takeAll(chosenGroups(flags.only), flags.quick);
const rows = Object.values(results).flat();
console.log(`${machine}\n${textTable(rows)}`);
if (flags.json !== undefined) writeFileSync(flags.json, `${JSON.stringify(rows, null, 2)}\n`);
if (!flags.quick) {
  const page = join(root, "docs/benchmarks.md");
  for (const [name, own] of Object.entries(results)) writeSection(page, { name, ...groups[name] }, own, machine);
}
