// Every public export of every entry of both packages says what it is: its unit, default, errors, the source of its rule.
import { readFileSync } from "node:fs";
import { Node, Project, type Symbol as TsSymbol } from "ts-morph";
import { expect, test } from "vitest";

interface Entry {
  readonly types?: string;
}

const root = new URL("../../", import.meta.url);

/** Entries of a package by name: the source that their `types` are built from. */
function entriesOf(folder: string): (readonly [name: string, path: string])[] {
  const { name, exports } = JSON.parse(readFileSync(new URL(`${folder}package.json`, root), "utf8")) as {
    name: string;
    exports: Readonly<Record<string, Entry | string>>;
  };
  return Object.entries(exports).flatMap(([entry, target]) =>
    typeof target === "object" && target.types !== undefined
      ? [[name + entry.slice(1), target.types.replace("./dist/", folder).replace(/\.d\.ts$/, ".ts")] as const]
      : [],
  );
}

const entries = [...entriesOf(""), ...entriesOf("runtime/")];

const project = new Project({
  tsConfigFilePath: new URL("tsconfig.json", root).pathname,
  skipAddingFilesFromTsConfig: true,
});

/** Whether a symbol, or what it is another name of, has a doc comment. */
function isDocumented(symbol: TsSymbol): boolean {
  const declared = symbol.getAliasedSymbol() ?? symbol;
  return declared.getDeclarations().some((declaration) => {
    const owner = Node.isVariableDeclaration(declaration) ? declaration.getVariableStatement() : declaration;
    return owner !== undefined && Node.isJSDocable(owner) && owner.getJsDocs().length > 0;
  });
}

/** The members of what is exported that lack a doc comment: fields of options and results, methods of classes. */
function bareMembers(symbol: TsSymbol): string[] {
  const declared = symbol.getAliasedSymbol() ?? symbol;
  return declared.getDeclarations().flatMap((declaration) => {
    if (!Node.isInterfaceDeclaration(declaration) && !Node.isClassDeclaration(declaration)) return [];
    const members = [...declaration.getProperties(), ...declaration.getMethods()];
    return members
      .filter((member) => !member.getName().startsWith("#") && member.getJsDocs().length === 0)
      .filter((member) => !Node.isMethodDeclaration(member) || !implementsAnother(member.getName(), declaration))
      .map((member) => `${declared.getName()}.${member.getName()}`);
  });
}

function implementsAnother(member: string, declaration: Node): boolean {
  if (!Node.isClassDeclaration(declaration)) return false;
  return declaration.getImplements().some((each) => each.getType().getProperty(member) !== undefined);
}

test("the entries of the package are those that are looked at", () => {
  expect(entries.map(([name]) => name)).toEqual(
    expect.arrayContaining([
      "resil-gen",
      "resil-gen-runtime",
      "resil-gen-runtime/mocks",
      "resil-gen-runtime/node",
      "resil-gen-runtime/testing",
    ]),
  );
});

test.each(entries)("every export of %s has a doc comment", (_name, path) => {
  const file = project.addSourceFileAtPath(new URL(path, root).pathname);
  const exported = file.getExportSymbols();
  expect(exported.length).toBeGreaterThan(0);
  const bare = exported.filter((symbol) => !isDocumented(symbol)).map((symbol) => symbol.getName());
  expect([...bare, ...exported.flatMap(bareMembers)]).toEqual([]);
});
