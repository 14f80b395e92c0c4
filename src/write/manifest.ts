import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ImportExtension } from "../config/types.js";
import { hash, hashFile } from "../hash.js";
import { looseText, withoutFormatting } from "./loose-text.js";

export const manifestName = "resil-gen.json";

/** What the generator records about its last run in a folder. */
export interface Manifest {
  readonly version: string;
  /** Extension of import specifiers; not recorded by version 0.1.0. */
  readonly importExtension?: ImportExtension;
  /** Hashes of the document and of every file that it refers to, relative to the document's folder. */
  readonly inputs: Readonly<Record<string, string>>;
  /** A hash of everything else that determines the output. */
  readonly options: string;
  readonly files: Readonly<Record<string, FileHash>>;
  /** Present while files are being replaced: their earlier hashes, in case the run is killed. */
  readonly replaced?: Readonly<Record<string, FileHash>>;
}

/** A file's hash: the first half covers its bytes, the second its text without what formatters and git change. */
export type FileHash = string;

const halfLength = 16;

export function fileHash(text: string): FileHash {
  return half(text) + half(looseText(text));
}

function half(content: string | Uint8Array): string {
  return hash(content).slice(0, halfLength);
}

/** Whether a hash is that of exactly these bytes. */
export function isExactly(content: string | Uint8Array, known: FileHash | undefined): boolean {
  return known?.startsWith(half(content)) === true;
}

/** Whether a file is the one that was hashed, possibly reformatted by a formatter, a linter, or git. */
export function isSame(content: Uint8Array, known: FileHash | undefined): boolean {
  if (known === undefined) return false;
  if (isExactly(content, known)) return true;
  const text = Buffer.from(content).toString("utf8");
  const loose = known.slice(halfLength);
  return loose === half(looseText(text)) || loose === half(withoutFormatting(text));
}

/** The same for a file on disk. Most files are unchanged, so bytes are compared first. */
export function isFileSame(path: string, known: FileHash): boolean {
  try {
    return known.startsWith(hashFile(path).slice(0, halfLength)) || isSame(readFileSync(path), known);
  } catch {
    return false;
  }
}

/** The manifest of a folder; `undefined` if there is none or it can't be read. */
export function readManifest(folder: string): Manifest | undefined {
  try {
    const written = JSON.parse(readFileSync(join(folder, manifestName), "utf8")) as WrittenManifest;
    if (typeof written.inputs !== "object" || typeof written.files !== "object") return undefined;
    const { files, replaced, ...rest } = written;
    if (![files, replaced ?? {}].flatMap(Object.keys).every(isInside)) return undefined;
    return { ...rest, files: hashesIn(files), ...(replaced === undefined ? {} : { replaced: hashesIn(replaced) }) };
  } catch {
    return undefined;
  }
}

/** As written by any version: 0.1.0 had two full hashes per file. */
interface WrittenManifest extends Omit<Manifest, "files" | "replaced"> {
  readonly files: Readonly<Record<string, WrittenHash>>;
  readonly replaced?: Readonly<Record<string, WrittenHash>>;
}
type WrittenHash = FileHash | { readonly exact: string; readonly loose: string };

function hashesIn(written: Readonly<Record<string, WrittenHash>>): Record<string, FileHash> {
  return Object.fromEntries(Object.entries(written).map(([path, value]) => [path, hashIn(value)]));
}

function hashIn(written: WrittenHash): FileHash {
  if (typeof written === "string") return written;
  return written.exact.slice(0, halfLength) + written.loose.slice(0, halfLength);
}

/** Files that are no longer generated are deleted: a tampered manifest must not name a file elsewhere. */
function isInside(path: string): boolean {
  return !/^[/\\]|\\|:/.test(path) && !path.split("/").includes("..");
}

export function printManifest(manifest: Manifest): string {
  return `${JSON.stringify(manifest, null, 2)}\n`;
}
