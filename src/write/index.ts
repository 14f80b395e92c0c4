import { existsSync } from "node:fs";
import { dirname, join, parse, resolve } from "node:path";
import { Problems, SpecError } from "../diagnostics/index.js";
import type { EmittedFile } from "../emit/index.js";
import { carryOut } from "./carry-out.js";
import { changesOf, differencesOf, type FileChange } from "./differences.js";
import { codeOf, disk } from "./disk.js";
import { diskFault } from "./disk-fault.js";
import { isWithin } from "./links.js";
import { abandonedFolders, type Lock, type LockClock, lockFolder, type OtherWriter } from "./lock.js";
import { fileHash, type Manifest, manifestName, readManifest } from "./manifest.js";
import { planWrite, type WritePlan } from "./plan.js";

export type { ChangeState, FileChange } from "./differences.js";
export { type Manifest, readManifest } from "./manifest.js";
export { isAsLeft, isUpToDate } from "./up-to-date.js";

export interface WriteOptions {
  readonly folder: string;
  /** Overwrite files that were edited by hand. */
  readonly force: boolean;
  /** Compare only. */
  readonly check: boolean;
  readonly manifest: Pick<Manifest, "version" | "inputs" | "options" | "importExtension">;
  /** The clock of the lock. @default the system's clock */
  readonly clock?: LockClock;
}

export interface WriteReport {
  readonly written: readonly string[];
  readonly removed: readonly string[];
  readonly unchanged: number;
  /** With `check`: every file that differs, and how. */
  readonly changes: readonly FileChange[];
  /** With `check`: the contents that differ, as a unified diff. */
  readonly differences: string;
}

/**
 * Updates the output folder, completely or not at all.
 *
 * @throws SpecError if files of others or edits are in the way, another run is writing, or the disk fails.
 */
export async function write(
  files: readonly EmittedFile[],
  options: WriteOptions,
  problems: Problems,
): Promise<WriteReport> {
  const folder = resolve(options.folder);
  for (const { path } of files) {
    if (!isWithin(resolve(folder, path), folder)) throw new Error(`${path} lies outside the output folder`);
  }
  try {
    await checkFolder(folder, options.folder, problems);
    return await (options.check ? compare(files, folder, problems) : bring(files, folder, options, problems));
  } catch (cause) {
    const reason = diskFault(cause);
    if (reason === undefined) throw cause;
    problems.add(
      "unwritable",
      `Can't write ${options.folder}: ${reason}.`,
      "Fix the cause, or pass another directory with -o.",
    );
    throw new SpecError(problems.list);
  }
}

async function checkFolder(folder: string, name: string, problems: Problems): Promise<void> {
  const real = await disk.realpath(folder).catch(() => undefined);
  if (real === undefined) return;
  const isRoot = parse(real).root === real;
  if (!isRoot && (await disk.lstat(real)).isDirectory()) return;
  const what = isRoot ? "the root of the file system" : "a file";
  problems.add("notOurs", `${name} is ${what}.`, "Pass a directory for the client alone with -o.");
  throw new SpecError(problems.list);
}

/** Takes no lock: a folder that is being written is out of date as well. Edited files are reported like any others. */
async function compare(files: readonly EmittedFile[], folder: string, problems: Problems): Promise<WriteReport> {
  const previous = readManifest(folder);
  const plan = await planWrite(files, folder, previous, true, problems);
  if (problems.count("error") > 0) throw new SpecError(problems.list);
  const abandoned = await abandonedFolders(folder);
  const unfinished = previous?.replaced === undefined ? [] : [manifestName];
  return {
    written: [...plan.write.map(({ path }) => path), ...unfinished],
    removed: [...plan.remove.map(({ path }) => path), ...abandoned],
    unchanged: plan.unchanged,
    changes: changesOf(plan, { unfinished, abandoned }),
    differences: await differencesOf(plan),
  };
}

async function bring(
  files: readonly EmittedFile[],
  folder: string,
  options: WriteOptions,
  problems: Problems,
): Promise<WriteReport> {
  const firstMade = await disk.mkdir(folder, { recursive: true });
  const found = await manifestText(folder);
  try {
    const lock = await lockFolder(folder, options.clock);
    if (!("release" in lock)) return await leaveToOther(files, folder, lock, true, options, problems);
    try {
      // The other run may have given up, or have been killed.
      if (lock.waitedFor !== undefined && (await manifestText(folder)) !== found)
        return await leaveToOther(files, folder, lock.waitedFor, false, options, problems);
      return await writeLocked(files, folder, lock, options, problems);
    } finally {
      await lock.release();
    }
  } catch (cause) {
    if (firstMade !== undefined) await removeMade(folder, firstMade);
    throw cause;
  }
}

async function manifestText(folder: string): Promise<string | undefined> {
  return disk.readFile(join(folder, manifestName), "utf8").catch(() => undefined);
}

async function writeLocked(
  files: readonly EmittedFile[],
  folder: string,
  lock: Lock,
  { force, manifest }: WriteOptions,
  problems: Problems,
): Promise<WriteReport> {
  // Read again: another run may have written in the meantime.
  const previous = readManifest(folder);
  const plan = await planWrite(files, folder, previous, force, problems);
  if (problems.count("error") > 0) throw new SpecError(problems.list);
  const hashes = Object.fromEntries(files.map(({ path, text }) => [path, fileHash(text)]));
  try {
    await carryOut(plan, folder, lock.staging, { ...manifest, files: hashes });
  } catch (cause) {
    if (codeOf(cause) !== "ENOENT" || existsSync(lock.staging)) throw cause;
    problems.add("locked", `Another run took over ${folder} while this one was suspended.`, "Run resil-gen again.");
    throw new SpecError(problems.list);
  }
  return reportOf(plan);
}

function reportOf({ write: written, remove, unchanged }: WritePlan): WriteReport {
  const removed = remove.map(({ path }) => path);
  return { written: written.map(({ path }) => path), removed, unchanged, changes: [], differences: "" };
}

/**
 * Another run writes the folder, or did so while this one waited. If it wrote the same files, nothing is left to do.
 * Overwriting them would leave the files of whichever run came last.
 */
async function leaveToOther(
  files: readonly EmittedFile[],
  folder: string,
  { pid, isHere, name }: OtherWriter,
  isWriting: boolean,
  { folder: named, force }: WriteOptions,
  problems: Problems,
): Promise<WriteReport> {
  const previous = readManifest(folder);
  const plan = await planWrite(files, folder, previous, force, new Problems());
  const isRight = previous?.replaced === undefined && plan.unchanged === files.length && plan.remove.length === 0;
  if (previous !== undefined && isRight) return reportOf(plan);
  const other = `Another run (process ${pid}${isHere ? "" : " on another machine or in another container"})`;
  if (isWriting)
    problems.add(
      "locked",
      `${other} is writing ${named}.`,
      `Wait until it has finished, then run resil-gen again. If that process no longer exists, delete ${name} in that directory.`,
    );
  else
    problems.add(
      "locked",
      `${other} wrote different files to ${named} at the same time.`,
      "Use a separate directory for each client. If both are the same client, run resil-gen again.",
    );
  throw new SpecError(problems.list);
}

/** Removes folders that this run created for a client that it could not write. */
async function removeMade(folder: string, first: string): Promise<void> {
  for (let at = folder; at.length >= first.length; at = dirname(at)) {
    const isRemoved = await disk.rmdir(at).then(
      () => true,
      () => false,
    );
    if (!isRemoved) return;
  }
}
