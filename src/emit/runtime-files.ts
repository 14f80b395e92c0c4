import { readFileSync } from "node:fs";
import { packageFile } from "../package-file.js";
import { type EmitSettings, type EmittedFile, withExtension } from "./source-file.js";

/** We check the runtime, under stricter flags than a project's and with both compilers, before it is published. */
const unchecked = "// @ts-nocheck\n";

/** The runtime's files that a client needs, one per floor, the same bytes under the header. */
export function runtimeFiles({ header, importExtension }: EmitSettings, withMocks: boolean): EmittedFile[] {
  const texts = JSON.parse(readFileSync(packageFile("dist/runtime-files.json"), "utf8")) as Record<string, string>;
  const needed = Object.entries(texts).filter(([path]) => withMocks || path !== "mocks.ts");
  return needed.map(([path, text]) => ({
    path: `runtime/${path}`,
    text:
      header +
      unchecked +
      text.replace(/(?<=from ")(\.{1,2}\/[^"]*)\.js(?=")/g, (_, path: string) => withExtension(path, importExtension)),
  }));
}
