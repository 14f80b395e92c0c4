import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { hash, isSame, type Manifest } from "./manifest.js";

/** What decides whether anything has to be done. */
export interface RunIdentity {
  readonly version: string;
  readonly options: string;
  /** The document: where it lies, and its bytes. */
  readonly url: string;
  readonly bytes: Uint8Array;
}

/** Whether the last run did the same: same generator, options and inputs, and its files still stand as it left them. */
export async function isUpToDate(folder: string, manifest: Manifest | undefined, run: RunIdentity): Promise<boolean> {
  if (manifest === undefined || manifest.replaced !== undefined) return false;
  if (manifest.version !== run.version || manifest.options !== run.options) return false;
  const [root, ...others] = Object.entries(manifest.inputs);
  if (root === undefined || root[1] !== hash(run.bytes)) return false;
  if (others.length > 0 && !run.url.startsWith("file:")) return false;
  const isInputSame = async ([name, known]: [string, string]): Promise<boolean> => {
    const bytes = await readFile(new URL(name, run.url)).catch(() => undefined);
    return bytes !== undefined && hash(bytes) === known;
  };
  const isFileSame = async ([path, hashes]: [string, Manifest["files"][string]]): Promise<boolean> => {
    const bytes = await readFile(join(folder, path)).catch(() => undefined);
    return bytes !== undefined && isSame(bytes, hashes);
  };
  const checks = [...others.map(isInputSame), ...Object.entries(manifest.files).map(isFileSame)];
  return (await Promise.all(checks)).every((same) => same);
}
