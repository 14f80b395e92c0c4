// Bundles src/ into few files of dist/src/, for a run that has nothing to do takes hardly longer than finding its modules:
// what the command line loads in any case is one file, what only some runs need stays apart. Packages stay packages, but
// for those that get no more updates, and for commander: it would load child_process to start commands that are programs of
// their own, of which there are none.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";
import { bundled, bundledLibraries } from "../lib/bundled-libraries.js";

const root = fileURLToPath(new URL("../../", import.meta.url));
const [cli, index] = ["src/cli.ts", "src/index.ts"].map((path) => join(root, path));

const childProcess = "\0child_process";
const external = {
  name: "external",
  resolveId(id, importer) {
    if (importer === undefined || /^[./\0]/.test(id)) return null;
    if (id === "node:child_process" && importer.includes("commander")) return childProcess;
    return bundled.some((name) => id === name || id.startsWith(`${name}/`)) ? null : { id, external: true };
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
  plugins: [bundledLibraries, external],
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

/** A package's name, version and license, as its authors ask to repeat it. */
function notice(name) {
  const folder = join(root, "node_modules", name);
  const { version, license, author } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const file = ["LICENSE", "LICENSE.md", "license"].map((each) => join(folder, each)).find(existsSync);
  const by = typeof author === "string" ? author : author?.name;
  const text =
    file === undefined ? `${license} license${by === undefined ? "" : `, ${by}`}` : readFileSync(file, "utf8");
  return `${name} ${version} (${license})\n\n${text.replaceAll("\r\n", "\n").trim()}\n`;
}

const intro = "resil-gen contains code of these packages, under their own licenses.\n";
const line = `\n${"-".repeat(80)}\n\n`;
writeFileSync(join(root, "THIRD-PARTY-NOTICES"), [intro, ...bundled.map(notice)].join(line));
