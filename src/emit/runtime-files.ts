import { readFileSync } from "node:fs";
import { packageFile } from "../package-file.js";
import type { EmitSettings, EmittedFile } from "./source-file.js";

/** The runtime's files that a client needs, the same bytes under the header. */
export function runtimeFiles({ header, importExtension }: EmitSettings, withMocks: boolean): EmittedFile[] {
  const texts = JSON.parse(readFileSync(packageFile("dist/runtime-files.json"), "utf8")) as Record<string, string>;
  const needed = Object.entries(texts).filter(([path]) => withMocks || !path.startsWith("mocks/"));
  return needed.map(([path, text]) => ({
    path: `runtime/${path}`,
    text: header + (importExtension === "js" ? text : text.replace(/(from "\.{1,2}\/[^"]*)\.js"/g, '$1.ts"')),
  }));
}
