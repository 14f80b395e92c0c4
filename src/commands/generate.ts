import { type Command, Option } from "commander";
import type { ClientConfig } from "../config/types.js";
import { type Problem, SpecError, UsageError } from "../diagnostics/index.js";
import { withoutCredentials } from "../diagnostics/redact.js";
import { type GenerateOptions, type GenerateReport, generate } from "../generate.js";
import { type AskedClient, askedClients } from "./clients.js";
import { type CommandContext, type CommonFlags, commonOptions, givenOptions, specHelp } from "./common.js";
import { expectLongRun } from "./long-run.js";
import { print } from "./output.js";
import { progress } from "./progress.js";
import { renderFailure, renderResult } from "./result-text.js";

export interface GenerateFlags extends CommonFlags {
  readonly output?: string;
  readonly check?: boolean;
  readonly force?: boolean;
  readonly watch?: boolean;
  readonly runtime?: GenerateOptions["runtime"];
  readonly transport?: GenerateOptions["transport"];
  readonly importExtension?: GenerateOptions["importExtension"];
  readonly mocks: boolean;
}

const examples = `
Examples:
  $ resil-gen openapi.yaml -o client/
  $ resil-gen https://api.example.com/openapi.json -o client/ --preset microservices
  $ resil-gen openapi.yaml -o client/ --include orders --exclude 'GET /orders/export'
  $ resil-gen openapi.yaml -o client/ --check        in CI: fails if the client is out of date
  $ resil-gen                                        all clients of resil-gen.config.yaml
  $ resil-gen --watch                                again on every change`;

/** `resil-gen <spec> -o <dir>`: the command when no other is named. */
export function generateCommand(program: Command, context: CommandContext): void {
  const command = program
    .command("generate", { isDefault: true })
    .helpGroup("Generate:")
    .description("Generate a client (the default command)")
    .argument("[spec]", specHelp)
    .optionsGroup("Output:")
    .option("-o, --output <dir>", "output directory of the client")
    .option("--check", "write nothing; print a diff and exit with 1 if the client is out of date")
    .option("--force", "overwrite generated files that were edited by hand")
    .option("--watch", "generate again when the document, its files, overlays, or configuration change")
    .addOption(
      new Option(
        "--runtime <how>",
        "copy the runtime's source into the client, import it from resil-gen-runtime, or copy it into a folder that several clients share: copy, package, or <dir> (default: copy)",
      ),
    )
    .addOption(
      new Option(
        "--transport <name>",
        "send by ky, or by fetch alone: then the client imports no ky (default: ky)",
      ).choices(["ky", "fetch"]),
    )
    .addOption(
      new Option(
        "--import-extension <ext>",
        "extension of import specifiers (default: what the nearest tsconfig.json and package.json need)",
      ).choices(["js", "ts", "none"]),
    )
    .option("--no-mocks", "omit mocks.ts");
  commonOptions(command)
    .addHelpText("after", examples)
    .action(async (spec: string | undefined, flags: GenerateFlags) => {
      if (flags.watch) {
        const { watch } = await import("./watch.js");
        context.exit(await watch(spec, flags, context));
      } else context.exit((await runAll(spec, flags, context)).code);
    });
}

/** The result for one client. */
type ClientResult =
  | ({ readonly ok: boolean; readonly input: string; readonly output: string } & GenerateReport)
  | { readonly ok: false; readonly input: string; readonly output: string; readonly problems: readonly Problem[] };

export interface RunResult {
  readonly code: number;
  /** The configuration that the clients come from. */
  readonly config: string | undefined;
}

/** Generates and reports each client that is asked for; one that fails does not stop the others. */
export async function runAll(
  spec: string | undefined,
  flags: GenerateFlags,
  context: CommandContext,
  onInput?: (file: string) => void,
): Promise<RunResult> {
  const { clients, config } = await askedClients(spec, flags, generateOptionsGiven(flags));
  const isShown = flags.json !== true && flags.quiet !== true;
  if (config !== undefined && isShown) process.stderr.write(`Configuration: ${config}\n`);
  const results: ClientResult[] = [];
  for (const client of clients) {
    const startedAt = process.uptime();
    const result = await runOne(withOutput(client), flags, isShown, onInput);
    results.push(result);
    if (flags.json !== true) await printResult(result, flags, context, process.uptime() - startedAt);
  }
  const ok = results.every((result) => result.ok);
  if (flags.json) print(`${JSON.stringify({ ok, clients: await placedResults(results) }, null, 2)}\n`);
  return { code: ok ? 0 : 1, config };
}

function generateOptionsGiven(flags: GenerateFlags): Partial<ClientConfig> {
  const { output, runtime, transport, importExtension, mocks } = flags;
  return {
    ...givenOptions(flags),
    ...(output === undefined ? {} : { output }),
    ...(runtime === undefined ? {} : { runtime }),
    ...(transport === undefined ? {} : { transport }),
    ...(importExtension === undefined ? {} : { importExtension }),
    ...(mocks ? {} : { mocks }),
  };
}

function withOutput(client: AskedClient): ClientConfig {
  const { output } = client;
  if (output === undefined) throw new UsageError("Missing output directory. Pass -o <dir>.");
  return { ...client, output };
}

async function runOne(
  client: ClientConfig,
  { check = false, force = false }: GenerateFlags,
  isShown: boolean,
  onInput?: (file: string) => void,
): Promise<ClientResult> {
  const { input, output } = client;
  const { show, clear } = progress(isShown);
  try {
    const report = await generate({
      ...client,
      check,
      force,
      onInput,
      onStage: (stage, counts) => {
        if (stage !== "reading") expectLongRun();
        show(`${output}: ${stage}${counts === undefined ? "" : ` ${counts.done}/${counts.total}`}`);
      },
    });
    const isOutOfDate = check && report.changes.length > 0;
    return { ok: !isOutOfDate, input: withoutCredentials(input), output, ...report };
  } catch (error) {
    if (!(error instanceof SpecError)) throw error;
    return { ok: false, input: withoutCredentials(input), output, problems: error.problems };
  } finally {
    clear();
  }
}

async function printResult(
  result: ClientResult,
  { check = false, quiet = false, verbose = false }: GenerateFlags,
  { out }: CommandContext,
  seconds: number,
): Promise<void> {
  if (quiet && result.ok) return;
  const { output } = result;
  const options = { terminal: out, isVerbose: verbose };
  print(
    "summary" in result
      ? await renderResult(result, { ...options, output, isCheck: check, seconds })
      : await renderFailure(result.problems, options, output),
  );
}

async function placedResults(results: readonly ClientResult[]): Promise<object[]> {
  const { placed } = await import("../diagnostics/render.js");
  return results.map((result) => ({ ...result, problems: result.problems.map(placed) }));
}
