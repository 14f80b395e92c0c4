// Takes the modules of runtime/src apart for the files that a client gets: one per floor, which is a folder of runtime/src.
// A client of eight operations had ninety files; joined, it has a dozen for the runtime, and bundlers shake them as well.
// What comes of it is put together for each client by src/emit/runtime-parts.ts: a client that has no stream gets none.
//
// Imports between modules of one floor go, modules come in the order of their dependencies, and comments stay. A floor is
// one scope, so names must be unique within it: the build fails where two collide.
import { readdirSync } from "node:fs";
import { join, posix } from "node:path";
import ts from "typescript";

/** Modules that become a file of their own, because some clients leave them out. */
const apart = new Set(["http/ky.ts"]);

/** The file of a client that a module of the runtime ends up in, without its extension. */
function floorOf(path) {
  if (apart.has(path)) return posix.basename(path, ".ts");
  return path.includes("/") ? path.split("/")[0] : path.replace(/\.ts$/, "");
}

/** The modules below a folder, by path: their parts, imports, and top-level names. */
function readModules(folder) {
  const paths = readdirSync(folder, { recursive: true })
    .map((path) => path.replaceAll("\\", "/"))
    .filter((path) => /\.ts$/.test(path) && !/\.test(-d)?\.ts$/.test(path))
    .sort();
  // Only names are looked up, so neither libraries nor other modules are read.
  const options = { noLib: true, noResolve: true, target: ts.ScriptTarget.Latest, types: [] };
  const program = ts.createProgram(
    paths.map((path) => join(folder, path)),
    options,
  );
  const checker = program.getTypeChecker();
  const read = (path) => readModule(path, program.getSourceFile(join(folder, path)), checker);
  return new Map(paths.map((path) => [path, read(path)]));
}

function readModule(path, source, checker) {
  const { text } = source;
  const module = { path, floor: floorOf(path), links: [], declared: [], parts: [], intro: "" };
  let from = 0;
  for (const statement of source.statements) {
    // A comment on the statement's last line is its own.
    const end = ts.getTrailingCommentRanges(text, statement.end)?.at(-1)?.end ?? statement.end;
    if (ts.isImportDeclaration(statement) || ts.isExportDeclaration(statement)) {
      if (from === 0) module.intro = folded(text.slice(0, statement.getStart(source)).trim());
      module.links.push(linkOf(path, statement));
    } else {
      const names = namesOf(statement);
      module.declared.push(...names);
      module.parts.push({ names, uses: [...usesOf(statement, source, checker)], text: folded(text.slice(from, end)) });
    }
    from = end;
  }
  return module;
}

function namesOf(statement) {
  if (statement.name) return [statement.name.text];
  return (statement.declarationList?.declarations ?? []).map(({ name }) => name.text);
}

const longest = 120;

/** Folds comments that are longer than a line of a client may be: what does not fit begins the next line. */
function folded(text) {
  const lines = text.split("\n");
  for (let at = 0; at < lines.length; at++) {
    const [, indent, mark] = /^(\s*)(\/\*\*|\*|\/\/) /.exec(lines[at]) ?? [];
    if (indent === undefined || lines[at].length <= longest) continue;
    if (mark === "/**") {
      const words = lines[at].slice(indent.length + 4).replace(/ \*\/$/, "");
      lines.splice(at, 1, `${indent}/**`, `${indent} * ${words}`, `${indent} */`);
      continue;
    }
    const cut = lines[at].lastIndexOf(" ", longest);
    const rest = lines[at].slice(cut + 1);
    lines[at] = lines[at].slice(0, cut);
    const head = `${indent}${mark} `;
    const next = lines[at + 1] ?? "";
    if (next.startsWith(head) && !/^[@-]/.test(next.slice(head.length)))
      lines[at + 1] = `${head}${rest} ${next.slice(head.length)}`;
    else lines.splice(at + 1, 0, `${head}${rest}`);
  }
  return lines.join("\n");
}

/** Names of the module's top level that a statement refers to. */
function usesOf(statement, source, checker) {
  const names = new Set();
  const visit = (node) => {
    if (ts.isIdentifier(node) && isTopLevel(symbolOf(node, checker), source)) names.add(node.text);
    ts.forEachChild(node, visit);
  };
  visit(statement);
  return names;
}

function symbolOf(node, checker) {
  return ts.isShorthandPropertyAssignment(node.parent)
    ? checker.getShorthandAssignmentValueSymbol(node.parent)
    : checker.getSymbolAtLocation(node);
}

