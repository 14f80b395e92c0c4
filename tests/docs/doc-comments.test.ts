// Every public export of every entry of the package says what it is: its unit, default, errors, the source of its rule.
import { readFileSync } from "node:fs";
import { Node, Project, type Symbol as TsSymbol } from "ts-morph";
import { expect, test } from "vitest";

interface Entry {
  readonly types?: string;
}

const root = new URL("../../", import.meta.url);
const { exports } = JSON.parse(readFileSync(new URL("package.json", root), "utf8")) as {
  exports: Readonly<Record<string, Entry | string>>;
};

/** Entries of the package by name: the source of what their `types` were made from. */
const entries = Object.entries(exports).flatMap(([name, entry]) =>
  typeof entry === "object" && entry.types !== undefined
    ? [[name, entry.types.replace(/^\.\/dist\//, "").replace(/\.d\.ts$/, ".ts")] as const]
    : [],
);

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
    expect.arrayContaining([".", "./runtime", "./runtime/mocks", "./node", "./testing"]),
  );
});

test.each(entries)("every export of %s has a doc comment", (_name, path) => {
  const file = project.addSourceFileAtPath(new URL(path, root).pathname);
  const exported = file.getExportSymbols();
  expect(exported.length).toBeGreaterThan(0);
  const bare = exported.filter((symbol) => !isDocumented(symbol)).map((symbol) => symbol.getName());
  expect([...bare, ...exported.flatMap(bareMembers)]).toEqual([]);
});
