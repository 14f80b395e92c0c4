import type { Command } from "commander";
import { UsageError } from "../diagnostics/index.js";
import { askedDocument } from "./clients.js";
import { type CommandContext, type CommonFlags, commonOptions, specHelp } from "./common.js";
import { print } from "./output.js";
import { pageDate, writePage } from "./page-file.js";

interface Flags extends CommonFlags {
  readonly output: string;
}

const examples = `
Examples:
  $ resil-gen report openapi.yaml                    writes resil-gen.report.html
  $ resil-gen report openapi.yaml -o docs/resilience.html
  $ resil-gen report openapi.yaml -o - > page.html`;

/** `resil-gen report [spec]`: what the client does, for people who do not read code. */
export function reportCommand(program: Command, context: CommandContext): void {
  const command = program
    .command("report")
    .helpGroup("Understand:")
    .description("Write an HTML report of all operations that you can share with your team")
    .argument("[spec]", specHelp)
    .option("-o, --output <file>", "file to write; - is standard output", "resil-gen.report.html");
  commonOptions(command)
    .addHelpText("after", examples)
    .action(async (spec: string | undefined, flags: Flags) => {
      if (flags.json && flags.output === "-")
        throw new UsageError("--json and -o - both print to standard output. Pass -o <file>.");
      const { inspect } = await import("../inspect.js");
      const { factsOf } = await import("../explain/index.js");
      const { reportPage } = await import("../report/index.js");
      const facts = factsOf(await inspect(await askedDocument(spec, flags)));
      await writePage(flags.output, reportPage(facts, { output: flags.output, date: pageDate() }), flags);
      if (flags.json) print(`${JSON.stringify({ written: flags.output, operations: facts.operations.length })}\n`);
      context.exit(0);
    });
}
