import { readFileSync } from "node:fs";
import type { ErrorObject, ValidateFunction } from "ajv";
import { closest, distance } from "fastest-levenshtein";
import type { Cursor, Problems } from "../diagnostics/index.js";
import { packageFile } from "../package-file.js";

/** Where a block stands decides which keys it may have. */
const onOperationOnly = [["safe"], ["fallback", "value"], ["idempotency", "body"], ["idempotency", "query"]];

/** The blocks that have a published JSON Schema, and the problem that a fault in one is. */
const blocks = { "x-resilience": "policySyntax", "x-pagination": "pagination" } as const;
type BlockName = keyof typeof blocks;

const compiled = new Map<BlockName, ValidateFunction>();

/** The one JSON Schema of a block, compiled when the first one is met: most runs meet none. */
async function schemaCheck(name: BlockName): Promise<ValidateFunction> {
  const known = compiled.get(name);
  if (known !== undefined) return known;
  const { Ajv2020 } = await import("ajv/dist/2020.js");
  const schema = JSON.parse(readFileSync(packageFile(`${name}.schema.json`), "utf8")) as object;
  const check = new Ajv2020({ allErrors: true, verbose: true, strict: false }).compile(schema);
  compiled.set(name, check);
  return check;
}

/** Whether a block is what its JSON Schema asks for; every fault is told at its place. */
export async function checkBlock(block: Cursor, name: BlockName, problems: Problems): Promise<boolean> {
  const check = await schemaCheck(name);
  const before = problems.list.length;
  if (!check(block.value)) for (const error of check.errors ?? []) report(error, block, name, problems);
  return problems.list.length === before;
}

/** Tells what an `x-resilience` block above an operation may not hold. */
export function refuseMisplaced(block: Cursor, problems: Problems): void {
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

function report(
  { keyword, params, instancePath, parentSchema, data }: ErrorObject,
  block: Cursor,
  blockName: BlockName,
  problems: Problems,
): void {
  // What stands in the condition's branch is told by itself.
  if (keyword === "if" || (keyword === "anyOf" && blockName === "x-pagination")) return;
  const keys = instancePath
    .split("/")
    .slice(1)
    .map((key) => key.replace(/~1/g, "/").replace(/~0/g, "~"));
  const at = keys.reduce<Cursor>(
    (cursor, key) => cursor.get(Array.isArray(cursor.value) ? Number(key) : key) ?? cursor,
    block,
  );
  const name = keys.join(".") || blockName;
  if (keyword === "additionalProperties") {
    const unknown = String((params as { additionalProperty: unknown }).additionalProperty);
    const known = Object.keys((parentSchema?.["properties"] ?? {}) as object);
    problems.add(
      blocks[blockName],
      `'${[...keys, unknown].join(".")}' is no setting`,
      suggestion(unknown, known),
      at.get(unknown) ?? at,
    );
    return;
  }
  problems.add(
    blocks[blockName],
    `'${name}' ${whatIsWrong(keyword, params as Record<string, unknown>, data)}`,
    wayOut(parentSchema ?? {}, data),
    at,
  );
}

function whatIsWrong(keyword: string, params: Record<string, unknown>, data: unknown): string {
  const value = typeof data === "number" ? String(data) : JSON.stringify(data);
  switch (keyword) {
    case "enum":
      return `has no value ${value}`;
    case "minimum":
    case "maximum":
    case "exclusiveMinimum":
      return `is ${value}, which is not ${String(params["comparison"])} ${String(params["limit"])}`;
    case "required":
      return `lacks '${String(params["missingProperty"])}'`;
    case "uniqueItems":
      return "has an item twice";
    default:
      return `cannot be ${value}`;
  }
}

function wayOut(schema: Readonly<Record<string, unknown>>, data: unknown): string {
  const values = schema["enum"];
  if (Array.isArray(values)) return suggestion(String(data), values.map(String));
  const pattern = String(schema["pattern"] ?? "");
  if (pattern.includes("ms|s|m|h")) return "Give a number of milliseconds, or a text with a unit: 250ms, 2s, 5m, 1h.";
  if (pattern.includes("kB|MB|GB")) return "Give a number of bytes, or a text with a unit: 500kB, 50MB.";
  if (pattern.includes("network|timeout")) return "Use network, timeout, 5XX, or statuses from 300 to 599.";
  const description = schema["description"];
  return typeof description === "string" ? description : `Give ${String(schema["type"] ?? "another value")}.`;
}

function suggestion(wrong: string, known: readonly string[]): string {
  const near = known.length === 0 ? undefined : closest(wrong, known);
  const isNear =
    near !== undefined && distance(wrong.toLowerCase(), near.toLowerCase()) <= Math.max(2, wrong.length / 3);
  return `${isNear ? `Did you mean '${near}'? ` : ""}Known are ${known.join(", ")}.`;
}
