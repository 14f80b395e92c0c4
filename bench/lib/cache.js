// What the bench needs from npm, kept in a folder of the system's temporary files from one run to the next.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";

const cache = join(tmpdir(), "resil-gen-bench");

/** `@redocly/cli@2.77.0` as the name of a folder. */
function folderName(...packages) {
  return packages.join("+").replace(/[^\w.@+-]/g, "_");
}

// Where npm cannot be reached, that is to be told soon.
const npmFlags = ["--loglevel=error", "--fetch-retries=1", "--fetch-retry-mintimeout=1000"];

function run(command, args, cwd) {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd,
    encoding: "utf8",
    // npm is a script with an ending of its own on Windows.
    shell: process.platform === "win32",
  });
  if (status === 0) return stdout;
  const reason = /(?:npm )?err(?:or)?!? (.*)/i.exec(stderr ?? "")?.[1] ?? error?.message ?? `it ended with ${status}`;
  throw new Error(`${command} ${args[0]} failed: ${reason}`);
}

/** Does something in a new folder that takes its name when all is done, so that half of it never counts. */
function once(name, fill) {
  const folder = join(cache, name);
  if (existsSync(folder)) return folder;
  const draft = `${folder}.${process.pid}`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { recursive: true });
  try {
    fill(draft);
    renameSync(draft, folder);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
  return folder;
}

/** Installs packages into a folder of their own; gives its `node_modules`. */
export function install(...packages) {
  const folder = once(folderName(...packages), (draft) => installInto(draft, packages));
  return join(folder, "node_modules");
}

/** Installs packages into an empty folder. */
export function installInto(folder, packages) {
  writeFileSync(join(folder, "package.json"), '{ "private": true }');
  run("npm", ["install", "--no-audit", "--no-fund", ...npmFlags, ...packages], folder);
}

/** One file of a package: some packages hold a great many, so that one alone is unpacked. */
export function fileOfPackage(specifier, path) {
  const folder = once(folderName(specifier, path), (draft) => {
    const archive = packInto(draft, specifier);
    run("tar", ["-xzf", archive, `package/${path}`], draft);
    rmSync(join(draft, archive));
    renameSync(join(draft, "package", path), join(draft, basename(path)));
  });
  return join(folder, basename(path));
}

/** Packs a package, a published one or a folder, into a folder; gives the archive's name. */
export function packInto(folder, specifier) {
  // Packing ours does not build it: that has been done, and would take away what is being measured.
  run("npm", ["pack", specifier, "--ignore-scripts", ...npmFlags], folder);
  return readdirSync(folder).find((name) => name.endsWith(".tgz"));
}
