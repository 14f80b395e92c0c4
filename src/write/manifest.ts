import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ImportExtension } from "../config/types.js";
import { hash, hashFile } from "../hash.js";

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
  readonly files: Readonly<Record<string, FileHashes>>;
  /** Present while files are being replaced: what they were before, should that be cut short. */
  readonly replaced?: Readonly<Record<string, FileHashes>>;
}

/** A file's bytes, and its text without what formatters and git change. */
export interface FileHashes {
  readonly exact: string;
  readonly loose: string;
}

export function hashesOf(text: string): FileHashes {
  return { exact: hash(text), loose: looseHash(text) };
}

/** White space, quotes and what escapes them, semicolons, commas, parentheses, the `|` before a union's first type. */
const formatting = /[\s"'`;,()|]+|\\(?=["'`])/g;

function looseHash(text: string): string {
  return hash(text.replace(formatting, ""));
}

/** Whether a file is the one that was hashed, as a formatter or git may have left it. */
export function isSame(content: Uint8Array, hashes: FileHashes | undefined): boolean {
  if (hashes === undefined) return false;
  return hash(content) === hashes.exact || looseHash(Buffer.from(content).toString("utf8")) === hashes.loose;
}

/** The same of a file on the disk; most are just as they were. */
export function isFileSame(path: string, hashes: FileHashes): boolean {
  try {
    return hashFile(path) === hashes.exact || isSame(readFileSync(path), hashes);
  } catch {
    return false;
  }
}

/** The manifest of a folder; `undefined` where there is none that can be read. */
export function readManifest(folder: string): Manifest | undefined {
  try {
    const manifest = JSON.parse(readFileSync(join(folder, manifestName), "utf8")) as Manifest;
    if (typeof manifest.inputs !== "object" || typeof manifest.files !== "object") return undefined;
    return [manifest.files, manifest.replaced ?? {}].flatMap(Object.keys).every(isInside) ? manifest : undefined;
  } catch {
    return undefined;
  }
}

/** What is no longer generated is removed: a manifest that somebody changed must not name a file elsewhere. */
function isInside(path: string): boolean {
  return !/^[/\\]|\\|:/.test(path) && !path.split("/").includes("..");
}

export function printManifest(manifest: Manifest): string {
  return `${JSON.stringify(manifest, null, 2)}\n`;
}
