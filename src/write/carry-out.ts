import { dirname, join } from "node:path";
import { codeOf, disk } from "./disk.js";
import { type FileHash, fileHash, type Manifest, manifestName, printManifest } from "./manifest.js";
import type { PlannedFile, WritePlan } from "./plan.js";

/**
 * Carries out a plan. Everything is first written to the staging folder; a failure undoes what was done. While files are
 * moved, the manifest records them as they were and as they will be, so that the next run can repair what a killed run
 * leaves.
 */
export async function carryOut(plan: WritePlan, folder: string, staging: string, manifest: Manifest): Promise<void> {
  const moves = new Moves(folder, staging);
  const replaced = Object.fromEntries([...plan.write, ...plan.remove].flatMap(hashesBefore));
  await Promise.all([
    ...plan.write.map(({ path, text }) => moves.stage(stagedName(path), text)),
    moves.stage(during, printManifest({ ...manifest, replaced })),
    moves.stage(after, printManifest(manifest)),
  ]);
  // From here on nothing is written: a full disk no longer matters.
  try {
    await moves.place(manifestName, during);
    for (const { path } of plan.write) await moves.place(path, stagedName(path));
    for (const { path } of plan.remove) await moves.remove(path);
    for (const path of [...plan.remove.map((file) => file.path), ...plan.gone]) await moves.removeEmptyParents(path);
    await moves.replace(manifestName, after);
  } catch (cause) {
    await moves.undo();
    throw cause;
  }
}

const during = "during.json";
const after = "after.json";
const stagedName = (path: string): string => `new/${path}`;

/** The hash of what was at a path, for the next run to recognize. Links are not recorded. */
function hashesBefore({ path, before }: PlannedFile): [string, FileHash][] {
  if (before === undefined || before === "link") return [];
  return [[path, fileHash(Buffer.from(before).toString("utf8"))]];
}

/** Moves files into a folder and out of it, and can undo that. */
class Moves {
  private readonly folder: string;
  private readonly staging: string;
  private readonly done: (() => Promise<unknown>)[] = [];

  constructor(folder: string, staging: string) {
    this.folder = folder;
    this.staging = staging;
  }

  /** Writes a file to the staging folder. */
  async stage(name: string, text: string): Promise<void> {
    const staged = join(this.staging, name);
    await disk.mkdir(dirname(staged), { recursive: true });
    await disk.writeFile(staged, text);
  }

  /** Moves a staged file into place; the file is never missing in between. */
  async place(path: string, name: string): Promise<void> {
    const target = join(this.folder, path);
    if (dirname(path) !== ".") await this.makeFolder(dirname(target));
    const kept = await this.keep(target);
    await disk.rename(join(this.staging, name), target);
    this.done.push(() => (kept === undefined ? disk.rm(target, { force: true }) : disk.rename(kept, target)));
  }

  /** Moves a staged file over one that was placed before: undoing that undoes this as well. */
  async replace(path: string, name: string): Promise<void> {
    await disk.rename(join(this.staging, name), join(this.folder, path));
  }

  async remove(path: string): Promise<void> {
    const target = join(this.folder, path);
    const kept = this.spare();
    await disk.rename(target, kept);
    this.done.push(() => disk.rename(kept, target));
  }

  /** Removes folders that a removed file has left empty. */
  async removeEmptyParents(path: string): Promise<void> {
    for (let parent = dirname(path); parent !== "."; parent = dirname(parent)) {
      const folder = join(this.folder, parent);
      try {
        await disk.rmdir(folder);
      } catch (cause) {
        // Not empty, already gone, or not a folder of ours: nothing to do.
        if (/^(ENOTEMPTY|EEXIST|ENOTDIR|EPERM)$/.test(codeOf(cause) ?? "")) return;
        if (codeOf(cause) !== "ENOENT") throw cause;
        continue;
      }
      this.done.push(() => disk.mkdir(folder, { recursive: true }));
    }
  }

  /** Undoes everything, as far as the disk allows. The manifest, which was moved first, is restored last. */
  async undo(): Promise<void> {
    for (const step of this.done.reverse()) await step().catch(() => {});
  }

  private spare(): string {
    return join(this.staging, `old-${this.done.length}`);
  }

  private async makeFolder(folder: string): Promise<void> {
    const first = await disk.mkdir(folder, { recursive: true });
    if (first === undefined) return;
    const made: string[] = [];
    for (let at = folder; at.length >= first.length; at = dirname(at)) made.unshift(at);
    for (const at of made) this.done.push(() => disk.rmdir(at));
  }

  /** A hard link to what is at a path, or a copy if the file system has no hard links. */
  private async keep(target: string): Promise<string | undefined> {
    const kept = this.spare();
    try {
      await disk.link(target, kept);
      return kept;
    } catch (cause) {
      if (codeOf(cause) === "ENOENT") return undefined;
      await disk.copyFile(target, kept);
      return kept;
    }
  }
}
