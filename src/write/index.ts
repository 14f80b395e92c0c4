import { existsSync } from "node:fs";
import { dirname, join, parse, resolve } from "node:path";
import { Problems, SpecError } from "../diagnostics/index.js";
import type { EmittedFile } from "../emit/index.js";
import { carryOut } from "./carry-out.js";
import { differencesOf } from "./differences.js";
import { codeOf, disk } from "./disk.js";
import { diskFault } from "./disk-fault.js";
import { isWithin } from "./links.js";
import { abandonedFolders, type Lock, type LockClock, lockFolder, type OtherWriter } from "./lock.js";
import { fileHash, type Manifest, manifestName, readManifest } from "./manifest.js";
import { planWrite, type WritePlan } from "./plan.js";

export { type Manifest, readManifest } from "./manifest.js";
export { isAsLeft, isUpToDate } from "./up-to-date.js";

export interface WriteOptions {
  readonly folder: string;
  /** Overwrite what was edited by hand. */
  readonly force: boolean;
  /** Compare only. */
  readonly check: boolean;
  readonly manifest: Pick<Manifest, "version" | "inputs" | "options" | "importExtension">;
  /** What a lock waits by. @default the system's clock */
  readonly clock?: LockClock;
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
 * @throws SpecError when files of others or edits stand in the way, another run is writing, or the disk refuses.
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
    return await (options.check ? compare(files, folder, options, problems) : bring(files, folder, options, problems));
  } catch (cause) {
    const reason = diskFault(cause);
    if (reason === undefined) throw cause;
    problems.add(
      "unwritable",
      `${options.folder} cannot be written: ${reason}`,
      "Fix the cause, or give another folder with -o.",
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
  problems.add("notOurs", `${name} is ${what}`, "Name a folder of the client's own with -o.");
  throw new SpecError(problems.list);
}

/** Takes no lock: a folder that is being written is out of date as well. */
async function compare(
  files: readonly EmittedFile[],
  folder: string,
  { force }: WriteOptions,
  problems: Problems,
): Promise<WriteReport> {
  const previous = readManifest(folder);
  const plan = await planWrite(files, folder, previous, force, problems);
  if (problems.count("error") > 0) throw new SpecError(problems.list);
  const abandoned = await abandonedFolders(folder);
  const unfinished = previous?.replaced === undefined ? [] : [manifestName];
  return {
    written: [...plan.write.map(({ path }) => path), ...unfinished],
    removed: [...plan.remove.map(({ path }) => path), ...abandoned],
    unchanged: plan.unchanged,
    differences: await differencesOf(plan, { unfinished, abandoned }),
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
      // Who stood in the way may have given up, or have been killed.
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
  // Read again: until now another run may have written.
  const previous = readManifest(folder);
  const plan = await planWrite(files, folder, previous, force, problems);
  if (problems.count("error") > 0) throw new SpecError(problems.list);
  const hashes = Object.fromEntries(files.map(({ path, text }) => [path, fileHash(text)]));
  try {
    await carryOut(plan, folder, lock.staging, { ...manifest, files: hashes });
  } catch (cause) {
    if (codeOf(cause) !== "ENOENT" || existsSync(lock.staging)) throw cause;
    problems.add("locked", `another run took over ${folder} while this one stood still`, "Run resil-gen again.");
    throw new SpecError(problems.list);
  }
  return { ...reportOf(plan), differences: "" };
}

function reportOf({ write: written, remove, unchanged }: WritePlan): Omit<WriteReport, "differences"> {
  return { written: written.map(({ path }) => path), removed: remove.map(({ path }) => path), unchanged };
}

/**
 * Another run writes the folder, or did so while this one waited. If it wrote the same, all is done; to write over it
 * would leave whoever came last.
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
  if (previous !== undefined && isRight) return { ...reportOf(plan), differences: "" };
  const other = `another run (process ${pid}${isHere ? "" : " of another machine or container"})`;
  if (isWriting)
    problems.add(
      "locked",
      `${other} is writing ${named}`,
      `Wait until it has ended and run resil-gen again. If that process is gone, delete ${name} in that folder.`,
    );
  else
    problems.add(
      "locked",
      `${other} wrote other files into ${named} at the same time`,
      "Give each client a folder of its own. If both are the same client, run resil-gen again.",
    );
  throw new SpecError(problems.list);
}

/** Folders that this run made for the client, for nothing. */
async function removeMade(folder: string, first: string): Promise<void> {
  for (let at = folder; at.length >= first.length; at = dirname(at)) {
    const isRemoved = await disk.rmdir(at).then(
      () => true,
      () => false,
    );
    if (!isRemoved) return;
  }
}
