// Generates a client and loads it: its functions, and what its mocks are made of.
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";
import { generateFiles } from "../../dist/src/index.js";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** @returns `api`: what the client exports; `operations`: method, path and answers of each, by its function's name */
export async function loadClient(input, folder) {
  const { files } = await generateFiles({ input });
  for (const { path, text } of files) {
    const file = join(folder, "client", path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, path === "mocks.ts" ? `${text}\nexport { operations };\n` : text);
  }
  const entry = 'export * as api from "./client/index.js"; export { operations } from "./client/mocks.js";';
  writeFileSync(join(folder, "entry.ts"), entry);
  const outfile = join(folder, "client.mjs");
  await build({
    entryPoints: [join(folder, "entry.ts")],
    outfile,
    bundle: true,
    format: "esm",
    platform: "node",
    logLevel: "error",
    nodePaths: [join(root, "node_modules")],
  });
  return import(pathToFileURL(outfile).href);
}
