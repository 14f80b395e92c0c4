import { existsSync } from "node:fs";
import { join } from "node:path";
import { UsageError } from "../diagnostics/index.js";

const extensions = ["ts", "mts", "js", "mjs", "json", "yaml", "yml"];

/** The configuration file of a folder, if there is one. With two of them it would be unclear which one applies. */
export function findConfig(folder: string): string | undefined {
  const names = extensions.map((extension) => `resil-gen.config.${extension}`);
  const [found, other] = names.filter((name) => existsSync(join(folder, name)));
  if (other !== undefined)
    throw new UsageError(`Found both ${found} and ${other}. Remove one of them, or pass one with --config.`);
  return found;
}