function isTopLevel(symbol, source) {
  return (symbol?.declarations ?? []).some((declaration) => {
    if (ts.isImportSpecifier(declaration) || ts.isImportClause(declaration)) return true;
    const statement = ts.isVariableDeclaration(declaration) ? declaration.parent.parent : declaration;
    return statement.parent === source;
  });
}

/** An import, or an export from elsewhere: what it names. */
function linkOf(path, statement) {
  const specifier = statement.moduleSpecifier.text;
  const isExport = ts.isExportDeclaration(statement);
  const clause = isExport ? statement : statement.importClause;
  const bindings = isExport ? statement.exportClause : statement.importClause?.namedBindings;
  if (bindings !== undefined && bindings.elements === undefined)
    throw new Error(`${path}: name what you take of '${specifier}'`);
  const names = (bindings?.elements ?? []).map((element) => ({
    name: (element.propertyName ?? element.name).text,
    local: element.name.text,
    isType: element.isTypeOnly || clause.isTypeOnly,
  }));
  if (!isExport && clause?.name) names.push({ name: "default", local: clause.name.text, isType: clause.isTypeOnly });
  const target = specifier.startsWith(".")
    ? posix.join(posix.dirname(path), specifier).replace(/\.js$/, ".ts")
    : undefined;
  return { isExport, specifier, target, names };
}

/** The modules of one floor, each after those whose values it uses. */
function inOrder(modules, all) {
  const ordered = new Set();
  const seen = new Set();
  const visit = (module) => {
    if (seen.has(module)) return;
    seen.add(module);
    for (const { target, names } of module.links) {
      const other = all.get(target);
      if (other?.floor === module.floor && names.some(({ isType }) => !isType)) visit(other);
    }
    ordered.add(module);
  };
  modules.forEach(visit);
  return [...ordered];
}

/** What a floor takes from others, or passes on. */
function linksOf(modules, all) {
  const links = new Map();
  const declared = new Map(modules.flatMap(({ path, declared }) => declared.map((name) => [name, path])));
  for (const { path, floor, links: found } of modules) {
    for (const { isExport, specifier, target, names } of found) {
      const other = target === undefined ? undefined : all.get(target);
      if (target !== undefined && other === undefined) throw new Error(`${path} imports ${target}, which is not there`);
      if (other?.floor === floor) {
        const renamed = names.find(({ name, local }) => name !== local);
        if (renamed) throw new Error(`${path} renames '${renamed.name}' of its own floor: use the name as it is`);
        continue;
      }
      const from = other === undefined ? specifier : `./${other.floor}.js`;
      for (const { name, local, isType } of names) {
        if (!isExport && declared.has(local))
          throw new Error(`${path} imports '${local}', which ${declared.get(local)} declares`);
        const key = `${isExport} ${local}`;
        const known = links.get(key);
        if (known !== undefined && (known.name !== name || known.from !== from))
          throw new Error(`${path}: '${local}' is two things in one floor`);
        links.set(key, { isExport, from, name, local, isType: isType && (known?.isType ?? true) });
      }
    }
  }
  return [...links.values()];
}

function checkNames(modules) {
  const owners = new Map();
  for (const { path, declared } of modules)
    for (const name of new Set(declared)) owners.set(name, [...(owners.get(name) ?? []), path]);
  const shared = [...owners].filter(([, paths]) => paths.length > 1);
  if (shared.length > 0)
    throw new Error(
      `names that stand twice in one floor: ${shared.map(([name, paths]) => `${name} (${paths.join(", ")})`).join("; ")}`,
    );
}

/** The runtime's files by their names: what each takes from others, and the parts of its modules in their order. */
export function joinRuntime(folder) {
  const all = readModules(folder);
  const files = {};
  for (const [floor, found] of [...groupByFloor(all.values())].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const modules = inOrder(found, all);
    checkNames(modules);
    files[`${floor}.ts`] = {
      links: linksOf(modules, all),
      modules: modules
        .filter(({ parts }) => parts.length > 0)
        .map(({ path, intro, parts }) => ({ path: modules.length === 1 ? "" : path, intro, parts })),
    };
  }
  return files;
}

function groupByFloor(modules) {
  const floors = new Map();
  for (const module of modules) floors.set(module.floor, [...(floors.get(module.floor) ?? []), module]);
  return floors;
}
