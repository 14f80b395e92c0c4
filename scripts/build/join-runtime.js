// Joins the modules of runtime/src into the files that a client gets: one per floor, which is a folder of runtime/src. A
// client of eight operations had ninety files; joined, it has a dozen for the runtime, and bundlers shake them as well.
//
// Imports between modules of one floor go, modules come in the order of their dependencies, each under `// its/path.ts`,
// and comments stay. A floor is one scope, so names must be unique within it: the build fails where two collide.
import { readdirSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";
import ts from "typescript";

/** Modules that become a file of their own, because some clients leave them out. */
const apart = new Set(["http/ky.ts"]);

/** The file of a client that a module of the runtime ends up in, without its extension. */
function floorOf(path) {
  if (apart.has(path)) return posix.basename(path, ".ts");
  return path.includes("/") ? path.split("/")[0] : path.replace(/\.ts$/, "");
}

/** The modules below a folder, by path: their text, imports, and top-level names. */
function readModules(folder) {
  const paths = readdirSync(folder, { recursive: true })
    .map((path) => path.replaceAll("\\", "/"))
    .filter((path) => /\.ts$/.test(path) && !/\.test(-d)?\.ts$/.test(path))
    .sort();
  return new Map(paths.map((path) => [path, readModule(path, readFileSync(join(folder, path), "utf8"))]));
}

function readModule(path, text) {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const module = { path, text, floor: floorOf(path), links: [], declared: [] };
  for (const statement of source.statements) {
    if (ts.isImportDeclaration(statement) || ts.isExportDeclaration(statement))
      module.links.push(linkOf(path, statement));
    else if (statement.name) module.declared.push(statement.name.text);
    else for (const { name } of statement.declarationList?.declarations ?? []) module.declared.push(name.text);
  }
  return module;
}

/** An import, or an export from elsewhere: what it names, and where it stands in the text. */
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
  return { isExport, specifier, target, names, start: statement.getStart(), end: statement.end };
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

/** The text of a module without its imports and exports from elsewhere. */
function bodyOf({ text, links }) {
  let body = text;
  for (const { start, end } of links.toReversed())
    body = `${body.slice(0, start)}${body.slice(end).replace(/^\n/, "")}`;
  return body.trim();
}

/** What a floor takes from others, by specifier; what it passes on, likewise. */
function linksOf(modules, all) {
  const imports = new Map();
  const exports = new Map();
  const declared = new Map(modules.flatMap(({ path, declared }) => declared.map((name) => [name, path])));
  for (const { path, floor, links } of modules) {
    for (const { isExport, specifier, target, names } of links) {
      const other = target === undefined ? undefined : all.get(target);
      if (target !== undefined && other === undefined) throw new Error(`${path} imports ${target}, which is not there`);
      if (other?.floor === floor) {
        const renamed = names.find(({ name, local }) => name !== local);
        if (renamed) throw new Error(`${path} renames '${renamed.name}' of its own floor: use the name as it is`);
        continue;
      }
      const from = other === undefined ? specifier : `./${other.floor}.js`;
      const found = isExport ? exports : imports;
      if (!found.has(from)) found.set(from, new Map());
      for (const { name, local, isType } of names) {
        if (!isExport && declared.has(local))
          throw new Error(`${path} imports '${local}', which ${declared.get(local)} declares`);
        const known = found.get(from).get(local);
        if (known !== undefined && known.name !== name)
          throw new Error(`${path}: '${local}' is two things in one floor`);
        found.get(from).set(local, { name, isType: isType && (known?.isType ?? true) });
      }
    }
  }
  return { imports, exports };
}

function statement(keyword, from, names) {
  const entries = [...names].sort(([a], [b]) => (a < b ? -1 : 1));
  const isTypeOnly = entries.every(([, { isType }]) => isType);
  const standard = entries.find(([, { name }]) => name === "default");
  const named = entries
    .filter((entry) => entry !== standard)
    .map(
      ([local, { name, isType }]) =>
        `${isType && !isTypeOnly ? "type " : ""}${name === local ? "" : `${name} as `}${local}`,
    );
  const head = `${keyword}${isTypeOnly ? " type" : ""} ${standard ? `${standard[0]}, ` : ""}`;
  const line = `${head}{ ${named.join(", ")} } from "${from}";`;
  return line.length <= 120 ? line : `${head}{\n${named.map((name) => `  ${name},\n`).join("")}} from "${from}";`;
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

/** The runtime as a client gets it: the text of each file by its name. */
export function joinRuntime(folder) {
  const all = readModules(folder);
  const floors = groupByFloor(all.values());
  const texts = {};
  for (const [floor, found] of [...floors].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const modules = inOrder(found, all);
    checkNames(modules);
    const { imports, exports } = linksOf(modules, all);
    const heads = [
      ...[...imports].sort(byKey).map(([from, names]) => statement("import", from, names)),
      ...[...exports].sort(byKey).map(([from, names]) => statement("export", from, names)),
    ];
    const bodies = modules
      .map((module) => ({ path: module.path, body: bodyOf(module) }))
      .filter(({ body }) => body !== "")
      .map(({ path, body }) => (modules.length === 1 ? body : `// ${path}\n\n${body}`));
    texts[`${floor}.ts`] = `${[heads.join("\n"), ...bodies].filter((part) => part !== "").join("\n\n")}\n`;
  }
  return texts;
}

const byKey = ([a], [b]) => (a < b ? -1 : 1);

function groupByFloor(modules) {
  const floors = new Map();
  for (const module of modules) floors.set(module.floor, [...(floors.get(module.floor) ?? []), module]);
  return floors;
}
