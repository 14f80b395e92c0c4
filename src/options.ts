import { parse, resolve } from "node:path";
import type { ClientConfig } from "./config/types.js";
import { UsageError } from "./diagnostics/index.js";
import { presetNames } from "./policies/presets.js";

const choices = { preset: presetNames, runtime: ["copy", "package"], importExtension: ["js", "ts", "none"] } as const;

/**
 * Rejects options that TypeScript would reject, and empty names: an environment variable that is not set, for example.
 *
 * @throws UsageError
 */
export function checkOptions(options: Partial<ClientConfig>, names: readonly ("input" | "output")[]): void {
  for (const name of names) {
    const value: unknown = options[name];
    if (typeof value !== "string" || value === "") throw new UsageError(`Missing ${whatIs[name]}: '${name}' is empty.`);
  }
  const { output } = options;
  if (names.includes("output") && output !== undefined && parse(resolve(output)).root === resolve(output))
    throw new UsageError(
      "The output directory can't be the root of the file system. Pass a directory for the client alone.",
    );
  for (const [name, known] of Object.entries(choices)) {
    const value: unknown = options[name as keyof typeof choices];
    if (value !== undefined && !(known as readonly unknown[]).includes(value))
      throw new UsageError(`'${name}' must be one of ${known.join(", ")} (was ${JSON.stringify(value)}).`);
  }
}

const whatIs = { input: "OpenAPI document", output: "output directory" };
