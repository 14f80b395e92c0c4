import type { Command } from "commander";
import { UsageError } from "../diagnostics/index.js";
import { inspectOptions } from "./clients.js";
import { type CommandContext, type CommonFlags, commonOptions } from "./common.js";
import { print } from "./output.js";
import { pageDate, writePage } from "./page-file.js";

interface Flags extends CommonFlags {
  readonly output: string;
}

const examples = `
Examples:
  $ resil-gen report openapi.yaml -o report.html
  $ resil-gen report openapi.yaml > report.html`;

/** `resil-gen report <spec> -o report.html`: what the client does, for people who do not read code. */
export function reportCommand(program: Command, context: CommandContext): void {
  const command = program
    .command("report")
    .description("write a page that shows what the client does on its own, for everybody to read")
    .argument("<spec>", "OpenAPI document: a file, an http(s) URL, or - for standard input")
    .option("-o, --output <file>", "the page; - is standard output", "-");
  commonOptions(command)
    .addHelpText("after", examples)
    .action(async (spec: string, flags: Flags) => {
      if (flags.json && flags.output === "-") throw new UsageError("--json needs a file for the page: -o <file>");
      const { inspect } = await import("../inspect.js");
      const { factsOf } = await import("../explain/index.js");
      const { reportPage } = await import("../report/index.js");
      const facts = factsOf(await inspect(await inspectOptions(spec, flags)));
      await writePage(flags.output, reportPage(facts, { output: flags.output, date: pageDate() }));
      if (flags.json) print(`${JSON.stringify({ written: flags.output, operations: facts.operations.length })}\n`);
      context.exit(0);
    });
}
