import type { ErrorObject } from "ajv";
import type { ProblemCode } from "./codes.js";
import type { Cursor } from "./cursor.js";
import type { Problems } from "./problems.js";
import { suggestion } from "./suggest.js";

/** Tells what the JSON Schema has against a value, at its places and in plain words. */
export function reportSchemaErrors(
  errors: readonly ErrorObject[],
  block: Cursor,
  code: ProblemCode,
  problems: Problems,
): void {
  const ofNoValue = new Set(errors.filter(({ keyword }) => keyword === "enum").map(({ instancePath }) => instancePath));
  for (const error of errors) {
    // What is none of the values is told once, not again for being of the wrong kind.
    if (error.keyword !== "type" || !ofNoValue.has(error.instancePath)) report(error, block, code, problems);
  }
}

/** What a value as a whole is called. */
const wholes: Partial<Record<ProblemCode, string>> = { config: "the configuration", pagination: "'x-pagination'" };

function report(
  { keyword, params, instancePath, parentSchema, data }: ErrorObject,
  block: Cursor,
  code: ProblemCode,
  problems: Problems,
): void {
  // What stands in the branches of a condition is told by itself.
  if (keyword === "if" || (keyword === "anyOf" && code === "pagination")) return;
  const keys = instancePath
    .split("/")
    .slice(1)
    .map((key) => key.replace(/~1/g, "/").replace(/~0/g, "~"));
  const at = keys.reduce<Cursor>(
    (cursor, key) => cursor.get(Array.isArray(cursor.value) ? Number(key) : key) ?? cursor,
    block,
  );
  const what = keys.length > 0 ? `'${keys.join(".")}'` : (wholes[code] ?? "'x-resilience'");
  if (keyword === "additionalProperties") {
    const unknown = String((params as { additionalProperty: unknown }).additionalProperty);
    const known = Object.keys((parentSchema?.["properties"] ?? {}) as object);
    problems.add(
      code,
      `'${[...keys, unknown].join(".")}' is no setting`,
      suggestion(unknown, known),
      at.get(unknown) ?? at,
    );
    return;
  }
  problems.add(
    code,
    `${what} ${whatIsWrong(keyword, params as Record<string, unknown>, data)}`,
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
  const pattern = String(schema["pattern"] ?? schema["$ref"] ?? "");
  if (/ms\|s\|m\|h|duration/.test(pattern))
    return "Give a number of milliseconds, or a text with a unit: 250ms, 2s, 5m, 1h.";
  if (pattern.includes("kB|MB|GB")) return "Give a number of bytes, or a text with a unit: 500kB, 50MB.";
  if (pattern.includes("network|timeout")) return "Use network, timeout, 5XX, or statuses from 300 to 599.";
  const description = schema["description"];
  return typeof description === "string" ? description : `Give ${String(schema["type"] ?? "another value")}.`;
}
