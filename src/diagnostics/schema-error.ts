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
  const what = keys.length > 0 ? `'${named(keys)}'` : (wholes[code] ?? "'x-resilience'");
  if (keyword === "additionalProperties") {
    const unknown = String((params as { additionalProperty: unknown }).additionalProperty);
    const known = Object.keys((parentSchema?.["properties"] ?? {}) as object);
    problems.add(
      code,
      `'${named([...keys, unknown])}' is no setting`,
      suggestion(unknown, known),
      at.get(unknown) ?? at,
    );
    return;
  }
  if (code === "policySyntax" && keys.join(".") === "timeout") {
    const written = typeof data === "object" ? "5s" : String(data);
    const fix = `Write { attempt: ${written} } to limit each attempt, or { total: ${written} } to limit the whole call.`;
    problems.add(code, `'timeout' cannot be ${JSON.stringify(data)}`, fix, at);
    return;
  }
  problems.add(
    code,
    `${what} ${whatIsWrong(keyword, params as Record<string, unknown>, data)}`,
    keys.length === 0 && code === "policySyntax" ? wholeBlock : wayOut(parentSchema ?? {}, data),
    at,
  );
}

function whatIsWrong(keyword: string, params: Record<string, unknown>, data: unknown): string {
  const value = typeof data === "number" ? String(data) : JSON.stringify(data);
  switch (keyword) {
    case "enum":
      return `has no value ${value}`;
    case "minimum":
      return `is ${value}, below ${String(params["limit"])}`;
    case "maximum":
      return `is ${value}, above ${String(params["limit"])}`;
    case "exclusiveMinimum":
      return `is ${value}, not above ${String(params["limit"])}`;
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
  const { description } = schema;
  return `Give ${kindsOf(schema)}.${typeof description === "string" ? ` ${description}` : ""}`;
}

const wholeBlock = "Give settings, such as { retry: 2 }; a preset is { preset: standard }.";

const kinds: Readonly<Record<string, string>> = {
  integer: "a whole number",
  number: "a number",
  string: "a text",
  boolean: "true or false",
  array: "a list",
  object: "settings in { }",
};

/** `a whole number from 0 to 20, true or false`. */
function kindsOf(schema: Readonly<Record<string, unknown>>): string {
  const types = [schema["type"] ?? []].flat().map(String);
  const known = types.map((type) => {
    const isNumber = type === "integer" || type === "number";
    return `${kinds[type] ?? type}${isNumber ? rangeOf(schema) : ""}`;
  });
  return known.length === 0 ? "another value" : known.join(", ");
}

function rangeOf({ minimum, maximum, exclusiveMinimum }: Readonly<Record<string, unknown>>): string {
  if (typeof exclusiveMinimum === "number")
    return ` above ${exclusiveMinimum}${typeof maximum === "number" ? `, ${maximum} at most` : ""}`;
  if (typeof minimum === "number")
    return typeof maximum === "number" ? ` from ${minimum} to ${maximum}` : ` of ${minimum} or more`;
  return "";
}

/** `retry.on[1]`. */
function named(keys: readonly string[]): string {
  return keys.join(".").replace(/\.(\d+)(?=\.|$)/g, "[$1]");
}
