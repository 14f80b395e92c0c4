// Who may import whom. A new arrow in the house is drawn here first, or not at all.
import { readdirSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { Project, SyntaxKind } from "ts-morph";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("../", import.meta.url));

interface Arrow {
  readonly from: string;
  /** A file of the repository, or the name of a package. */
  readonly to: string;
  readonly isTypeOnly: boolean;
  /** By `import()`. */
  readonly isLater: boolean;
}

const isPackage = (to: string): boolean => !/^(src|runtime|templates|dist)\//.test(to);
const inside =
  (...folders: readonly string[]) =>
  ({ to }: Arrow): boolean =>
    folders.some((folder) => to === folder || to.startsWith(folder));
const typesOf =
  (...folders: readonly string[]) =>
  (arrow: Arrow): boolean =>
    arrow.isTypeOnly && inside(...folders)(arrow);
const packages =
  (...names: readonly string[]) =>
  ({ to }: Arrow): boolean =>
    isPackage(to) && (names.includes(to) || to.startsWith("node:"));

type Allowed = (arrow: Arrow) => boolean;

/** The first row that a file begins with decides. */
const table: readonly (readonly [from: string, ...may: readonly Allowed[]])[] = [
  ["runtime/entries/node.ts", inside("runtime/"), packages("undici")],
  ["runtime/entries/otel/", inside("runtime/"), packages("@opentelemetry/api")],
  ["runtime/entries/prometheus.ts", inside("runtime/"), packages("prom-client")],
  ["runtime/entries/prometheus/", inside("runtime/"), packages("prom-client")],
  ["runtime/entries/", inside("runtime/"), packages()],
  ...floorRows(),
  [
    "templates/",
    inside("templates/"),
    packages("resil-gen-runtime", "resil-gen-runtime/mocks", "resil-gen-runtime/ky"),
  ],
  ["src/cli.ts", inside("src/commands/", "src/diagnostics/", "src/package-file.ts"), packages("commander")],
  ["src/commands/", inside("src/"), packages("commander", "chokidar")],
  // Around the way through the house: what configures it, and what tells of its decisions.
  [
    "src/config/",
    inside("src/config/", "src/diagnostics/", "src/load/", "src/policies/", "src/package-file.ts"),
    typesOf("runtime/", "src/"),
    isPackageArrow,
  ],
  [
    "src/explain/",
    inside("src/explain/", "src/diagnostics/", "src/policies/", "src/emit/operation-docs.ts"),
    inside("runtime/src/base/duration.ts"),
    typesOf("src/", "runtime/"),
    isPackageArrow,
  ],
  // Runs in a browser: no node:, no packages.
  [
    "src/report/page/",
    inside("src/report/page/", "src/explain/words.ts", "src/explain/docs.ts"),
    typesOf("src/report/", "src/explain/"),
  ],
  [
    "src/report/",
    inside("src/report/", "src/explain/", "src/web-page.ts", "src/package-file.ts"),
    typesOf("src/"),
    isPackageArrow,
  ],
  // Runs the real runtime, in virtual time.
  [
    "src/simulate/",
    inside(
      "src/simulate/",
      "src/report/",
      "src/explain/",
      "src/policies/",
      "src/diagnostics/",
      "src/web-page.ts",
      "src/package-file.ts",
      "runtime/",
    ),
    typesOf("src/"),
    isPackageArrow,
  ],
  ["src/diagnostics/", inside("src/diagnostics/"), typesOf("src/load/"), isPackageArrow],
  ["src/load/", inside("src/load/", "src/diagnostics/", "src/package-file.ts", "src/hash.ts"), isPackageArrow],
  [
    "src/policies/",
    inside("src/policies/", "src/diagnostics/", "src/load/", "src/package-file.ts"),
    // Durations are read, and defaults written, once for the generator and the runtime.
    inside("runtime/src/base/duration.ts", "runtime/src/policies/"),
    typesOf("runtime/"),
    isPackageArrow,
  ],
  ["src/ir/", inside("src/ir/", "src/policies/", "src/diagnostics/", "src/load/"), typesOf("runtime/"), isPackageArrow],
  [
    "src/emit/",
    // Whether data fits a schema of the model, and a text its pattern, is asked by both; so is what a schema's parts say.
    inside(
      "src/emit/",
      "src/diagnostics/",
      "src/package-file.ts",
      "src/ir/fits.ts",
      "src/ir/matches.ts",
      "src/ir/conjunction/index.ts",
      // Which extension a policy needs is asked by the generator and by the runtime.
      "runtime/src/policies/extended-policies.ts",
    ),
    typesOf("src/ir/", "src/policies/", "src/config/types.ts", "runtime/"),
    isPackageArrow,
  ],
  [
    "src/write/",
    inside("src/write/", "src/diagnostics/", "src/package-file.ts", "src/hash.ts"),
    typesOf("src/emit/", "src/config/types.ts"),
    isPackageArrow,
  ],
  ["src/import-extension.ts", typesOf("src/config/types.ts"), packages("jsonc-parser")],
  ["src/", inside("src/"), typesOf("runtime/"), packages()],
];

