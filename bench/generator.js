// The generator: CPU time against peers, growth, mocks, the compiler's time on its output, size, unchanged runs.
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { install, installInto, packInto } from "./lib/cache.js";
import { compare, cpuSeconds, inTurns, medianOf, runNode } from "./lib/measure.js";
import {
  generate,
  generateRedocly,
  generateTypes,
  memoryOn,
  oursOn,
  redoclyOn,
  redoclyPackage,
  root,
  typesOn,
} from "./lib/programs.js";
import { row, skipped } from "./lib/rows.js";
import { documents, isAtHand, pathOf } from "./lib/specs.js";
import { syntheticSpec } from "./lib/synthetic-spec.js";

export const title = "The generator";

export const notes = `
Generating is compared with the command line of openapi-typescript 7.13, which writes types and no client. resil-gen writes
the whole client, its runtime, and its mocks. Redocly's \`generate-client\`, the closest alternative, is compared with the
same program: in its rows, \`ours\` is Redocly.

- **Growth** is the CPU time of 5,000 synthetic operations beyond that of 1,000, divided by that of 2,000 beyond 1,000.
  Linear growth is 4.
- **The compiler** is TypeScript 5.9 with \`skipLibCheck\`, on GitHub's client without mocks, compared with
  openapi-typescript's types alone.
- **Installed sizes** are those of \`node_modules\` in an empty project.
- **A run with nothing to do** is measured beyond an empty program.
`;

/** @typedef {{ work: string, rounds: number, warmUps: number }} Context */

/** What is measured, in the order of the table. Each takes the context and its own name, and gives rows or throws. */
export const measures = [
  ...Object.values(documents)
    .filter(isAtHand)
    .map((document) => ({
      name: `CPU to generate: ${document.title}`,
      take: (context) => generationRows(document, context),
    })),
  { name: "Growth: (t5000 − t1000) / (t2000 − t1000)", take: growthRows },
  { name: "Memory to generate 11,000 operations", take: memoryRows },
  { name: "CPU with mocks against without: GitHub", take: mocksTimeRows },
  { name: "Size of mocks.ts: 1,000 operations against 100", take: mocksSizeRows },
  { name: "CPU of tsc: GitHub's client against types alone", take: compilerRows },
  { name: "Wall time of a run with nothing to do, beyond that of an empty program", take: unchangedRows },
  { name: "Installed size", take: installedRows },
];

function generationRows({ title: document, goal, ...source }, { work, ...counts }) {
  const input = pathOf(source, work);
  const programs = { ours: oursOn(input, work), types: typesOn(input, work), redocly: redoclyOn(input, work) };
  const { ours, types, redocly } = inTurns(programs, counts);
  const measure = `CPU to generate: ${document}`;
  return [row(measure, { unit: "s", ...compare(ours, types), goal }), redoclyRow(document, redocly, types)];
}

/** Redocly's in the place of ours: for information, and no reason to lose our row. */
function redoclyRow(what, redocly, types) {
  const measure = `— the same by ${redoclyPackage}: ${what}`;
  if (redocly.error !== undefined) return skipped(measure, redocly.error);
  return row(measure, { unit: "s", ...compare(redocly, types) });
}

function growthRows({ work, ...counts }, name) {
  const sizes = [1000, 2000, 5000];
  const programs = sizes.map((size) => [`of ${size}`, oursOn(syntheticDocument(size, work), work)]);
  const [small, middle, large] = Object.values(inTurns(Object.fromEntries(programs), counts)).map(medianOf);
  const [ours, against] = [large - small, middle - small];
  return [row(name, { unit: "s", ours, against, ratio: ours / against, goal: 4.4 })];
}

function syntheticDocument(operations, work) {
  const path = join(work, `synthetic-${operations}.json`);
  writeFileSync(path, JSON.stringify(syntheticSpec(operations), null, 1));
  return path;
}

function memoryRows({ work }, name) {
  return [row(name, { unit: "MB", ours: memoryOn(syntheticDocument(11_000, work), work), goal: 2_000 })];
}

