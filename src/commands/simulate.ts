import type { Command } from "commander";
import type { ScenarioFlags } from "../simulate/index.js";
import { inspectOptions } from "./clients.js";
import { type CommandContext, type CommonFlags, commonOptions, hasColor } from "./common.js";
import { print } from "./output.js";
import { writePage } from "./page-file.js";

interface Flags extends CommonFlags, ScenarioFlags {
  readonly output?: string;
}

const help = `
Faults: outage:20s-30s          connections are refused
        hang:20s-30s            requests are taken and not worked on
        slow:20s-30s:10         ten times slower
        errors:20s-30s:0.5      half of the requests are answered 503
        flapping:20s-40s:2s     down for 2 s, up for 2 s, and so on

Examples:
  $ resil-gen simulate openapi.yaml getOrder
  $ resil-gen simulate openapi.yaml getOrder --rate 200 --latency 50ms --fail outage:10s-20s -o storm.html`;

/** `resil-gen simulate <spec> <operation>`: what the policies do in an accident, beside none and beside retries only. */
export function simulateCommand(program: Command, context: CommandContext): void {
  const collect = (fault: string, faults: readonly string[]): string[] => [...faults, fault];
  const command = program
    .command("simulate")
    .description("run calls of an operation through an accident, in virtual time, and plot what becomes of them")
    .argument("<spec>", "OpenAPI document: a file, an http(s) URL, or - for standard input")
    .argument("<operation>", "name of the function, operationId, or 'GET /path'")
    .option("--rate <n>", "calls per second (default: 50)")
    .option("--latency <time>", "how long the dependency works on one request (default: 100ms)")
    .option("--capacity <n>", "requests per second that the dependency can do (default: 1.5 × rate)")
    .option("--backlog <n>", "requests that may wait in it (default: 10 s of its work)")
    .option(
      "--fail <fault>",
      "what goes wrong, and when; repeatable (default: errors:20s-50s:0.2 and slow:60s-68s:10)",
      collect,
      [],
    )
    .option("--duration <time>", "length of the run (default: 90s)")
    .option("--clients <n>", "processes that share the calls, each with its own breaker (default: 1)")
    .option("--seed <n>", "the same seed gives the same run (default: 1)")
    .option("-o, --output <file>", "write the plots as a page");
  commonOptions(command)
    .addHelpText("after", help)
    .action(async (spec: string, operation: string, flags: Flags) => context.exit(await run(spec, operation, flags)));
}

async function run(spec: string, wanted: string, flags: Flags): Promise<number> {
  const { scenarioOf, simulate } = await import("../simulate/index.js");
  // A wrong flag is told before a big document is read.
  const scenario = scenarioOf(flags);
  const { inspect } = await import("../inspect.js");
  const { findOperation } = await import("../explain/index.js");
  const { operations } = await inspect(await inspectOptions(spec, flags));
  const named = operations.map((operation) => ({
    ...operation,
    name: operation.api.name,
    id: operation.spec.id,
    key: operation.spec.key,
  }));
  const operation = findOperation(named, wanted);
  const isWatched = process.stderr.isTTY === true && !flags.json;
  const simulation = await simulate(operation, scenario, (name) => {
    if (isWatched) process.stderr.write(`\r\u001b[KSimulating: ${name} …`);
  });
  if (isWatched) process.stderr.write("\r\u001b[K");
  const { conclusionsOf } = await import("../simulate/conclusions.js");
  const conclusions = conclusionsOf(simulation, operation.api.policies);
  if (flags.output !== undefined) {
    const { simulationPage } = await import("../simulate/page.js");
    await writePage(flags.output, simulationPage(simulation, conclusions));
  }
  if (flags.output === "-") return 0;
  if (flags.json) print(`${JSON.stringify({ ...simulation, conclusions })}\n`);
  else {
    const { simulationText } = await import("../simulate/text.js");
    print(simulationText(simulation, conclusions, hasColor(process.stdout)));
  }
  return 0;
}
