import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";

/** Begins the name of the folder in which a run writes files before it moves them; its process's number follows. */
export const stagingPrefix = ".resil-gen-";

/** Removes what runs left behind that were killed while they wrote. */
export async function removeAbandoned(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const [, pid] = /^\.resil-gen-(\d+)-/.exec(name) ?? [];
    if (pid !== undefined && !isRunning(Number(pid))) await rm(join(folder, name), { recursive: true, force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (cause) {
    // It is there and belongs to somebody else.
    return (cause as NodeJS.ErrnoException).code === "EPERM";
  }
}
