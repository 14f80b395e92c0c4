// npm run api            renews docs/api/, the public declarations of every entry of both packages
// npm run api -- --check changes nothing; exit code 1 where a report differs from what is built
//
// A change of a public name, option, or type shows as a diff of these files, so that no release changes a contract unseen.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

const root = fileURLToPath(new URL("../../", import.meta.url));
const folder = join(root, "docs/api");

/** The entries of both packages that have types: the report's name, the specifier, and the declarations. */
function entries() {
  return ["", "runtime/"].flatMap((at) => {
    const { name, exports } = JSON.parse(readFileSync(join(root, at, "package.json"), "utf8"));
    return Object.entries(exports).flatMap(([entry, target]) =>
      target.types === undefined
        ? []
        : [
            {
              specifier: name + entry.slice(1),
              path: join(root, at, target.types),
              file: `${(name + entry.slice(1)).replaceAll("/", "-")}.txt`,
            },
          ],
    );
  });
}

const printer = ts.createPrinter({ removeComments: true });

/** What an entry exports, in the order of the names: each with its declarations, without comments. */
function reportOf({ specifier, path }, program) {
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(path);
  if (source === undefined) throw new Error(`${path} is not there: run npm run build first`);
  const exported = checker
    .getExportsOfModule(checker.getSymbolAtLocation(source))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const texts = exported.map((symbol) => {
    const declared = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
    const declarations = declared.declarations.map((declaration) => textOf(declaration));
    return `${declared.name === symbol.name ? "" : `// exported as ${symbol.name}\n`}${declarations.join("\n")}`;
  });
  return `// Public declarations of ${specifier}. Renewed by npm run api.\n\n${texts.join("\n\n")}\n`;
}

function textOf(declaration) {
  const statement = ts.isVariableDeclaration(declaration) ? declaration.parent.parent : declaration;
  return printer
    .printNode(ts.EmitHint.Unspecified, statement, declaration.getSourceFile())
    .replace(/^export /, "")
    .replace(/^declare /, "");
}

/** The text of every report by its file name. */
export function reports() {
  const all = entries();
  const options = {
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    skipLibCheck: true,
    types: ["node"],
  };
  const program = ts.createProgram(
    all.map(({ path }) => path),
    options,
  );
  return new Map(all.map((entry) => [entry.file, reportOf(entry, program)]));
}

/** The reports that are not what is built. */
export function stale() {
  const texts = reports();
  const there = existsSync(folder) ? readdirSync(folder) : [];
  const isRight = (file) => there.includes(file) && readFileSync(join(folder, file), "utf8") === texts.get(file);
  return [...new Set([...texts.keys(), ...there])].filter((file) => !isRight(file));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const differing = stale();
  if (process.argv.includes("--check")) {
    for (const file of differing)
      console.error(`✘ docs/api/${file} is not up to date: run npm run api and read the diff`);
    process.exitCode = differing.length === 0 ? 0 : 1;
  } else {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    for (const [file, text] of reports()) writeFileSync(join(folder, file), text);
    console.log(`✔ docs/api: ${differing.length} changed`);
  }
}
