import { dirname, isAbsolute, join, relative, sep } from "node:path";
import { codeOf, disk } from "./disk.js";

/** Parent folders of these files that are symbolic links out of the output folder, or dangling ones. */
export async function linksOutOf(folder: string, paths: readonly string[]): Promise<string[]> {
  const parents = new Set<string>();
  for (const path of paths) for (let at = dirname(path); at !== "."; at = dirname(at)) parents.add(at);
  const found: string[] = [];
  for (const parent of [...parents].sort()) {
    if (await leadsOut(folder, parent)) found.push(parent);
  }
  return found;
}

async function leadsOut(folder: string, path: string): Promise<boolean> {
  try {
    if (!(await disk.lstat(join(folder, path))).isSymbolicLink()) return false;
    return !isWithin(await disk.realpath(join(folder, path)), await disk.realpath(folder));
  } catch (cause) {
    const code = codeOf(cause);
    // Not there yet, or a file in the place of a folder, which is reported later. A dangling link is a link.
    if (code === "ENOTDIR") return false;
    if (code === "ENOENT") return isLink(join(folder, path));
    throw cause;
  }
}

async function isLink(path: string): Promise<boolean> {
  try {
    return (await disk.lstat(path)).isSymbolicLink();
  } catch {
    return false;
  }
}

/** Whether a path is inside a folder. */
export function isWithin(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way !== "" && way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}
