import { parse, resolve, sep } from "node:path";
import type { ClientConfig } from "./config/types.js";
import { UsageError } from "./diagnostics/index.js";
import { presetNames } from "./policies/presets.js";

const choices = {
  preset: presetNames,
  transport: ["ky", "fetch"],
  importExtension: ["js", "ts", "none"],
} as const;

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
  checkRuntime(options);
  for (const [name, known] of Object.entries(choices)) {
    const value: unknown = options[name as keyof typeof choices];
    if (value !== undefined && !(known as readonly unknown[]).includes(value))
      throw new UsageError(`'${name}' must be one of ${known.join(", ")} (was ${JSON.stringify(value)}).`);
  }
}

/** A folder has a slash in it, so that a slip in one of the words makes no folder. */
function checkRuntime({ runtime, output }: Partial<ClientConfig>): void {
  if (runtime === undefined || runtime === "copy" || runtime === "package") return;
  if (typeof runtime !== "string" || !/[/\\]/.test(runtime))
    throw new UsageError(
      "'runtime' must be copy, package, or a directory with a slash in it, such as ./shared/runtime.",
    );
  if (output === undefined) return;
  const [shared, client] = [resolve(runtime), resolve(output)];
  if (
    parse(shared).root === shared ||
    `${client}${sep}`.startsWith(`${shared}${sep}`) ||
    `${shared}${sep}`.startsWith(`${client}${sep}`)
  )
    throw new UsageError(`The runtime can't be shared in ${runtime}. Pass a directory next to those of the clients.`);
}

const whatIs = { input: "OpenAPI document", output: "output directory" };
