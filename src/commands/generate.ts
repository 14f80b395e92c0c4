import { type Command, Option } from "commander";
import type { GenerateOptions, GenerateReport } from "../generate.js";
import { type CommandContext, type CommonFlags, commonOptions } from "./common.js";

interface Flags extends CommonFlags {
  readonly output: string;
  readonly check?: true;
  readonly force?: true;
  readonly runtime: GenerateOptions["runtime"];
  readonly importExtension: GenerateOptions["importExtension"];
  readonly mocks: boolean;
  readonly strict?: true;
  readonly quiet?: true;
}

const examples = `
Examples:
  $ resil-gen openapi.yaml -o client/
  $ resil-gen https://api.example.com/openapi.json -o client/ --preset microservices
  $ resil-gen openapi.yaml -o client/ --check        in CI: fails when the client is out of date`;

/** `resil-gen <spec> -o <dir>`: what the command does when no other is named. */
export function generateCommand(program: Command, context: CommandContext): void {
  const command = program
    .command("generate", { isDefault: true })
    .description("write the client of an OpenAPI document (done when no command is named)")
    .argument("<spec>", "OpenAPI document: a file, an http(s) URL, or - for standard input")
    .requiredOption("-o, --output <dir>", "folder of the client");
  commonOptions(command)
    .option("--check", "change nothing; exit 1 with a diff when the client is out of date")
    .option("--force", "overwrite generated files that were edited by hand")
    .addOption(
      new Option("--runtime <how>", "copy the runtime's source into the client, or import it from this package")
        .choices(["copy", "package"])
        .default("copy"),
    )
    .addOption(
      new Option("--import-extension <ext>", "ending of import specifiers").choices(["js", "ts"]).default("js"),
    )
    .option("--no-mocks", "leave out mocks.ts")
    .option("--strict", "treat warnings as errors")
    .option("--quiet", "print nothing but errors")
    .addHelpText("after", examples)
    .action(async (spec: string, flags: Flags) => context.exit(await run(spec, flags, context)));
}

async function run(
  spec: string,
  { json, quiet, overlay, ...flags }: Flags,
  { color }: CommandContext,
): Promise<number> {
  const { generate } = await import("../generate.js");
  const startedAt = performance.now();
  const report = await generate({ input: spec, overlays: overlay, ...flags });
  const isOutOfDate = flags.check === true && report.written.length + report.removed.length > 0;
  if (json) process.stdout.write(`${JSON.stringify(await jsonReport(report), null, 2)}\n`);
  else if (!quiet) {
    const { renderReport } = await import("./report-text.js");
    const elapsedMs = performance.now() - startedAt;
    process.stderr.write(
      renderReport(report, { output: flags.output, isCheck: flags.check === true, elapsedMs, color }),
    );
  }
  return isOutOfDate ? 1 : 0;
}

async function jsonReport({ problems, ...report }: GenerateReport): Promise<object> {
  const { placed } = await import("../diagnostics/render.js");
  return { ...report, problems: problems.map(placed) };
}
