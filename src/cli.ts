import { existsSync } from "node:fs";
import { Command, CommanderError } from "commander";
import { type CommandContext, hasColor } from "./commands/common.js";
import { explainCommand } from "./commands/explain.js";
import { tellFailure } from "./commands/failure.js";
import { generateCommand } from "./commands/generate.js";
import { initCommand } from "./commands/init.js";
import { lintCommand } from "./commands/lint.js";
import { print } from "./commands/output.js";
import { reportCommand } from "./commands/report.js";
import { simulateCommand } from "./commands/simulate.js";
import { UsageError } from "./diagnostics/index.js";
import { packageVersion } from "./package-file.js";

const examples = `
Examples:
  $ resil-gen openapi.yaml -o client/                write a client
  $ resil-gen openapi.yaml -o client/ --check        in CI: fails when it is out of date
  $ resil-gen lint openapi.yaml                      what is wrong, and what you may want to decide
  $ resil-gen init openapi.yaml                      an overlay to write policies into

Exit code: 0 done, 1 the document or the check, 2 usage, 70 a bug in resil-gen.`;

const commands: readonly ((program: Command, context: CommandContext) => void)[] = [
  generateCommand,
  lintCommand,
  initCommand,
  explainCommand,
  reportCommand,
  simulateCommand,
];

/** Runs the command line; gives the exit code: 0 done, 1 the document or the check, 2 usage, 70 a bug of ours. */
export async function main(args: readonly string[]): Promise<number> {
  let code = 0;
  const context: CommandContext = {
    color: hasColor(process.stderr),
    exit: (given) => {
      code = given;
    },
  };
  // Nobody may be left to be told, `2>&1 | head`; the work is done all the same.
  process.stderr.on("error", () => {});
  try {
    const program = programOf(context);
    await refuseUnknownCommand(args, program);
    await program.parseAsync([...args], { from: "user" });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    return tellFailure(error, { ...context, isJson: args.includes("--json") });
  }
}

function programOf(context: CommandContext): Command {
  const program = new Command("resil-gen")
    .description(
      "Generates a typed TypeScript client that retries, times out and breaks circuits as its OpenAPI document says.",
    )
    .usage("<spec> -o <dir>  |  <command> …")
    .version(packageVersion())
    .configureOutput({ writeOut: print })
    .exitOverride();
  for (const add of commands) add(program, context);
  program.addHelpText("after", () => `${mainOptions(program)}${examples}`);
  for (const command of program.commands) command.exitOverride();
  return program;
}

/** The options of the command that is meant when none is named. */
function mainOptions(program: Command): string {
  const help = program.commands.find((command) => command.name() === "generate")?.helpInformation() ?? "";
  const [, options = ""] = /^Options:\n([\s\S]*?)\n *-h, --help/m.exec(help) ?? [];
  return `\nOptions of resil-gen <spec> -o <dir>:\n${options}\n`;
}

/** A word that is no file and much like a command is a command mistyped, not a document. */
async function refuseUnknownCommand([first = ""]: readonly string[], program: Command): Promise<void> {
  const known = [...program.commands.map((command) => command.name()), "help"];
  if (!/^[a-z]+$/i.test(first) || known.includes(first) || existsSync(first)) return;
  const { nearest } = await import("./diagnostics/suggest.js");
  const near = nearest(first, known);
  if (near !== undefined) throw new UsageError(`unknown command '${first}'. Did you mean '${near}'?`);
}
