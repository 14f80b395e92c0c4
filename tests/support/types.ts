// Asks the real compiler about emitted types, many questions in one program.
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

const root = fileURLToPath(new URL("../../", import.meta.url));
const folder = join(root, "tests", "types");

const options: ts.CompilerOptions = {
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  noEmit: true,
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  lib: ["lib.es2022.d.ts", "lib.dom.d.ts"],
  types: [],
  skipLibCheck: true,
};

/** A file and its program, compiled beside the emitted `schema.ts`. */
export interface Compiled {
  readonly program: ts.Program;
  readonly file: ts.SourceFile;
  /** What is wrong, `schema.ts:3 TS2322 …`, in order. */
  errors(): string[];
}

/** Compiles a program that imports `./schema.js`; nothing is written to disk. */
export function compiled(schema: string, use: string): Compiled {
  const runtime = 'export * from "../../../runtime/src/contract/type-helpers.js";\nexport type BinaryValue = Blob;\n';
  const files = new Map([
    [join(folder, "schema.ts"), schema],
    [join(folder, "use.ts"), use],
    [join(folder, "runtime", "index.ts"), runtime],
  ]);
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile, getSourceFile, directoryExists } = host;
  host.fileExists = (name) => files.has(name) || fileExists(name);
  host.readFile = (name) => files.get(name) ?? readFile(name);
  host.directoryExists = (name) =>
    [...files.keys()].some((file) => dirname(file) === name) || directoryExists?.(name) === true;
  host.getSourceFile = (name, language, ...rest) => {
    const text = files.get(name);
    return text === undefined ? getSourceFile(name, language, ...rest) : ts.createSourceFile(name, text, language);
  };
  const program = ts.createProgram([join(folder, "use.ts")], options, host);
  const file = program.getSourceFile(join(folder, "use.ts"));
  if (file === undefined) throw new Error("use.ts was not compiled");
  return { program, file, errors: () => ts.getPreEmitDiagnostics(program).map(textOf) };
}

function textOf({ file, start = 0, code, messageText }: ts.Diagnostic): string {
  const line = file === undefined ? 0 : file.getLineAndCharacterOfPosition(start).line + 1;
  const name = file?.fileName.slice(folder.length + 1) ?? "";
  return `${name}:${line} TS${code} ${ts.flattenDiagnosticMessageText(messageText, " ")}`;
}
