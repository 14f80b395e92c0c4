import type { Command } from "commander";
import { type Problem, Problems, SpecError } from "../diagnostics/index.js";
import { paintFor } from "../diagnostics/paint.js";
import { prepare, readSources, type SourceOptions } from "../prepare.js";
import { askedClients } from "./clients.js";
import { type CommandContext, type CommonFlags, commonOptions, givenOptions } from "./common.js";
import { expectLongRun } from "./long-run.js";
import { print } from "./output.js";
import { progress } from "./progress.js";

const examples = `
Examples:
  $ resil-gen lint openapi.yaml
  $ resil-gen lint openapi.yaml --strict             in CI: warnings fail
  $ resil-gen lint --json                            every document of the configuration, for programs

Exit code: 0 nothing is wrong (notes are no faults), 1 something is, 2 the flags are.`;

/** `resil-gen lint [spec]`: everything there is to say about a document, and nothing written. */
export function lintCommand(program: Command, context: CommandContext): void {
  const command = program
    .command("lint")
    .description("say what is wrong, and what you may want to decide; writes nothing")
    .argument("[spec]", "OpenAPI document (default: the configuration's)");
  commonOptions(command)
    .addHelpText("after", examples)
    .action(async (spec: string | undefined, flags: CommonFlags) => context.exit(await run(spec, flags, context)));
}

interface LintResult {
  readonly ok: boolean;
  readonly input: string;
  readonly problems: readonly Problem[];
}

async function run(spec: string | undefined, flags: CommonFlags, { color }: CommandContext): Promise<number> {
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
    const faults = shown.filter(({ severity }) => severity !== "note");
    const notes = shown.filter(({ severity }) => severity === "note");
    const texts = [
      renderProblems(faults, { color, perKind: 10 }),
      renderProblems(notes, { color, perKind: 20, frames: false }),
      ...(flags.quiet && result.ok ? [] : [summaryOf(result, color)]),
    ];
    process.stderr.write(texts.filter((text) => text !== "").join("\n"));
  }
  const ok = results.every((result) => result.ok);
  if (flags.json) {
    const placedResults = results.map((result) => ({ ...result, problems: result.problems.map(placed) }));
    print(`${JSON.stringify({ ok, clients: placedResults }, null, 2)}\n`);
  }
  return ok ? 0 : 1;
}

/** Everything that is wrong with a document, and the notes, as far as it could be read. */
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
