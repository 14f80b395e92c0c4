import { existsSync } from "node:fs";
import type { Command } from "commander";
import { Problems, SpecError } from "../diagnostics/index.js";
import { prepare, readSources } from "../prepare.js";
import { askedDocument } from "./clients.js";
import { type CommandContext, type CommonFlags, commonOptions, specHelp } from "./common.js";
import { print } from "./output.js";
import { writeOutput } from "./page-file.js";

interface Flags extends CommonFlags {
  readonly output: string;
  readonly force?: boolean;
}

const usualName = "resil-gen.overlay.yaml";

const examples = `
Examples:
  $ resil-gen init openapi.yaml                      writes resil-gen.overlay.yaml
  $ resil-gen init openapi.yaml -o policies.yaml --force
  $ resil-gen openapi.yaml -o client/ --overlay resil-gen.overlay.yaml`;

/** `resil-gen init [spec]`: an overlay to start from. */
export function initCommand(program: Command, context: CommandContext): void {
  const command = program
    .command("init")
    .helpGroup("Generate:")
    .description("Create an overlay to configure policies in, with an entry per class of operations")
    .argument("[spec]", specHelp)
    .optionsGroup("Output:")
    .option("-o, --output <file>", "overlay to write; - is standard output", usualName)
    .option("--force", "overwrite an existing file");
  commonOptions(command)
    .addHelpText("after", examples)
    .action(async (spec: string | undefined, flags: Flags) => context.exit(await run(spec, flags)));
}

async function run(spec: string | undefined, flags: Flags): Promise<number> {
  const { output, force = false, json = false, quiet = false } = flags;
  const client = await askedDocument(spec, flags);
  const problems = new Problems();
  if (output !== "-" && existsSync(output) && !force) {
    problems.add("notOurs", `${output} already exists.`, "Overwrite it with --force, or pass another name with -o.");
    throw new SpecError(problems.list);
  }
  const { overlayText } = await import("../init/overlay.js");
  const prepared = await prepare(await readSources(client, problems), client, problems);
  if (problems.count("error") > 0 || (client.strict && problems.count("warning") > 0))
    throw new SpecError(problems.list);
  await writeOutput(output, overlayText(prepared, client.input, output === "-" ? usualName : output));
  if (output === "-") return 0;
  if (json) print(`${JSON.stringify({ ok: true, output }, null, 2)}\n`);
  else if (!quiet) process.stderr.write(`✔ Created ${output}. Edit it, then pass it with --overlay ${output}\n`);
  return 0;
}
