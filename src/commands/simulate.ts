import type { Command } from "commander";
import { UsageError } from "../diagnostics/index.js";
import { visibleInline } from "../diagnostics/visible.js";
import type { InspectedOperation } from "../inspect.js";
import type { ScenarioFlags } from "../simulate/index.js";
import { askedDocument, splitArguments } from "./clients.js";
import { type CommandContext, type CommonFlags, commonOptions, specHelp } from "./common.js";
import { print } from "./output.js";
import { writePage } from "./page-file.js";
import { progress } from "./progress.js";

interface Flags extends CommonFlags, ScenarioFlags {
  readonly output?: string;
}

const help = `
Faults: outage:20s-30s          connections are refused
        hang:20s-30s            requests are accepted and never answered
        slow:20s-30s:10         responses take ten times as long
        errors:20s-30s:0.5      half of the requests are answered with 503
        flapping:20s-40s:2s     down for 2 s, up for 2 s, and so on

Examples:
  $ resil-gen simulate openapi.yaml                  an operation that resil-gen picks
  $ resil-gen simulate openapi.yaml getOrder
  $ resil-gen simulate openapi.yaml getOrder --rate 200 --latency 50ms --fail outage:10s-20s -o storm.html`;

/** `resil-gen simulate [spec] [operation]`: what the policies do in an outage, beside none and beside retries only. */
export function simulateCommand(program: Command, context: CommandContext): void {
  const collect = (fault: string, faults: readonly string[]): string[] => [...faults, fault];
  const command = program
    .command("simulate")
    .helpGroup("Understand:")
    .description("Simulate an outage, with and without policies, in virtual time")
    .argument("[spec]", specHelp)
    .argument("[operation]", "function name, operationId, or 'GET /path' (default: one that resil-gen picks)")
    .optionsGroup("Scenario:")
    .option("--rate <n>", "calls per second, across all clients (default: 50)")
    .option("--latency <time>", "response time of the service (default: 100ms)")
    .option("--capacity <n>", "requests per second that the service can process (default: 1.5 × rate)")
    .option("--backlog <n>", "requests that can queue in the service (default: 10 s of its work)")
    .option("--fail <fault>", "what goes wrong, and when (repeatable; default: ten times slower, 20s-40s)", collect, [])
    .option("--duration <time>", "length of the simulation (default: 90s)")
    .option("--clients <n>", "processes that share the calls, each with its own breaker (default: 1)")
    .option("--seed <n>", "random seed; the same seed gives the same result (default: 1)")
    .optionsGroup("Output:")
    .option("-o, --output <file>", "write the charts as an HTML page; - is standard output");
  commonOptions(command)
    .addHelpText("after", help)
    .action(async (first: string | undefined, second: string | undefined, flags: Flags) => {
      const { spec, operation } = await splitArguments(first, second, flags);
      context.exit(await run(spec, operation, flags, context));
    });
}

async function run(
  spec: string | undefined,
  wanted: string | undefined,
  flags: Flags,
  { out: { color } }: CommandContext,
): Promise<number> {
  const { scenarioOf, simulate } = await import("../simulate/index.js");
  // A wrong flag is reported before a big document is read.
  const scenario = scenarioOf(flags);
  const { inspect } = await import("../inspect.js");
  const { findOperation } = await import("../explain/index.js");
  const { operations } = await inspect(await askedDocument(spec, flags));
  const named = operations.map((operation) => ({
    ...operation,
    name: operation.api.name,
    id: operation.spec.id,
    key: operation.spec.key,
  }));
  const operation = wanted === undefined ? picked(operations, flags) : findOperation(named, wanted);
  const { show, clear } = progress(!flags.json && !flags.quiet);
  const simulation = await simulate(operation, scenario, (name) => show(`Simulating: ${name}`));
  clear();
  const { conclusionsOf } = await import("../simulate/conclusions.js");
  const conclusions = conclusionsOf(simulation, operation.api.policies);
  if (flags.output !== undefined) {
    const { simulationPage } = await import("../simulate/page.js");
    await writePage(flags.output, simulationPage(simulation, conclusions), flags);
  }
  if (flags.output === "-") return 0;
  if (flags.json) print(`${JSON.stringify({ ...simulation, conclusions })}\n`);
  else {
    const { simulationText } = await import("../simulate/text.js");
    print(simulationText(simulation, conclusions, color));
  }
  return 0;
}

/** The operation that is simulated when none is named: a read, because it has most policies. */
function picked(operations: readonly InspectedOperation[], { json, quiet }: Flags): InspectedOperation {
  const isPlain = ({ decided: { policies } }: InspectedOperation): boolean =>
    !policies.streaming && policies.retry !== false;
  const [first] = operations;
  const best =
    operations.find((each) => each.decided.kind === "safe" && isPlain(each)) ?? operations.find(isPlain) ?? first;
  if (best === undefined) throw new UsageError("The document has no operation to simulate.");
  if (!json && !quiet)
    process.stderr.write(
      `No operation given: simulating ${best.api.name} (${visibleInline(best.spec.key)}). Pass another one after the document.\n`,
    );
  return best;
}
