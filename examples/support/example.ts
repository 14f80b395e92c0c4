// What tests of examples share: generate as a user does, check the types, bundle for Node.
import { execFileSync, spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("../../", import.meta.url));
const compiler = createRequire(import.meta.url).resolve("typescript/bin/tsc");

/** Generates a client from a document of an example, by the command line. */
export function generate(example: string, document: string, client: string): void {
  const folder = `examples/${example}`;
  const args = ["bin/resil-gen.js", `${folder}/${document}`, "-o", `${folder}/${client}`, "--force", "--quiet"];
  execFileSync(process.execPath, args, { cwd: root });
}

/** The compiler's complaints about an example. */
export function typeErrors(example: string): string {
  const args = [compiler, "-p", `examples/${example}`, "--pretty", "false"];
  return spawnSync(process.execPath, args, { cwd: root, encoding: "utf8" }).stdout;
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
