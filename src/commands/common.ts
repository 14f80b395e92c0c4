import { type Command, Option } from "commander";
import type { ClientConfig } from "../config/types.js";
import { type PresetName, presetNames } from "../policies/presets.js";

/** What a command gets from the command line as a whole. */
export interface CommandContext {
  /** Whether output may have colours. */
  readonly color: boolean;
  /** Sets the exit code. */
  exit(code: number): void;
}

/** Flags of every command that reads a document. */
export interface CommonFlags {
  readonly preset?: PresetName;
  readonly overlay: readonly string[];
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  /** A file; `false`: none, not even one that stands in the working directory. */
  readonly config?: string | boolean | undefined;
  readonly allowExternalRefs?: boolean;
  readonly strict?: boolean;
  readonly quiet?: boolean;
  readonly json?: boolean;
}

/** Adds the options of every command that reads a document. */
export function commonOptions(command: Command): Command {
  return command
    .addOption(new Option("--preset <name>", "policies of operations that say nothing").choices(presetNames))
    .addOption(repeatable("--overlay <file>", "OpenAPI Overlay to apply; may be given several times", "none"))
    .option("--config <file>", "configuration file (default: resil-gen.config.* in the working directory)")
    .option("--no-config", "read no configuration file")
    .addOption(repeatable("--include <what>", `only these operations: ${addresses}; may be given several times`, "all"))
    .addOption(repeatable("--exclude <what>", "not these operations; may be given several times", "none"))
    .option("--allow-external-refs", "follow $refs out of the document's folder and to other hosts")
    .option("--strict", "treat warnings as errors")
    .option("--quiet", "print nothing but errors")
    .option("--json", "print the result as JSON on standard output");
}

const addresses = "id, 'GET /path', tag, or path with * and **";

function repeatable(flags: string, description: string, byDefault: string): Option {
  const collect = (value: string, values: readonly string[]): string[] => [...values, value];
  return new Option(flags, description).argParser(collect).default([], byDefault);
}

/** The options that common flags stand for, as far as they were given. */
export function givenOptions({
  preset,
  overlay,
  include,
  exclude,
  allowExternalRefs,
  strict,
}: CommonFlags): Partial<ClientConfig> {
  return {
    ...(preset === undefined ? {} : { preset }),
    ...(overlay.length === 0 ? {} : { overlays: overlay }),
    ...(include.length === 0 ? {} : { include }),
    ...(exclude.length === 0 ? {} : { exclude }),
    ...(allowExternalRefs === undefined ? {} : { allowExternalRefs }),
    ...(strict === undefined ? {} : { strict }),
  };
}

/** Whether what is written to a stream may have colours (https://no-color.org, https://force-color.org). */
export function hasColor({ isTTY }: { readonly isTTY?: boolean }): boolean {
  const { NO_COLOR, FORCE_COLOR, TERM } = process.env;
  if (NO_COLOR) return false;
  if (FORCE_COLOR) return FORCE_COLOR !== "0" && FORCE_COLOR !== "false";
  return isTTY === true && TERM !== "dumb";
}
