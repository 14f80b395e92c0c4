// Bundles src/ into few files of dist/src/, for a run that has nothing to do takes hardly longer than finding its modules:
// what the command line loads in any case is one file, what only some runs need stays apart. Packages stay packages, but
// for commander: it would load child_process to start commands that are programs of their own, of which there are none.
import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";

const root = fileURLToPath(new URL("../../", import.meta.url));
const [cli, index] = ["src/cli.ts", "src/index.ts"].map((path) => join(root, path));

const childProcess = "\0child_process";
const external = {
  name: "external",
  resolveId(id, importer) {
    if (importer === undefined || /^[./\0]/.test(id) || id === "commander") return null;
    if (id === "node:child_process" && importer.includes("commander")) return childProcess;
    return { id, external: true };
  },
  load: (id) =>
    id === childProcess
      ? "exports.spawn = (...args) => process.getBuiltinModule('node:child_process').spawn(...args);"
      : null,
};

/** Everything that a module reaches by static imports. */
function reached(from, modules) {
  const ids = new Set([from]);
  for (const id of ids) for (const next of modules.getModuleInfo(id)?.importedIds ?? []) ids.add(next);
  return ids;
}

let always;
const bundle = await rolldown({
  input: { cli, index },
  platform: "node",
  plugins: [external],
  // Some of what is loaded always is loaded late by others, too.
  checks: { ineffectiveDynamicImport: false },
});
await bundle.write({
  dir: join(root, "dist/src"),
  format: "esm",
  entryFileNames: "[name].js",
  chunkFileNames: "[name]-[hash].js",
  minify: { compress: false, mangle: false, codegen: true },
  codeSplitting: {
    groups: [
      {
        debugName: "always",
        name(id, modules) {
          always ??= reached(cli, modules);
          return always.has(id) || id.startsWith("\0") ? "always" : null;
        },
      },
    ],
  },
});
await bundle.close();
copyFileSync(join(root, "node_modules/commander/LICENSE"), join(root, "dist/src/commander.LICENSE"));
