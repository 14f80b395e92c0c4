import { readFileSync } from "node:fs";
import type { ErrorObject, ValidateFunction } from "ajv";
import { closest, distance } from "fastest-levenshtein";
import type { Cursor, Problems } from "../diagnostics/index.js";
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
  if (!check(block.value)) for (const error of distinct(check.errors ?? [])) report(error, block, problems);
  if (!isOnOperation) refuseMisplaced(block, problems);
  return problems.list.length === before;
}

/** A value of the wrong kind is also none of a list: the list says more. */
function distinct(errors: readonly ErrorObject[]): ErrorObject[] {
  const listed = new Set(errors.filter(({ keyword }) => keyword === "enum").map(({ instancePath }) => instancePath));
  return errors.filter(({ keyword, instancePath }) => keyword !== "type" || !listed.has(instancePath));
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

function report(
  { keyword, params, instancePath, parentSchema, data }: ErrorObject,
  block: Cursor,
  problems: Problems,
): void {
  const keys = instancePath
    .split("/")
    .slice(1)
    .map((key) => key.replace(/~1/g, "/").replace(/~0/g, "~"));
  const at = keys.reduce<Cursor>(
    (cursor, key) => cursor.get(Array.isArray(cursor.value) ? Number(key) : key) ?? cursor,
    block,
  );
  const name = keys.join(".") || "x-resilience";
  if (keyword === "additionalProperties") {
    const unknown = String((params as { additionalProperty: unknown }).additionalProperty);
    const known = Object.keys((parentSchema?.["properties"] ?? {}) as object);
    problems.add(
      "policySyntax",
      `'${[...keys, unknown].join(".")}' is no setting`,
      suggestion(unknown, known),
      at.get(unknown) ?? at,
    );
    return;
  }
  problems.add(
    "policySyntax",
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
  const lower = known.map((name) => name.toLowerCase());
  const near = known.length === 0 ? "" : closest(wrong.toLowerCase(), lower);
  const isNear = near !== "" && distance(wrong.toLowerCase(), near) <= Math.max(2, wrong.length / 2);
  return `${isNear ? `Did you mean '${known[lower.indexOf(near)]}'? ` : ""}Known are ${known.join(", ")}.`;
}
