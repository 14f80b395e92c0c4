import { readFileSync } from "node:fs";
import type { ValidateFunction } from "ajv";
import type { Cursor, Problems } from "../diagnostics/index.js";
import { reportSchemaErrors } from "../diagnostics/schema-error.js";
import { packageFile } from "../package-file.js";

/** Where a block stands decides which keys it may have. */
const onOperationOnly = [["safe"], ["fallback", "value"], ["idempotency", "body"], ["idempotency", "query"]];

let compiled: ValidateFunction | undefined;

/** The one JSON Schema, compiled when the first block is met: most runs meet none. */
async function schemaCheck(): Promise<ValidateFunction> {
  if (compiled === undefined) {
    const { Ajv2020 } = await import("ajv/dist/2020.js");
    const schema = JSON.parse(readFileSync(packageFile("x-resilience.schema.json"), "utf8")) as object;
    compiled = new Ajv2020({ allErrors: true, verbose: true, strict: false, strictNumbers: true }).compile(schema);
  }
  return compiled;
}

/** Whether an `x-resilience` block is right; every fault is told at its place. */
export async function checkBlock(block: Cursor, isOnOperation: boolean, problems: Problems): Promise<boolean> {
  const check = await schemaCheck();
  const before = problems.list.length;
  if (!check(block.value)) reportSchemaErrors(check.errors ?? [], block, "policySyntax", problems);
  if (!isOnOperation) refuseMisplaced(block, problems);
  return problems.list.length === before;
}

function refuseMisplaced(block: Cursor, problems: Problems): void {
  for (const keys of onOperationOnly) {
    const at = keys.reduce<Cursor | undefined>((cursor, key) => cursor?.get(key), block);
    if (at !== undefined) {
      problems.add(
        "policyPlace",
        `'${keys.join(".")}' says something of one operation`,
        "Write it on the operation itself.",
        at,
      );
    }
  }
  const statuses = block.get("retry")?.get("on")?.items() ?? [];
  const conflict = statuses.find(({ value }) => value === 409);
  if (conflict !== undefined) {
    problems.add(
      "policyPlace",
      "409 can be retried on single operations only",
      "List it in 'retry.on' of the operation that means 'try again' by it.",
      conflict,
    );
  }
}