function mocksTimeRows({ work, ...counts }, name) {
  const input = pathOf(documents.github, work);
  const programs = { ours: oursOn(input, work), against: oursOn(input, work, "--no-mocks") };
  const { ours, against } = inTurns(programs, counts);
  return [row(name, { unit: "s", ...compare(ours, against), goal: 1.3 })];
}

function mocksSizeRows({ work }, name) {
  const [against, ours] = [100, 1000].map((size) => {
    const client = generate(syntheticDocument(size, work), join(work, `mocks-${size}`));
    return statSync(join(client, "mocks.ts")).size / 1000;
  });
  return [row(name, { unit: "kB", ours, against, ratio: ours / against, goal: 11 })];
}

function compilerRows({ work, rounds, warmUps }, name) {
  const input = pathOf(documents.github, work);
  const programs = {
    ours: compilerOn(join(work, "compile-ours"), (folder) => generate(input, join(folder, "client"), "--no-mocks")),
    types: compilerOn(join(work, "compile-types"), (folder) => generateTypes(input, join(folder, "schema.ts"))),
    redocly: compilerOn(join(work, "compile-redocly"), (folder) => generateRedocly(input, join(folder, "client.ts"))),
  };
  const { ours, types, redocly } = inTurns(programs, { rounds: Math.min(rounds, 3), warmUps });
  return [row(name, { unit: "s", ...compare(ours, types), goal: 1.6 }), redoclyRow("CPU of tsc", redocly, types)];
}

/** CPU seconds of the compiler on what `fill` generates before the first turn. */
function compilerOn(folder, fill) {
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  return () => {
    if (!existsSync(folder)) fill(project(folder));
    return cpuSeconds(tsc, ["-p", "."], { cwd: folder });
  };
}

/** A folder that tsc can check: what is generated into it finds ky. */
function project(folder) {
  mkdirSync(join(folder, "node_modules"), { recursive: true });
  symlinkSync(join(root, "node_modules/ky"), join(folder, "node_modules/ky"), "dir");
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  const compilerOptions = {
    target: "es2022",
    module: "nodenext",
    lib: ["es2022", "dom", "dom.iterable"],
    types: [],
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    skipLibCheck: true,
    noEmit: true,
  };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions }));
  return folder;
}

/** In turns: what else the machine does then slows all of them. */
function unchangedRows({ work }, name) {
  const empty = join(work, "empty.mjs");
  writeFileSync(empty, "");
  return [documents.petstore, documents.github].filter(isAtHand).map((document) => {
    const input = pathOf(document, work);
    const client = generate(input, mkdtempSync(join(work, "unchanged-")));
    const times = Array.from({ length: 10 }, () => [
      wallMilliseconds(() => generate(input, client)),
      wallMilliseconds(() => runNode(empty, [])),
    ]);
    const shortest = (program) => Math.min(...times.map((time) => time[program]));
    const [whole, against] = [shortest(0), shortest(1)];
    return row(`${name}: ${document.title}`, { unit: "ms", ours: whole - against, against, goal: 100 });
  });
}

function wallMilliseconds(run) {
  const startedAt = performance.now();
  run();
  return performance.now() - startedAt;
}

function installedRows(_context, name) {
  const folder = mkdtempSync(join(tmpdir(), "resil-gen-installed-"));
  try {
    installInto(folder, [join(folder, packInto(folder, root))]);
    const modules = join(folder, "node_modules");
    const [all, typescript] = [megabytes(modules), megabytes(join(modules, "typescript"))];
    const rival = rivalSize();
    const size = (measure, ours) => row(measure, { unit: "MB", ours, against: rival, ratio: rival && ours / rival });
    return [
      size(`${name}, against ${redoclyPackage}`, all),
      size(`${name} without typescript`, all - typescript),
      row("Installed packages", { ours: packagesIn(modules) }),
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function rivalSize() {
  try {
    return megabytes(install(redoclyPackage));
  } catch {
    return null;
  }
}

/** Of all files in a folder, in millions of bytes. */
function megabytes(folder) {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return files.reduce((sum, file) => sum + statSync(join(file.parentPath, file.name)).size, 0) / 1e6;
}

function packagesIn(modules) {
  const { packages } = JSON.parse(readFileSync(join(modules, ".package-lock.json"), "utf8"));
  return Object.keys(packages).length;
}
