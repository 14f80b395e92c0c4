// The generator: CPU time against peers, growth, mocks, the compiler's time on its output, size, unchanged runs.
import {
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
import { compare, cpuSeconds, inTurns, median } from "./lib/measure.js";
import { generate, generateTypes, oursOn, redoclyOn, redoclyPackage, root, typesOn } from "./lib/programs.js";
import { row, skipped } from "./lib/rows.js";
import { documents, isAtHand, pathOf } from "./lib/specs.js";
import { syntheticSpec } from "./lib/synthetic-spec.js";

export const title = "The generator";

export const notes = `
Generating is compared with the command line of openapi-typescript 7.13, which writes types and no client; ours writes
the whole client, its runtime and its mocks. Redocly's \`generate-client\`, the nearest rival, is compared with the same:
in its rows, \`ours\` is Redocly. Growth is the CPU time of 5,000 made-up operations beyond that of 1,000, against that of
2,000 beyond 1,000; linear growth is 4. The compiler is TypeScript 5.9 with \`skipLibCheck\`, on GitHub's client without
mocks against openapi-typescript's types alone. Installed sizes are those of \`node_modules\` of an empty project; that of
the rival is in the same column as ours.
`;

/** @typedef {{ work: string, rounds: number, warmUps: number, isQuick: boolean }} Context */

/** What is measured, in the order of the table. Each gives rows, or throws when it cannot be taken. */
export const measures = [
  ...Object.values(documents)
    .filter(isAtHand)
    .map((document) => ({
      name: `CPU to generate: ${document.title}`,
      take: (context) => generationRows(document, context),
    })),
  { name: "Growth: (t5000 − t1000) / (t2000 − t1000)", take: growthRow },
  { name: "CPU with mocks against without: GitHub", take: mocksTimeRow },
  { name: "Bytes of mocks.ts: 1,000 operations against 100", take: mocksSizeRow },
  { name: "CPU of tsc: GitHub's client against types alone", take: compilerRow },
  { name: "Wall time of a run with nothing to do: petstore", take: unchangedRow },
  { name: "Installed size", take: installedRows },
];

function generationRows(document, { work, ...counts }) {
  const input = pathOf(document, work);
  const programs = { ours: oursOn(input, work), types: typesOn(input, work), redocly: redoclyOn(input, work) };
  const { ours, types, redocly } = inTurns(programs, counts);
  const measure = `CPU to generate: ${document.title}`;
  const goal = document.title.startsWith("petstore") ? 1 : 0.9;
  return [row({ measure, unit: "s", ...compare(ours, types), goal }), redoclyRow(document, redocly, types)];
}

function redoclyRow({ title: name }, redocly, types) {
  const measure = `— the same by ${redoclyPackage}: ${name}`;
  if (redocly.error !== undefined) return skipped(measure, redocly.error);
  return row({ measure, unit: "s", ...compare(redocly, types) });
}

function growthRow({ work, isQuick, ...counts }) {
  const sizes = isQuick ? [100, 200, 500] : [1000, 2000, 5000];
  const programs = Object.fromEntries(sizes.map((size) => [`of ${size}`, oursOn(syntheticDocument(size, work), work)]));
  const [small, middle, large] = Object.values(inTurns(programs, { ...counts, isQuick })).map(({ values, error }) => {
    if (error !== undefined) throw new Error(error);
    return median(values);
  });
  const [ours, against] = [large - small, middle - small];
  const measure = `Growth: (t${sizes[2]} − t${sizes[0]}) / (t${sizes[1]} − t${sizes[0]})`;
  return [row({ measure, unit: "s", ours, against, ratio: ours / against, goal: 4.4 })];
}

function syntheticDocument(operations, work) {
  const path = join(work, `synthetic-${operations}.json`);
  writeFileSync(path, JSON.stringify(syntheticSpec(operations), null, 1));
  return path;
}

function mocksTimeRow({ work, ...counts }) {
  const input = pathOf(documents.github, work);
  const programs = { ours: oursOn(input, work), against: oursOn(input, work, "--no-mocks") };
  const { ours, against } = inTurns(programs, counts);
  const measure = "CPU with mocks against without: GitHub";
  return [row({ measure, unit: "s", ...compare(ours, against), goal: 1.3 })];
}

function mocksSizeRow({ work }) {
  const [against, ours] = [100, 1000].map((size) => {
    const client = generate(syntheticDocument(size, work), join(work, `mocks-${size}`));
    return statSync(join(client, "mocks.ts")).size / 1000;
  });
  const measure = "Bytes of mocks.ts: 1,000 operations against 100";
  return [row({ measure, unit: "kB", ours, against, ratio: ours / against, goal: 11 })];
}

function compilerRow({ work, rounds, warmUps }) {
  const input = pathOf(documents.github, work);
  const projects = ["ours", "types"].map((name) => project(join(work, `compile-${name}`)));
  generate(input, join(projects[0], "client"), "--no-mocks");
  generateTypes(input, join(projects[1], "schema.ts"));
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  const [ours, against] = projects.map((cwd) => () => cpuSeconds(tsc, ["-p", "."], { cwd }));
  const results = inTurns({ ours, against }, { rounds: Math.min(rounds, 3), warmUps });
  const measure = "CPU of tsc: GitHub's client against types alone";
  return [row({ measure, unit: "s", ...compare(results.ours, results.against), goal: 1.6 })];
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

function unchangedRow({ work }) {
  const input = pathOf(documents.petstore, work);
  const client = generate(input, join(work, "unchanged"));
  const times = Array.from({ length: 10 }, () => {
    const startedAt = performance.now();
    generate(input, client);
    return performance.now() - startedAt;
  });
  const measure = "Wall time of a run with nothing to do: petstore";
  return [row({ measure, unit: "ms", ours: Math.min(...times), goal: 100 })];
}

function installedRows() {
  const folder = mkdtempSync(join(tmpdir(), "resil-gen-installed-"));
  try {
    installInto(folder, [join(folder, packInto(folder, root))]);
    const modules = join(folder, "node_modules");
    const [all, typescript] = [megabytes(modules), megabytes(join(modules, "typescript"))];
    const rival = rivalSize();
    const size = (measure, ours) => row({ measure, unit: "MB", ours, against: rival, ratio: rival && ours / rival });
    return [
      size(`Installed size, against ${redoclyPackage}`, all),
      size("Installed size without typescript", all - typescript),
      row({ measure: "Installed packages", unit: "", ours: packagesIn(modules) }),
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
  return files.reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0) / 1e6;
}

function packagesIn(modules) {
  const { packages } = JSON.parse(readFileSync(join(modules, ".package-lock.json"), "utf8"));
  return Object.keys(packages).length;
}
