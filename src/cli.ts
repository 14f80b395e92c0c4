import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { SpecError, UsageError } from "./diagnostics/index.js";
import type { GenerateOptions, GenerateReport } from "./generate.js";
import { packageVersion } from "./package-file.js";
import { presetNames } from "./policies/presets.js";

interface Flags {
  readonly output: string;
  readonly preset?: GenerateOptions["preset"];
  readonly check?: true;
  readonly force?: true;
  readonly runtime: "copy" | "package";
  readonly importExtension: "js" | "ts";
  readonly mocks: boolean;
  readonly allowExternalRefs?: true;
  readonly strict?: true;
  readonly json?: true;
  readonly quiet?: true;
  readonly overlay: readonly string[];
}

const examples = `
Examples:
  $ resil-gen openapi.yaml -o client/
  $ resil-gen https://api.example.com/openapi.json -o client/ --preset microservices
  $ resil-gen openapi.yaml -o client/ --check        in CI: fails when the client is out of date`;

/** Runs the command line; gives the exit code: 0 done, 1 the document or the check, 2 usage, 70 a bug of ours. */
export async function main(args: readonly string[]): Promise<number> {
  try {
    return await run(args);
  } catch (error) {
    return failed(error);
  }
}

async function run(args: readonly string[]): Promise<number> {
  let code = 0;
  const program = new Command("resil-gen")
    .description(
      "Generates a typed TypeScript client that retries, times out and breaks circuits as its OpenAPI document says.",
    )
    .version(packageVersion())
    .argument("<spec>", "OpenAPI document: a file, an http(s) URL, or - for standard input")
    .requiredOption("-o, --output <dir>", "folder of the client")
    .addOption(new Option("--preset <name>", "policies of operations that say nothing").choices(presetNames))
    .option(
      "--overlay <file>",
      "OpenAPI Overlay to apply; may be given several times",
      (file: string, files: string[]) => [...files, file],
      [],
    )
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
    .option("--allow-external-refs", "follow $refs out of the document's folder and to other hosts")
    .option("--strict", "treat warnings as errors")
    .option("--json", "print the report as JSON")
    .option("--quiet", "print nothing but errors")
    .addHelpText("after", examples)
    .exitOverride()
    .configureOutput({ outputError: (text, print) => print(text) })
    .action(async (spec: string, flags: Flags) => {
      code = await generateCommand(spec, flags);
    });
  await program.parseAsync([...args], { from: "user" });
  return code;
}

async function generateCommand(spec: string, { json, quiet, output, overlay, ...flags }: Flags): Promise<number> {
  if (output === "") throw new InvalidArgumentError("the output folder must not be empty");
  const { generate } = await import("./generate.js");
  const startedAt = performance.now();
  const report = await generate({ input: spec, output, overlays: overlay, ...flags });
  const isOutOfDate = flags.check === true && report.written.length + report.removed.length > 0;
  if (json) process.stdout.write(`${JSON.stringify(await jsonReport(report), null, 2)}\n`);
  else if (!quiet)
    process.stderr.write(await textReport(report, output, flags.check === true, performance.now() - startedAt));
  return isOutOfDate ? 1 : 0;
}

async function textReport(
  report: GenerateReport,
  output: string,
  isCheck: boolean,
  elapsedMs: number,
): Promise<string> {
  const { renderReport } = await import("./report.js");
  return renderReport(report, { output, isCheck, elapsedMs, color: useColor() });
}

async function jsonReport({ problems, ...report }: GenerateReport): Promise<object> {
  const { placed } = await import("./diagnostics/render.js");
  return { ...report, problems: problems.map(placed) };
}

/** https://no-color.org */
function useColor(): boolean {
  return process.stderr.isTTY === true && !process.env["NO_COLOR"];
}

async function failed(error: unknown): Promise<number> {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  const { renderProblems } = await import("./diagnostics/render.js");
  if (error instanceof SpecError) {
    const { list } = { list: error.problems };
    process.stderr.write(renderProblems(list, { color: useColor(), perKind: 3 }));
    const errors = list.filter(({ severity }) => severity === "error").length;
    process.stderr.write(
      `\n${errors === 0 ? "Warnings count as errors (--strict)." : `${errors} ${errors === 1 ? "error" : "errors"}.`} Nothing was written.\n`,
    );
    return 1;
  }
  if (error instanceof UsageError) {
    process.stderr.write(`error: ${error.message}\n`);
    return 2;
  }
  process.stderr.write(
    `This is a bug in resil-gen, please report it with the document that shows it.\n${error instanceof Error ? error.stack : String(error)}\n`,
  );
  return 70;
}
