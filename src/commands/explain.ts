import type { Command } from "commander";
import type { Facts } from "../explain/index.js";
import { askedDocument, splitArguments } from "./clients.js";
import { type CommandContext, type CommonFlags, commonOptions, specHelp } from "./common.js";
import { print } from "./output.js";

const examples = `
Examples:
  $ resil-gen explain openapi.yaml                   all operations
  $ resil-gen explain openapi.yaml getOrder          one operation: each value with its origin
  $ resil-gen explain getOrder                       the same, for the document of the configuration
  $ resil-gen explain openapi.yaml "GET /orders" --json`;

/** `resil-gen explain [spec] [operation]`: what was decided, and why. */
export function explainCommand(program: Command, context: CommandContext): void {
  const command = program
    .command("explain")
    .helpGroup("Understand:")
    .description("Show the effective policies and where each value comes from")
    .argument("[spec]", specHelp)
    .argument("[operation]", "function name, operationId, or 'GET /path'");
  commonOptions(command)
    .addHelpText("after", examples)
    .action(async (spec: string | undefined, operation: string | undefined, flags: CommonFlags) => {
      const given = await splitArguments(spec, operation, flags);
      print(await explain(given, flags, context));
      context.exit(0);
    });
}

async function explain(
  { spec, operation: wanted }: Awaited<ReturnType<typeof splitArguments>>,
  flags: CommonFlags,
  { out: { color } }: CommandContext,
): Promise<string> {
  const { inspect } = await import("../inspect.js");
  const { factsOf, findOperation, operationText, overviewText } = await import("../explain/index.js");
  const inspected = await inspect(await askedDocument(spec, flags));
  const facts = factsOf(inspected);
  if (wanted === undefined) return flags.json ? jsonOf(facts) : overviewText(facts, color);
  const operation = findOperation(facts.operations, wanted);
  if (!flags.json) return operationText(operation, facts, color);
  return jsonOf({ ...facts, operations: [operation], problems: [] });
}

function jsonOf({ operations, scopes, ...facts }: Facts): string {
  const used = operations.map(({ scopes: own, ...operation }) => ({
    ...operation,
    scopes: own.map((index) => scopes[index]),
  }));
  // White space would double the size of a big document.
  return `${JSON.stringify({ ...facts, operations: used }, null, used.length === 1 ? 2 : undefined)}\n`;
}