/** The floors of what is copied into clients, from the ground up; each may import only what stands below it. */
function floorRows(): (typeof table)[number][] {
  const ground = ["base", "serialize", "policies", "observe", "pipeline", "http", "auth"];
  const floors: Readonly<Record<string, readonly string[]>> = {
    base: [],
    serialize: ["base"],
    // A policy decides; it does no I/O and knows nothing of HTTP.
    policies: ["base"],
    observe: ["base", "policies"],
    pipeline: ["base", "policies", "observe"],
    http: ["base", "serialize"],
    auth: ["base", "serialize"],
    contract: ground,
    client: [...ground, "contract"],
    call: [...ground, "contract", "client"],
    extensions: [...ground, "contract", "client", "call"],
    mocks: ["base", "serialize", "http", "contract"],
  };
  const floor = (name: string): string => `runtime/src/${name}/`;
  const rows = Object.entries(floors).map(([name, below]): (typeof table)[number] => [
    floor(name),
    inside(...[name, ...below].map(floor)),
  ]);
  return [
    [
      "runtime/src/http/operation-facts.ts",
      inside(...["http", "base", "serialize"].map(floor)),
      typesOf(floor("policies")),
    ],
    ["runtime/src/http/ky.ts", inside(...["http", "base", "serialize"].map(floor)), packages("ky")],
    ...rows,
    // The doors: what an emitted file may import, and what a server sends.
    ["runtime/src/", inside("runtime/src/")],
  ];
}

function isPackageArrow({ to }: Arrow): boolean {
  return isPackage(to) && to !== "commander" && to !== "ky" && to !== "resil-gen-runtime";
}

function sourcesIn(folder: string): string[] {
  const entries = readdirSync(join(root, folder), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && /\.ts$/.test(entry.name) && !/\.test(-d)?\.ts$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
}

function arrowsOf(project: Project, path: string): Arrow[] {
  const file = project.addSourceFileAtPath(path);
  const from = relative(root, path);
  const to = (specifier: string): string =>
    specifier.startsWith(".") ? relative(root, resolve(dirname(path), specifier)).replace(/\.js$/, ".ts") : specifier;
  const declared = [...file.getImportDeclarations(), ...file.getExportDeclarations()].flatMap((declaration) => {
    const specifier = declaration.getModuleSpecifierValue();
    const named = "getNamedImports" in declaration ? declaration.getNamedImports() : declaration.getNamedExports();
    const isTypeOnly = declaration.isTypeOnly() || (named.length > 0 && named.every((name) => name.isTypeOnly()));
    return specifier === undefined ? [] : [{ from, to: to(specifier), isTypeOnly, isLater: false }];
  });
  const dynamic = file.getDescendantsOfKind(SyntaxKind.CallExpression).flatMap((call) => {
    const [argument] = call.getArguments();
    const isImport = call.getExpression().getKind() === SyntaxKind.ImportKeyword;
    const specifier = isImport ? argument?.asKind(SyntaxKind.StringLiteral)?.getLiteralValue() : undefined;
    return specifier === undefined ? [] : [{ from, to: to(specifier), isTypeOnly: false, isLater: true }];
  });
  return [...declared, ...dynamic];
}

/** Paths through the arrows that come back to where they began: one for each group of names that reach each other. */
function circles(arrows: readonly Pick<Arrow, "from" | "to">[]): string[][] {
  const next = new Map<string, Set<string>>();
  for (const { from, to } of arrows) if (from !== to) next.set(from, (next.get(from) ?? new Set()).add(to));
  const isOpen = new Map<string, boolean>();
  const path: string[] = [];
  const found: string[][] = [];
  const visit = (name: string): void => {
    if (isOpen.get(name)) found.push([...path.slice(path.indexOf(name)), name]);
    if (isOpen.has(name)) return;
    isOpen.set(name, true);
    path.push(name);
    for (const to of next.get(name) ?? []) visit(to);
    path.pop();
    isOpen.set(name, false);
  };
  for (const name of next.keys()) visit(name);
  return found;
}

const project = new Project({ skipAddingFilesFromTsConfig: true, compilerOptions: { allowJs: false } });
const arrows = ["src", "runtime/src", "runtime/entries", "templates"]
  .flatMap(sourcesIn)
  .flatMap((path) => arrowsOf(project, path));

test("every import is one that the table allows", () => {
  expect(arrows.length).toBeGreaterThan(300);
  const refused = arrows.filter((arrow) => {
    const [, ...may] = table.find(([from]) => arrow.from.startsWith(from)) ?? [""];
    return !may.some((allows) => allows(arrow));
  });
  expect(refused.map(({ from, to, isTypeOnly }) => `${from} → ${to}${isTypeOnly ? " (types)" : ""}`)).toEqual([]);
});

test("no file imports itself by way of others, types included", () => {
  // What `import()` loads later, when a command is given, is no circle of loading.
  expect(circles(arrows.filter(({ isLater }) => !isLater)).map((path) => path.join(" → "))).toEqual([]);
});

test("no folder of src/ imports itself by way of others, types included", () => {
  const folderOf = (path: string): string => path.split("/").slice(0, 2).join("/");
  const between = arrows
    .filter(({ from, to }) => from.startsWith("src/") && to.startsWith("src/"))
    .map(({ from, to }) => ({ from: folderOf(from), to: folderOf(to) }));
  expect(circles(between).map((path) => path.join(" → "))).toEqual([]);
});

test("a circle is found wherever it begins", () => {
  const arrow = (from: string, to: string): Pick<Arrow, "from" | "to"> => ({ from, to });
  expect(circles([arrow("a", "b"), arrow("b", "c"), arrow("c", "b"), arrow("a", "c")])).toEqual([["b", "c", "b"]]);
  expect(circles([arrow("a", "b"), arrow("a", "c"), arrow("b", "c")])).toEqual([]);
});
