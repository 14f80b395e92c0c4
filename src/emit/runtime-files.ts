import { readFileSync } from "node:fs";
import type { ImportExtension } from "../config/types.js";
import { packageFile } from "../package-file.js";
import { type EmitSettings, type EmittedFile, header, withExtension } from "./source-file.js";

/** We check the runtime, under stricter flags than a project's and with both compilers, before it is published. */
const unchecked = "// @ts-nocheck\n";

/** The runtime's files that a client needs, one per floor, the same bytes under the header. */
export function runtimeFilesFor({ importExtension, transport }: EmitSettings, withMocks: boolean): EmittedFile[] {
  return sharedRuntime(importExtension)
    .filter(({ path }) => (withMocks || path !== "mocks.ts") && (transport === "ky" || path !== "ky.ts"))
    .map(({ path, text }) => ({ path: `runtime/${path}`, text }));
}

/** The whole runtime, for clients of which each may need another part. Paths are relative to its folder. */
export function sharedRuntime(importExtension: ImportExtension): EmittedFile[] {
  const texts = JSON.parse(readFileSync(packageFile("dist/runtime-files.json"), "utf8")) as Record<string, string>;
  return Object.entries(texts).map(([path, text]) => ({
    path,
    text:
      header +
      unchecked +
      text.replace(/(?<=from ")(\.{1,2}\/[^"]*)\.js(?=")/g, (_, path: string) => withExtension(path, importExtension)),
  }));
}
