// What tests of examples share: generate as a user does, check the types, bundle for Node.
import { execFileSync, spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("../../", import.meta.url));
// The quickest of the compilers that clients are for; the matrix has the others.
const compiler = join(dirname(createRequire(import.meta.url).resolve("typescript-7/package.json")), "bin/tsc");

/** Generates a client from a document of an example, by the command line. */
export function generate(example: string, document: string, client: string): void {
  const folder = `examples/${example}`;
  const args = ["bin/resil-gen.js", `${folder}/${document}`, "-o", `${folder}/${client}`, "--force", "--quiet"];
  execFileSync(process.execPath, args, { cwd: root });
}

/** The compiler's complaints about an example. */
export function typeErrors(example: string): string {
  return complaints(`examples/${example}`);
}

/** What the compiler says of a folder with a `tsconfig.json`: nothing where all is well. */
export function complaints(folder: string): string {
  const args = [compiler, "-p", folder, "--pretty", "false"];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: "utf8" });
  return status === 0 ? "" : `exit code ${status}\n${stdout}${stderr}`;
}

/** Bundles a file of an example for Node, without its packages; gives the path of the bundle. */
export async function bundled(example: string, entry: string): Promise<string> {
  const outfile = `${root}.cache/examples/${example}/${entry.replace(/\.ts$/, ".js")}`;
  await build({
    entryPoints: [`${root}examples/${example}/${entry}`],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    packages: "external",
    logLevel: "error",
  });
  return outfile;
}
