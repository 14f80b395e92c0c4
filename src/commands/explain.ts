import type { Command } from "commander";
import type { Facts } from "../explain/index.js";
import { inspectOptions } from "./clients.js";
import { type CommandContext, type CommonFlags, commonOptions, hasColor } from "./common.js";
import { print } from "./output.js";

const examples = `
Examples:
  $ resil-gen explain openapi.yaml                   the whole document
  $ resil-gen explain openapi.yaml getOrder          one operation: each value with its origin
  $ resil-gen explain openapi.yaml "GET /orders" --json`;

/** `resil-gen explain <spec> [operation]`: what was decided, and why. */
export function explainCommand(program: Command, context: CommandContext): void {
  const command = program
    .command("explain")
    .description("say what the client does on its own: each value with its origin, the worst case, the load")
    .argument("<spec>", "OpenAPI document: a file, an http(s) URL, or - for standard input")
    .argument("[operation]", "name of the function, operationId, or 'GET /path'");
  commonOptions(command)
    .addHelpText("after", examples)
    .action(async (spec: string, operation: string | undefined, flags: CommonFlags) => {
      print(await explain(spec, operation, flags));
      context.exit(0);
    });
}

async function explain(spec: string, wanted: string | undefined, flags: CommonFlags): Promise<string> {
  const { inspect } = await import("../inspect.js");
  const { factsOf, findOperation, operationText, overviewText } = await import("../explain/index.js");
  const inspected = await inspect(await inspectOptions(spec, flags));
  const facts = factsOf(inspected);
  if (wanted === undefined) return flags.json ? jsonOf(facts) : overviewText(facts, hasColor(process.stdout));
  const operation = findOperation(facts.operations, wanted);
  if (!flags.json) return operationText(operation, facts, hasColor(process.stdout));
  return jsonOf({ ...facts, operations: [operation], problems: [] });
}

function jsonOf({ operations, scopes, ...facts }: Facts): string {
  const used = operations.map(({ scopes: own, ...operation }) => ({
    ...operation,
    scopes: own.map((index) => scopes[index]),
  }));
  // A big document's would be twice as long with white space in it.
  return `${JSON.stringify({ ...facts, operations: used }, null, used.length === 1 ? 2 : undefined)}\n`;
}
