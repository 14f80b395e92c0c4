import { existsSync } from "node:fs";
import { join } from "node:path";
import { UsageError } from "../diagnostics/index.js";

const extensions = ["ts", "mts", "js", "mjs", "json", "yaml", "yml"];

/** The configuration file of a folder, if there is one. Two would leave open which of them holds. */
export function findConfig(folder: string): string | undefined {
  const names = extensions.map((extension) => `resil-gen.config.${extension}`);
  const [found, other] = names.filter((name) => existsSync(join(folder, name)));
  if (other !== undefined)
    throw new UsageError(`there are ${found} and ${other}: remove one, or name it with --config`);
  return found;
}
