import { readFileSync } from "node:fs";
import { packageFile } from "../package-file.js";
import type { EmitSettings, EmittedFile } from "./source-file.js";

/**
 * A project's compiler need not check what was checked where it was written, and half of its time on a small client
 * would go there. Who imports ky is checked all the same: it says when ky or the platform's types are missing.
 */
const unchecked = "// @ts-nocheck\n";

/** The runtime's files that a client needs, the same bytes under the header. */
export function runtimeFiles({ header, importExtension }: EmitSettings, withMocks: boolean): EmittedFile[] {
  const texts = JSON.parse(readFileSync(packageFile("dist/runtime-files.json"), "utf8")) as Record<string, string>;
  const needed = Object.entries(texts).filter(([path]) => withMocks || !path.startsWith("mocks/"));
  return needed.map(([path, text]) => ({
    path: `runtime/${path}`,
    text:
      header +
      (text.includes('from "ky"') ? "" : unchecked) +
      (importExtension === "js" ? text : text.replace(/(from "\.{1,2}\/[^"]*)\.js"/g, '$1.ts"')),
  }));
}
