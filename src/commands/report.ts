import { writeFile } from "node:fs/promises";
import type { Command } from "commander";
import { UsageError } from "../diagnostics/index.js";
import { type CommandContext, type CommonFlags, commonOptions, inspectOptions } from "./common.js";

interface Flags extends CommonFlags {
  readonly output: string;
}

const examples = `
Examples:
  $ resil-gen report openapi.yaml -o report.html
  $ resil-gen report openapi.yaml -o -               to standard output`;

/** `resil-gen report <spec> -o report.html`: what the client does, for people who do not read code. */
export function reportCommand(program: Command, context: CommandContext): void {
  const command = program
    .command("report")
    .description("write a page that shows what the client does on its own, for everybody to read")
    .argument("<spec>", "OpenAPI document: a file, an http(s) URL, or - for standard input")
    .requiredOption("-o, --output <file>", "the page; - for standard output");
  commonOptions(command)
    .addHelpText("after", examples)
    .action(async (spec: string, flags: Flags) => {
      const { inspect } = await import("../inspect.js");
      const { factsOf } = await import("../explain/index.js");
      const { reportPage } = await import("../report/index.js");
      const page = reportPage(factsOf(await inspect(inspectOptions(spec, flags))));
      await writePage(flags.output, page, flags.json === true);
      context.exit(0);
    });
}

/** Writes a page where the user wants it, and says so. */
export async function writePage(output: string, page: string, isJson: boolean): Promise<void> {
  if (output === "-") {
    process.stdout.write(page);
    return;
  }
  await writeFile(output, page).catch((cause: NodeJS.ErrnoException) => {
    throw new UsageError(`'${output}' cannot be written: ${cause.code ?? cause.message}`);
  });
  if (isJson) process.stdout.write(`${JSON.stringify({ written: [output], bytes: Buffer.byteLength(page) })}\n`);
  else process.stderr.write(`✔ ${output} (${Math.ceil(Buffer.byteLength(page) / 1_000)} kB)\n`);
}
