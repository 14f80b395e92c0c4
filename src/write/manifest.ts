import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ImportExtension } from "../config/types.js";
import { hash, hashFile } from "../hash.js";
import { looseText, withoutFormatting } from "./loose-text.js";

export const manifestName = "resil-gen.json";

/** What the generator remembers of its last run in a folder. */
export interface Manifest {
  readonly version: string;
  /** How import specifiers end; version 0.1.0 did not say so. */
  readonly importExtension?: ImportExtension;
  /** Of the document and of every file that it refers to, relative to the document's folder. */
  readonly inputs: Readonly<Record<string, string>>;
  /** Of everything else that decides the output. */
  readonly options: string;
  readonly files: Readonly<Record<string, FileHash>>;
  /** Present while files are being replaced: what they were before, should that be cut short. */
  readonly replaced?: Readonly<Record<string, FileHash>>;
}

/** A file's hash: the first half stands for its bytes, the second for its text without what tools change. */
export type FileHash = string;

const halfLength = 16;

export function fileHash(text: string): FileHash {
  return half(text) + half(looseText(text));
}

function half(content: string | Uint8Array): string {
  return hash(content).slice(0, halfLength);
}

/** Whether a hash is that of these very bytes. */
export function isExactly(content: string | Uint8Array, known: FileHash | undefined): boolean {
  return known?.startsWith(half(content)) === true;
}

/** Whether a file is the one that was hashed, as a formatter, a linter, or git may have left it. */
export function isSame(content: Uint8Array, known: FileHash | undefined): boolean {
  if (known === undefined) return false;
  if (isExactly(content, known)) return true;
  const text = Buffer.from(content).toString("utf8");
  const loose = known.slice(halfLength);
  return loose === half(looseText(text)) || loose === half(withoutFormatting(text));
}

/** The same of a file on the disk; most are just as they were. */
export function isFileSame(path: string, known: FileHash): boolean {
  try {
    return known.startsWith(hashFile(path).slice(0, halfLength)) || isSame(readFileSync(path), known);
  } catch {
    return false;
  }
}

/** The manifest of a folder; `undefined` where there is none that can be read. */
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

/** As any version wrote it: 0.1.0 had two whole hashes per file. */
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

/** What is no longer generated is removed: a manifest that somebody changed must not name a file elsewhere. */
function isInside(path: string): boolean {
  return !/^[/\\]|\\|:/.test(path) && !path.split("/").includes("..");
}

export function printManifest(manifest: Manifest): string {
  return `${JSON.stringify(manifest, null, 2)}\n`;
}
