import { mkdir, mkdtemp, readdir, rename, rm, rmdir, stat, writeFile } from "node:fs/promises";
import { dirname, join, resolve, sep } from "node:path";
import { type Problems, SpecError } from "../diagnostics/index.js";
import type { EmittedFile } from "../emit/index.js";
import { diskFault } from "./disk-fault.js";
import { type FileHashes, hashesOf, type Manifest, manifestName, printManifest } from "./manifest.js";
import { planWrite, type WritePlan } from "./plan.js";
import { removeAbandoned, stagingPrefix } from "./staging.js";

export { type Manifest, readManifest } from "./manifest.js";
export { isUpToDate } from "./up-to-date.js";

export interface WriteOptions {
  readonly folder: string;
  readonly previous: Manifest | undefined;
  /** Overwrite what was edited by hand. */
  readonly force: boolean;
  /** Compare only. */
  readonly check: boolean;
  readonly manifest: Pick<Manifest, "version" | "inputs" | "options">;
}

export interface WriteReport {
  readonly written: readonly string[];
  readonly removed: readonly string[];
  readonly unchanged: number;
  /** With `check`: how the folder differs, as a diff. */
  readonly differences: string;
}

/**
 * Brings the output folder to what it must be, whole or not at all.
 *
 * @throws SpecError when files of others or edits stand in the way, or the disk refuses.
 */
export async function write(
  files: readonly EmittedFile[],
  options: WriteOptions,
  problems: Problems,
): Promise<WriteReport> {
  try {
    return await bring(files, options, problems);
  } catch (cause) {
    const reason = diskFault(cause);
    if (reason === undefined) throw cause;
    problems.add(
      "unwritable",
      `${options.folder} cannot be written: ${reason}`,
      "Mend that, or give another folder with -o.",
    );
    throw new SpecError(problems.list);
  }
}

async function bring(files: readonly EmittedFile[], options: WriteOptions, problems: Problems): Promise<WriteReport> {
  const { folder, previous, force, check } = options;
  await checkFolder(folder, problems);
  for (const { path } of files) {
    if (!resolve(folder, path).startsWith(resolve(folder) + sep))
      throw new Error(`${path} lies outside the output folder`);
  }
  const plan = await planWrite(files, folder, previous, force, problems);
  if (problems.count("error") > 0) throw new SpecError(problems.list);
  const report = { written: plan.write.map(({ path }) => path), removed: plan.remove, unchanged: plan.unchanged };
  if (check) return { ...report, differences: await differencesOf(plan) };
  const hashes = Object.fromEntries(files.map(({ path, text }) => [path, hashesOf(text)]));
  await carryOut(plan, folder, { ...options.manifest, files: hashes }, previous);
  return { ...report, differences: "" };
}

async function checkFolder(folder: string, problems: Problems): Promise<void> {
  const found = await stat(folder).catch(() => undefined);
  if (found !== undefined && !found.isDirectory()) {
    problems.add("notOurs", `${folder} is a file`, "Give a folder with -o.");
    throw new SpecError(problems.list);
  }
}

/**
 * Writes everything beside its place first; what fails until then leaves the folder as it was. While files are moved
 * into place the manifest knows both their states, so that a run that is cut short there can be repeated.
 */
async function carryOut(
  plan: WritePlan,
  folder: string,
  manifest: Manifest,
  previous: Manifest | undefined,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  await removeAbandoned(folder);
  const staging = await mkdtemp(join(folder, `${stagingPrefix}${process.pid}-`));
  try {
    await Promise.all(plan.write.map(async ({ path, text }) => writeInto(join(staging, path), text)));
    if (plan.write.length + plan.remove.length > 0) {
      const replaced: Record<string, FileHashes> = { ...previous?.replaced, ...previous?.files };
      await writeWhole(join(folder, manifestName), printManifest({ ...manifest, replaced }), staging);
    }
    for (const { path } of plan.write) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await rename(join(staging, path), join(folder, path));
    }
    for (const path of plan.remove) await removeFile(folder, path);
    await writeWhole(join(folder, manifestName), printManifest(manifest), staging);
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

async function writeInto(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}

async function writeWhole(path: string, text: string, staging: string): Promise<void> {
  await writeFile(join(staging, manifestName), text);
  await rename(join(staging, manifestName), path);
}

/** Removes a file and the folders that it leaves empty. */
async function removeFile(folder: string, path: string): Promise<void> {
  await rm(join(folder, path), { force: true });
  for (let parent = dirname(path); parent !== "."; parent = dirname(parent)) {
    const left = await readdir(join(folder, parent)).catch(() => ["unknown"]);
    if (left.length > 0) return;
    await rmdir(join(folder, parent));
  }
}

async function differencesOf({ write: files, remove }: WritePlan): Promise<string> {
  const { createTwoFilesPatch } = await import("diff");
  const changed = files.map(({ path, text, before }) => {
    if (before === undefined) return `missing: ${path}\n`;
    const patch = createTwoFilesPatch(path, path, before, text, "as it is", "as it must be", { context: 2 }).split(
      "\n",
    );
    const shown = patch.slice(1, 41).join("\n");
    return `${shown}${patch.length > 41 ? `\n… and ${patch.length - 41} more lines` : ""}\n`;
  });
  return [...changed, ...remove.map((path) => `extra: ${path}\n`)].join("");
}
