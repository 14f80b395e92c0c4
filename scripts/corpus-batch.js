// npm run corpus:batch -- DIR [--only TEXT] [--every N] [--jobs 2] [--batch 60]
//
// Thousands of documents: generates a client from every OpenAPI document below a folder and type-checks them many at a
// time, in one program for each batch. Prints what fails and how many pass. Exit code 1 when less than 99 % do.
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { generatePool } from "./lib/generate-pool.js";
import { typecheck } from "./lib/typecheck.js";

const root = fileURLToPath(new URL("../", import.meta.url));
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    only: { type: "string", default: "" },
    every: { type: "string", default: "1" },
    jobs: { type: "string", default: "2" },
    batch: { type: "string", default: "60" },
  },
});
const [folder] = positionals;
if (folder === undefined) {
  console.error("usage: npm run corpus:batch -- DIR [--only TEXT] [--every N] [--jobs 2] [--batch 60]");
  process.exit(2);
}

const base = resolve(folder);
const documents = readdirSync(base, { recursive: true })
  .filter((name) => /\.(json|ya?ml)$/.test(name) && name.includes(values.only))
  .sort()
  .filter((_, index) => index % Number(values.every) === 0);
const work = mkdtempSync(join(tmpdir(), "resil-gen-corpus-"));
mkdirSync(join(work, "node_modules"));
symlinkSync(root, join(work, "node_modules", "resil-gen"), "dir");
symlinkSync(join(root, "runtime"), join(work, "node_modules", "resil-gen-runtime"), "dir");
symlinkSync(join(root, "node_modules", "ky"), join(work, "node_modules", "ky"), "dir");
writeFileSync(join(work, "package.json"), '{"type":"module"}');

/** A large document makes a batch alone: all its files at once are work enough. */
function batchesOf(names) {
  const batches = [];
  let current = [];
  let bytes = 0;
  for (const name of names) {
    const { size } = statSync(join(base, name));
    if (current.length > 0 && (current.length >= Number(values.batch) || bytes + size > 15_000_000)) {
      batches.push(current);
      current = [];
      bytes = 0;
    }
    current.push(name);
    bytes += size;
  }
  return current.length > 0 ? [...batches, current] : batches;
}

const folderOf = (index) => `c${String(index).padStart(4, "0")}`;

/** A program that does not parse is not checked any further: what does not is told and taken out first. */
function typeErrors() {
  const errors = typecheck(work, { compiler: "7", options: { skipLibCheck: true, rootDir: "/" } });
  const broken = new Set(
    errors.filter((line) => /^batch.*error TS1\d{3}:/.test(line)).map((line) => line.split("/")[1]),
  );
  if (broken.size === 0) return errors;
  for (const name of broken) rmSync(join(work, "batch", name), { recursive: true, force: true });
  return [...errors.filter((line) => broken.has(line.split("/")[1])), ...typeErrors()];
}

/** Every document of a batch with what came of it. */
async function checkBatch(names, pool) {
  const results = await Promise.all(
    names.map(async (name, index) => {
      const result = await pool.run({ input: join(base, name), output: join(work, "batch", folderOf(index)) });
      return { name, ...result };
    }),
  );
  const errors = results.some(({ failure }) => failure === undefined) ? typeErrors() : [];
  rmSync(join(work, "batch"), { recursive: true, force: true });
  return results.map((result, index) => {
    const own = errors.filter((line) => line.startsWith(`batch/${folderOf(index)}/`) || line.startsWith("tsc ended"));
    return own.length === 0 ? result : { ...result, failure: `${own.length} type errors: ${own[0]}`, all: own };
  });
}

const pool = generatePool(Number(values.jobs));
const results = [];
for (const names of batchesOf(documents)) {
  const checked = await checkBatch(names, pool);
  results.push(...checked);
  for (const { name, failure } of checked) if (failure !== undefined) console.log(`${name}\n    ${failure}`);
  if (process.stderr.isTTY) process.stderr.write(`\r${results.length} of ${documents.length}`);
}
pool.end();
rmSync(work, { recursive: true, force: true });

const failed = results.filter(({ failure }) => failure !== undefined);
const slowest = [...results].sort((a, b) => b.seconds - a.seconds).slice(0, 5);
console.log(
  `\nslowest: ${slowest.map(({ name, seconds }) => `${relative(".", name)} ${seconds.toFixed(1)} s`).join(", ")}`,
);
console.log(`${results.length - failed.length} of ${results.length} documents generate and type-check`);
process.exit(failed.length * 100 <= results.length && results.length > 0 ? 0 : 1);
