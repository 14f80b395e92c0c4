import { type Command, Option } from "commander";
import type { ClientConfig } from "../config/types.js";
import type { Terminal } from "../diagnostics/terminal.js";
import { type PresetName, presetNames } from "../policies/presets.js";

/** What a command gets from the command line as a whole. */
export interface CommandContext {
  /** Standard output: findings, diffs, and tables. */
  readonly out: Terminal;
  /** Standard error: progress, and errors of usage. */
  readonly err: Terminal;
  /** Sets the exit code. */
  exit(code: number): void;
}

/** Flags of every command that reads a document. */
export interface CommonFlags {
  readonly preset?: PresetName;
  readonly overlay: readonly string[];
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  /** A file; `false`: none, not even the one in the working directory. */
  readonly config?: string | boolean | undefined;
  readonly allowExternalRefs?: boolean;
  readonly strict?: boolean;
  readonly quiet?: boolean;
  readonly verbose?: boolean;
  readonly json?: boolean;
}

/** How help describes the document that a command reads. */
export const specHelp =
  "OpenAPI document: a file, an http(s) URL, or - for standard input (default: from the configuration)";

/** Adds the options of every command that reads a document. */
export function commonOptions(command: Command): Command {
  command
    .optionsGroup("Document and policies:")
    .addOption(
      new Option("--preset <name>", "default policies for operations without their own x-resilience").choices(
        presetNames,
      ),
    )
    .addOption(repeatable("--overlay <file>", "apply an OpenAPI Overlay (repeatable)", "none"))
    .addOption(repeatable("--include <what>", `only these operations: ${addresses} (repeatable)`, "all"))
    .addOption(repeatable("--exclude <what>", "skip these operations (repeatable)", "none"))
    .option("--config <file>", "configuration file (default: resil-gen.config.* in the working directory)")
    .option("--no-config", "ignore the configuration file")
    .option("--allow-external-refs", "follow $refs that leave the document's folder or host")
    .optionsGroup("Messages:")
    .option("--strict", "treat warnings as errors")
    .option("--quiet", "print only errors")
    .option("--verbose", "list every problem, and print diffs in full")
    .option("--json", "print the result as JSON");
  return command.optionsGroup("Options:");
}

const addresses = "operationId, 'GET /path', tag, or path with * and **";

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
