import { existsSync } from "node:fs";
import { Command, CommanderError } from "commander";
import type { CommandContext } from "./commands/common.js";
import { explainCommand } from "./commands/explain.js";
import { reportFailure, usageText } from "./commands/failure.js";
import { generateCommand } from "./commands/generate.js";
import { initCommand } from "./commands/init.js";
import { lintCommand } from "./commands/lint.js";
import { print } from "./commands/output.js";
import { reportCommand } from "./commands/report.js";
import { simulateCommand } from "./commands/simulate.js";
import { terminalOf } from "./commands/terminal.js";
import { UsageError } from "./diagnostics/index.js";
import { packageVersion } from "./package-file.js";

const examples = `
Examples:
  $ resil-gen openapi.yaml -o client/                generate a client
  $ resil-gen openapi.yaml -o client/ --check        in CI: fails if the client is out of date
  $ resil-gen lint openapi.yaml                      print problems and suggestions
  $ resil-gen init openapi.yaml                      create an overlay to configure policies in

Exit code: 0 success, 1 problems found (in --check: out of date), 2 invalid usage, 70 bug in resil-gen.`;

/** Commands whose standard output is data that may be redirected to a file: they report problems on standard error. */
const dataCommands: readonly string[] = ["explain", "init", "report", "simulate"];

const commands: readonly ((program: Command, context: CommandContext) => void)[] = [
  generateCommand,
  initCommand,
  lintCommand,
  explainCommand,
  reportCommand,
  simulateCommand,
];

/** Runs the command line. Returns the exit code: 0 success, 1 the document or the check, 2 usage, 70 a bug of ours. */
export async function main(args: readonly string[]): Promise<number> {
  let code = 0;
  const context: CommandContext = {
    out: terminalOf(process.stdout),
    err: terminalOf(process.stderr),
    exit: (given) => {
      code = given;
    },
  };
  // stderr may be closed (`2>&1 | head`): ignore EPIPE and finish.
  process.stderr.on("error", () => {});
  try {
    const program = programOf(context);
    await refuseUnknownCommand(args, program);
    await program.parseAsync([...args], { from: "user" });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    const isDataOnOut = dataCommands.includes(args[0] ?? "");
    const isVerbose = args.includes("--verbose");
    return reportFailure(error, { ...context, isJson: args.includes("--json"), isVerbose, isDataOnOut });
  }
}

function programOf(context: CommandContext): Command {
  const program = new Command("resil-gen")
    .description("Generate a resilient, typed TypeScript client from an OpenAPI document.")
    .usage("<spec> -o <dir>  |  <command> …")
    .version(packageVersion())
    .configureOutput({ writeOut: print, outputError: (text, write) => write(commanderText(text, context)) })
    .configureHelp({ subcommandTerm })
    .exitOverride();
  for (const add of commands) add(program, context);
  program.addHelpText("after", () => `${mainOptions(program)}${examples}`);
  for (const command of program.commands) command.exitOverride();
  return program;
}

/** `explain [spec] [operation]`: that every command has options is no news. */
function subcommandTerm(command: Command): string {
  const args = command.registeredArguments.map((argument) => {
    return argument.required ? `<${argument.name()}>` : `[${argument.name()}]`;
  });
  return [command.name(), ...args].join(" ");
}

/** `error: unknown option '--chek'\n(Did you mean --check?)` in our own layout. */
function commanderText(text: string, { err }: CommandContext): string {
  const [what = "", ...rest] = text
    .replace(/^error: /, "")
    .trim()
    .split("\n");
  const advice = rest.map((line) => line.replace(/^\((.*)\)$/, "$1"));
  const sentence = `${what.charAt(0).toUpperCase()}${what.slice(1)}${/[.?]$/.test(what) ? "" : "."}`;
  return usageText([sentence, ...advice].join(" "), err);
}

/** The options of the default command. */
function mainOptions(program: Command): string {
  const help = program.commands.find((command) => command.name() === "generate")?.helpInformation() ?? "";
  const [, options = ""] = /^(Output:\n[\s\S]*?)\n\nOptions:\n *-h, --help/m.exec(help) ?? [];
  return `\nOptions of resil-gen <spec> -o <dir>\n\n${options}\n`;
}

/** A word that is not a file and close to a command's name is a mistyped command, not a document. */
async function refuseUnknownCommand([first = ""]: readonly string[], program: Command): Promise<void> {
  const known = [...program.commands.map((command) => command.name()), "help"];
  if (!/^[a-z]+$/i.test(first) || known.includes(first) || existsSync(first)) return;
  const { nearest } = await import("./diagnostics/suggest.js");
  const near = nearest(first, known);
  if (near !== undefined) throw new UsageError(`Unknown command '${first}'. Did you mean '${near}'?`);
}
