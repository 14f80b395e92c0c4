import type { ImportExtension } from "../config/types.js";
import { runtimeTexts, type UsedNames } from "./runtime-parts.js";
import { type EmittedFile, header, withExtension } from "./source-file.js";

/** We check the runtime, under stricter flags than a project's and with both compilers, before it is published. */
const unchecked = "// @ts-nocheck\n";

/** The runtime of one client: what it uses, one file per floor. */
export function ownRuntime(importExtension: ImportExtension, used: UsedNames): EmittedFile[] {
  return runtimeFiles(importExtension, used).map(({ path, text }) => ({ path: `runtime/${path}`, text }));
}

/** The whole runtime, for clients of which each may need another part. Paths are relative to its folder. */
export function sharedRuntime(importExtension: ImportExtension): EmittedFile[] {
  return runtimeFiles(importExtension);
}

function runtimeFiles(importExtension: ImportExtension, used?: UsedNames): EmittedFile[] {
  return [...runtimeTexts(used)].map(([path, text]) => ({
    path,
    text:
      header +
      unchecked +
      text.replace(/(?<=from ")(\.{1,2}\/[^"]*)\.js(?=")/g, (_, path: string) => withExtension(path, importExtension)),
  }));
}
