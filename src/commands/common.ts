import { type Command, Option } from "commander";
import type { InspectOptions } from "../inspect.js";
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
  readonly allowExternalRefs?: true;
  readonly json?: true;
}

/** Adds the options of every command that reads a document. */
export function commonOptions(command: Command): Command {
  const collect = (file: string, files: readonly string[]): string[] => [...files, file];
  return command
    .addOption(new Option("--preset <name>", "policies of operations that say nothing").choices(presetNames))
    .option("--overlay <file>", "OpenAPI Overlay to apply; may be given several times", collect, [])
    .option("--allow-external-refs", "follow $refs out of the document's folder and to other hosts")
    .option("--json", "print the result as JSON");
}

/** What the flags say about reading a document. */
export function inspectOptions(input: string, { preset, overlay, allowExternalRefs }: CommonFlags): InspectOptions {
  return { input, preset, overlays: overlay, allowExternalRefs };
}

/** Whether what is written to a stream may have colours (https://no-color.org). */
export function hasColor({ isTTY }: { readonly isTTY?: boolean }): boolean {
  return isTTY === true && !process.env["NO_COLOR"];
}
