import { Command, CommanderError } from "commander";
import type { CommandContext } from "./commands/common.js";
import { generateCommand } from "./commands/generate.js";
import { SpecError, UsageError } from "./diagnostics/index.js";
import { packageFile, packageVersion } from "./package-file.js";

const examples = `
Examples:
  $ resil-gen openapi.yaml -o client/
  $ resil-gen help generate                          all flags`;

const commands: readonly ((program: Command, context: CommandContext) => void)[] = [generateCommand];

/** Runs the command line; gives the exit code: 0 done, 1 the document or the check, 2 usage, 70 a bug of ours. */
export async function main(args: readonly string[]): Promise<number> {
  let code = 0;
  const context: CommandContext = {
    // https://no-color.org
    color: process.stderr.isTTY === true && !process.env["NO_COLOR"],
    exit: (given) => {
      code = given;
    },
  };
  // Whoever reads our output may stop early, `| head`.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 70));
  try {
    await programOf(context).parseAsync([...args], { from: "user" });
    return code;
  } catch (error) {
    return failed(error, context);
  }
}

function programOf(context: CommandContext): Command {
  const program = new Command("resil-gen")
    .description(
      "Generates a typed TypeScript client that retries, times out and breaks circuits as its OpenAPI document says.",
    )
    .usage("<spec> -o <dir>  |  <command> …")
    .version(packageVersion())
    .addHelpText("after", examples)
    .exitOverride();
  for (const add of commands) add(program, context);
  for (const command of program.commands) command.exitOverride();
  return program;
}

async function failed(error: unknown, { color }: CommandContext): Promise<number> {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (error instanceof UsageError) {
    process.stderr.write(`error: ${error.message}\n`);
    return 2;
  }
  if (!(error instanceof SpecError)) {
    const text = error instanceof Error ? error.stack : String(error);
    process.stderr.write(`This is a bug in resil-gen, please report it with the document that shows it.\n${text}\n`);
    return 70;
  }
  const { renderProblems } = await import("./diagnostics/render.js");
  process.stderr.write(renderProblems(error.problems, { color, perKind: 3 }));
  const errors = error.problems.filter(({ severity }) => severity === "error").length;
  const count =
    errors === 0 ? "Warnings count as errors (--strict)." : `${errors} ${errors === 1 ? "error" : "errors"}.`;
  process.stderr.write(`\n${count} Nothing was written. What each code means: ${packageFile("docs/problems.md")}\n`);
  return 1;
}
