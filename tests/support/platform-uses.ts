// What the runtime uses of the platform and of the language's library, read from its sources by the compiler.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";

/** Everything that the standard declarations declare and some file refers to. */
export interface PlatformUses {
  /** Global types, such as `AbortSignal`, that the DOM's declarations or the library's later editions bring. */
  readonly types: ReadonlySet<string>;
  /** Global values: `fetch`, `URL`. */
  readonly values: ReadonlySet<string>;
  /** `Array.at`, `Blob.arrayBuffer`; of a constructor `ObjectConstructor.hasOwn`, `Response().error`. */
  readonly members: ReadonlySet<string>;
}

export function platformUses(folder: string): PlatformUses {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ts") && !/\.test(-d)?\.ts$/.test(path))
    .map((path) => join(folder, path));
  const program = ts.createProgram(files, {
    target: ts.ScriptTarget.ES2022,
    lib: ["lib.es2022.d.ts", "lib.dom.d.ts", "lib.dom.iterable.d.ts", "lib.dom.asynciterable.d.ts"],
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    strict: true,
    types: [],
    noEmit: true,
    skipLibCheck: true,
  });
  const checker = program.getTypeChecker();
  const uses = { types: new Set<string>(), values: new Set<string>(), members: new Set<string>() };
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node)) addUse(node, checker, uses);
    ts.forEachChild(node, visit);
  };
  for (const file of files) {
    const source = program.getSourceFile(file);
    if (source !== undefined) visit(source);
  }
  return uses;
}

function addUse(node: ts.Identifier, checker: ts.TypeChecker, uses: Record<keyof PlatformUses, Set<string>>): void {
  const symbol = checker.getSymbolAtLocation(node);
  for (const declaration of symbol?.declarations ?? []) {
    if (!/\/lib\.[\w.]+\.d\.ts$/.test(declaration.getSourceFile().fileName)) continue;
    const { parent } = declaration;
    const name = symbol?.name ?? "";
    if (ts.isInterfaceDeclaration(parent)) uses.members.add(`${parent.name.text}.${name}`);
    else if (ts.isTypeLiteralNode(parent)) uses.members.add(`${constructorOf(parent)}().${name}`);
    else if (ts.isTypeReferenceNode(node.parent) || ts.isExpressionWithTypeArguments(node.parent)) uses.types.add(name);
    else uses.values.add(name);
  }
}

function constructorOf({ parent }: ts.TypeLiteralNode): string {
  return ts.isVariableDeclaration(parent) && ts.isIdentifier(parent.name) ? parent.name.text : "";
}
