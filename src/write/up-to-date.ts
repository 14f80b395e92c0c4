import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { hashFile } from "../hash.js";
import { hasWriter } from "./lock.js";
import { isFileSame, type Manifest } from "./manifest.js";

/** What determines whether anything has to be done. */
export interface RunIdentity {
  readonly version: string;
  readonly options: string;
  /** The document: where it is, and the hash of its bytes. */
  readonly url: string;
  readonly hash: string;
}

/** Whether the last run had the same generator, options, and inputs, and its files are still as it left them. */
export function isUpToDate(folder: string, manifest: Manifest | undefined, run: RunIdentity): boolean {
  const [root, ...others] = Object.entries(manifest?.inputs ?? {});
  if (root === undefined || root[1] !== run.hash) return false;
  return others.every(([name, known]) => isInputSame(new URL(name, run.url), known)) && isAsLeft(folder, manifest, run);
}

/** Whether a folder stands as the last run left it, which was of the same generator and had the same options. */
export function isAsLeft(
  folder: string,
  manifest: Manifest | undefined,
  { version, options }: Pick<RunIdentity, "version" | "options">,
): boolean {
  if (manifest === undefined || manifest.replaced !== undefined) return false;
  // Another run is writing, or was killed and left something behind.
  if (hasWriter(folder)) return false;
  if (manifest.version !== version || manifest.options !== options) return false;
  return Object.entries(manifest.files).every(([path, hashes]) => isFileSame(join(folder, path), hashes));
}

/** Inputs that are not on this disk count as changed: they would have to be fetched. */
function isInputSame(url: URL, known: string): boolean {
  try {
    return url.protocol === "file:" && hashFile(fileURLToPath(url)) === known;
  } catch {
    return false;
  }
}
