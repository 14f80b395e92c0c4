import { existsSync } from "node:fs";
import type { Command } from "commander";
import { Problems, SpecError, UsageError } from "../diagnostics/index.js";
import { prepare, readSources } from "../prepare.js";
import { askedClients } from "./clients.js";
import { type CommandContext, type CommonFlags, commonOptions, givenOptions } from "./common.js";
import { expectLongRun } from "./long-run.js";
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

/** `resil-gen init [spec]`: an overlay to begin with. */
export function initCommand(program: Command, context: CommandContext): void {
  const command = program
    .command("init")
    .description("write an overlay to begin with: one entry for each class of operations")
    .argument("[spec]", "OpenAPI document (default: the configuration's)")
    .option("-o, --output <file>", "the overlay to write; - for standard output", usualName);
  commonOptions(command)
    .option("--force", "overwrite the file")
    .addHelpText("after", examples)
    .action(async (spec: string | undefined, flags: Flags) => context.exit(await run(spec, flags)));
}

async function run(spec: string | undefined, flags: Flags): Promise<number> {
  const { output, force = false, json = false, quiet = false } = flags;
  const { clients } = await askedClients(spec, flags, givenOptions(flags));
  const [first, ...others] = clients;
  if (first === undefined || others.some(({ input }) => input !== first.input))
    throw new UsageError("name one OpenAPI document");
  // Several clients of one document differ in what they take of it; the overlay is for all of it.
  const client = others.length === 0 ? first : { ...givenOptions(flags), input: first.input };
  const problems = new Problems();
  if (output !== "-" && existsSync(output) && !force) {
    problems.add("notOurs", `${output} exists already`, "Give --force to overwrite it, or another name with -o.");
    throw new SpecError(problems.list);
  }
  expectLongRun();
  const { overlayText } = await import("../init/overlay.js");
  const prepared = await prepare(await readSources(client, problems), client, problems);
  if (problems.count("error") > 0 || (client.strict && problems.count("warning") > 0))
    throw new SpecError(problems.list);
  await writeOutput(output, overlayText(prepared, client.input, output === "-" ? usualName : output));
  if (output === "-") return 0;
  if (json) print(`${JSON.stringify({ ok: true, output }, null, 2)}\n`);
  else if (!quiet) process.stderr.write(`✔ ${output}: fill it in, then give it with --overlay ${output}\n`);
  return 0;
}
