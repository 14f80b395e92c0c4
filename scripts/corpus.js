// npm run corpus -- DIR [--only TEXT] [--quick] [--keep DIR]
//
// Generates a client from every OpenAPI document in a folder (JSON, YAML, also gzipped; a folder counts as a document of
// several files when it holds one that begins like OpenAPI) and type-checks it by real compilers; with --quick once by
// each, with everything else in turns. Prints a row for each. Exit code 1 when a document fails.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { gunzipSync } from "node:zlib";
import { documentsIn, versionOf } from "./lib/documents.js";
import { typecheck } from "./lib/typecheck.js";

const root = fileURLToPath(new URL("../", import.meta.url));
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    only: { type: "string" },
    quick: { type: "boolean", default: false },
    keep: { type: "string" },
    versions: { type: "string", default: "2.0,3.0,3.1,3.2" },
  },
});
const [folder] = positionals;
if (folder === undefined || !existsSync(folder)) {
  console.error("usage: npm run corpus -- DIR [--only TEXT] [--quick] [--keep DIR] [--versions 3.0,3.1]");
  process.exit(2);
}

const work = values.keep === undefined ? mkdtempSync(join(tmpdir(), "resil-gen-corpus-")) : resolve(values.keep);
mkdirSync(join(work, "node_modules", "@types"), { recursive: true });
for (const name of ["ky", "@types/node", "undici-types"]) {
  const link = join(work, "node_modules", name);
  if (!existsSync(link)) symlinkSync(join(root, "node_modules", name), link, "dir");
}

function checkDocument({ name, file }) {
  const out = join(work, basename(name).replace(/\.(ya?ml|json)(\.gz)?$/, ""));
  rmSync(out, { recursive: true, force: true });
  let input = file;
  if (file.endsWith(".gz")) {
    input = join(work, basename(file, ".gz"));
    writeFileSync(input, gunzipSync(readFileSync(file)));
  }
  const started = performance.now();
  const run = spawnSync(
    process.execPath,
    [join(root, "bin/resil-gen.js"), input, "-o", join(out, "client"), "--json"],
    { encoding: "utf8", maxBuffer: 1 << 28 },
  );
  const seconds = (performance.now() - started) / 1000;
  if (run.status !== 0) return { name, seconds, failure: `generate: ${whyNot(run)}` };
  writeFileSync(join(out, "package.json"), '{"type":"module"}');
  const [report] = JSON.parse(run.stdout).clients;
  const combinations = values.quick
    ? [
        { compiler: "5.9", moduleResolution: "nodenext", platform: "dom" },
        { compiler: "7", moduleResolution: "bundler", platform: "node" },
      ]
    : [
        { compiler: "5.9", moduleResolution: "nodenext", platform: "dom" },
        { compiler: "5.9", moduleResolution: "bundler", platform: "node" },
        { compiler: "7", moduleResolution: "nodenext", platform: "node" },
        { compiler: "7", moduleResolution: "bundler", platform: "dom" },
      ];
  const errors = combinations.flatMap((combination) => typecheck(out, combination));
  if (values.keep === undefined) rmSync(out, { recursive: true, force: true });
  const warnings = report.problems.length;
  return {
    name,
    seconds,
    operations: report.summary?.operations,
    warnings,
    errors,
    failure: errors.length > 0 ? errors[0] : undefined,
  };
}

function whyNot({ status, stdout, stderr }) {
  const found = status === 1 ? JSON.parse(stdout).clients[0].problems : [];
  const first = found.find(({ severity }) => severity === "error");
  return first === undefined ? stderr.split("\n")[0] : `${first.line}:${first.column} ${first.code} ${first.message}`;
}

const versions = values.versions.split(",");
const documents = documentsIn(resolve(folder)).filter(
  ({ name, file }) => name.includes(values.only ?? "") && versions.includes(versionOf(file)),
);
let passed = 0;
console.log(
  `${"document".padEnd(44)} ${"ops".padStart(6)} ${"warnings".padStart(8)} ${"seconds".padStart(8)}  type errors`,
);
for (const document of documents) {
  const { name, operations = "-", warnings = "-", seconds, errors, failure } = checkDocument(document);
  if (failure === undefined) passed++;
  console.log(
    `${name.slice(0, 44).padEnd(44)} ${String(operations).padStart(6)} ${String(warnings).padStart(8)} ${seconds.toFixed(1).padStart(8)}  ${errors?.length ?? "-"}${failure === undefined ? "" : `  ${failure}`}`,
  );
}
if (values.keep === undefined) rmSync(work, { recursive: true, force: true });
console.log(`${passed} of ${documents.length} documents generate and type-check`);
process.exit(passed === documents.length && documents.length > 0 ? 0 : 1);
