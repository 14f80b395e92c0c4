import { parse, resolve } from "node:path";
import type { ClientConfig } from "./config/types.js";
import { UsageError } from "./diagnostics/index.js";
import { presetNames } from "./policies/presets.js";

const choices = { preset: presetNames, runtime: ["copy", "package"], importExtension: ["js", "ts", "none"] } as const;

/**
 * Refuses options that TypeScript would have refused, and names that are empty: those of a variable that is not set.
 *
 * @throws UsageError
 */
export function checkOptions(options: Partial<ClientConfig>, names: readonly ("input" | "output")[]): void {
  for (const name of names) {
    const value: unknown = options[name];
    if (typeof value !== "string" || value === "") throw new UsageError(`${whatIs[name]} must be named`);
  }
  const { output } = options;
  if (names.includes("output") && output !== undefined && parse(resolve(output)).root === resolve(output))
    throw new UsageError("the client's folder cannot be the root of the file system: name a folder of its own");
  for (const [name, known] of Object.entries(choices)) {
    const value: unknown = options[name as keyof typeof choices];
    if (value !== undefined && !(known as readonly unknown[]).includes(value))
      throw new UsageError(`${name} must be one of ${known.join(", ")}`);
  }
}

const whatIs = { input: "the OpenAPI document", output: "the folder of the client" };
