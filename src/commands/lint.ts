import type { Command } from "commander";
import { type Problem, Problems, SpecError } from "../diagnostics/index.js";
import { paintFor } from "../diagnostics/paint.js";
import { prepare, readSources, type SourceOptions } from "../prepare.js";
import { askedClients } from "./clients.js";
import { type CommandContext, type CommonFlags, commonOptions, givenOptions, specHelp } from "./common.js";
import { expectLongRun } from "./long-run.js";
import { print } from "./output.js";
import { progress } from "./progress.js";

const examples = `
Examples:
  $ resil-gen lint openapi.yaml
  $ resil-gen lint openapi.yaml --strict             in CI: warnings fail
  $ resil-gen lint --json                            every document of the configuration, as JSON

Exit code: 0 no errors, 1 errors (with --strict also warnings), 2 invalid usage. Notes don't affect it.`;

/** `resil-gen lint [spec]`: all problems of a document, and suggestions. Writes nothing. */
export function lintCommand(program: Command, context: CommandContext): void {
  const command = program
    .command("lint")
    .helpGroup("Understand:")
    .description("Check a document and print problems and suggestions")
    .argument("[spec]", specHelp);
  commonOptions(command)
    .addHelpText("after", examples)
    .action(async (spec: string | undefined, flags: CommonFlags) => context.exit(await run(spec, flags, context)));
}

interface LintResult {
  readonly ok: boolean;
  readonly input: string;
  readonly problems: readonly Problem[];
}

async function run(spec: string | undefined, flags: CommonFlags, { out }: CommandContext): Promise<number> {
  const { clients } = await askedClients(spec, flags, givenOptions(flags));
  const { placed, renderProblems } = await import("../diagnostics/render.js");
  expectLongRun();
  const results: LintResult[] = [];
  for (const client of clients) {
    const { show, clear } = progress(flags.json !== true && flags.quiet !== true);
    show(`${client.input}: reading`);
    const problems = await lint(client);
    clear();
    const failing = problems.filter(
      ({ severity }) => severity === "error" || (client.strict && severity === "warning"),
    );
    const result = { ok: failing.length === 0, input: client.input, problems };
    results.push(result);
    if (flags.json) continue;
    const shown = flags.quiet ? failing : problems;
    const texts = [
      renderProblems(shown, { terminal: out, isVerbose: flags.verbose === true }),
      ...(flags.quiet && result.ok ? [] : [summaryOf(result, out.color)]),
    ];
    print(texts.filter((text) => text !== "").join("\n"));
  }
  const ok = results.every((result) => result.ok);
  if (flags.json) {
    const placedResults = results.map((result) => ({ ...result, problems: result.problems.map(placed) }));
    print(`${JSON.stringify({ ok, clients: placedResults }, null, 2)}\n`);
  }
  return ok ? 0 : 1;
}

/** The problems of a document and the notes on it, as far as it can be read. */
async function lint(options: SourceOptions): Promise<readonly Problem[]> {
  const { buildApi } = await import("../ir/index.js");
  const { addNotes } = await import("../lint/index.js");
  const problems = new Problems();
  try {
    const prepared = await prepare(await readSources(options, problems), options, problems);
    const { document, operations, policies } = prepared;
    const { renames } = await buildApi(document, operations, policies, problems);
    addNotes({ ...prepared, renames }, problems);
    return problems.list;
  } catch (error) {
    if (error instanceof SpecError) return error.problems;
    throw error;
  }
}

function summaryOf({ ok, input, problems }: LintResult, color: boolean): string {
  const paint = paintFor(color);
  const counts = (["error", "warning", "note"] as const).map((severity) => {
    const count = problems.filter((problem) => problem.severity === severity).length;
    return `${count} ${severity}${count === 1 ? "" : "s"}`;
  });
  return `${ok ? paint.green("✔") : paint.red("✘")} ${input}: ${counts.join(", ")}\n`;
}
