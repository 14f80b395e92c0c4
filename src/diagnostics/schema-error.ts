import type { ErrorObject } from "ajv";
import type { ProblemCode } from "./codes.js";
import type { Cursor } from "./cursor.js";
import type { Problems } from "./problems.js";
import { didYouMean, nearest } from "./suggest.js";

/** Reports the errors of a JSON Schema validation, each at its place and in plain words. */
export function reportSchemaErrors(
  errors: readonly ErrorObject[],
  block: Cursor,
  code: ProblemCode,
  problems: Problems,
): void {
  const notListed = new Set(errors.filter(({ keyword }) => keyword === "enum").map(({ instancePath }) => instancePath));
  for (const error of errors) {
    // A value that is not in a list is reported once, not again for its type.
    if (error.keyword !== "type" || !notListed.has(error.instancePath)) report(error, block, code, problems);
  }
}

/** What the whole value is called in messages. */
const wholes: Partial<Record<ProblemCode, string>> = { config: "The configuration", pagination: "'x-pagination'" };

function report(
  { keyword, params, instancePath, parentSchema, data }: ErrorObject,
  block: Cursor,
  code: ProblemCode,
  problems: Problems,
): void {
  // The branches of a condition have errors of their own.
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
      `Unknown setting '${named([...keys, unknown])}'.${didYouMean(nearest(unknown, known))}`,
      `Valid settings: ${known.join(", ")}.`,
      at.get(unknown) ?? at,
    );
    return;
  }
  if (code === "policySyntax" && keys.join(".") === "timeout") {
    const written = typeof data === "object" ? "5s" : String(data);
    const fix = `Set { attempt: ${written} } to limit each attempt, or { total: ${written} } to limit the whole call.`;
    problems.add(code, `'timeout' can't be ${JSON.stringify(data)}.`, fix, at);
    return;
  }
  problems.add(
    code,
    `${what} ${whatIsWrong(keyword, params as Record<string, unknown>, data)}.${nearValue(parentSchema, data)}`,
    keys.length === 0 && code === "policySyntax" ? wholeBlock : fixFor(parentSchema ?? {}),
    at,
  );
}

function whatIsWrong(keyword: string, params: Record<string, unknown>, data: unknown): string {
  const value = typeof data === "number" ? String(data) : JSON.stringify(data);
  switch (keyword) {
    case "enum":
      return `can't be ${value}`;
    case "minimum":
      return `must be at least ${String(params["limit"])} (was ${value})`;
    case "maximum":
      return `must be at most ${String(params["limit"])} (was ${value})`;
    case "exclusiveMinimum":
      return `must be above ${String(params["limit"])} (was ${value})`;
    case "required":
      return `needs '${String(params["missingProperty"])}'`;
    case "uniqueItems":
      return "contains an item twice";
    default:
      return `can't be ${value}`;
  }
}

/** ` Did you mean 'standard'?`, for a value that is not in a list. */
function nearValue(schema: Readonly<Record<string, unknown>> | undefined, data: unknown): string {
  const values = schema?.["enum"];
  return Array.isArray(values) ? didYouMean(nearest(String(data), values.map(String))) : "";
}

function fixFor(schema: Readonly<Record<string, unknown>>): string {
  const values = schema["enum"];
  if (Array.isArray(values)) return `Valid values: ${values.map(String).join(", ")}.`;
  const pattern = String(schema["pattern"] ?? schema["$ref"] ?? "");
  if (/ms\|s\|m\|h|duration/.test(pattern))
    return "Use a number of milliseconds, or a string with a unit: 250ms, 2s, 5m, 1h.";
  if (pattern.includes("kB|MB|GB")) return "Use a number of bytes, or a string with a unit: 500kB, 50MB.";
  if (pattern.includes("network|timeout")) return "Use network, timeout, 5XX, or status codes from 300 to 599.";
  const { description } = schema;
  return `Use ${kindsOf(schema)}.${typeof description === "string" ? ` ${description}` : ""}`;
}

const wholeBlock = "Use settings, such as { retry: 2 } or { preset: standard }.";

const kinds: Readonly<Record<string, string>> = {
  integer: "an integer",
  number: "a number",
  string: "a string",
  boolean: "true or false",
  array: "a list",
  object: "an object with settings",
};

/** `an integer from 0 to 20, or true or false`. */
function kindsOf(schema: Readonly<Record<string, unknown>>): string {
  const types = [schema["type"] ?? []].flat().map(String);
  const known = types.map((type) => {
    const isNumber = type === "integer" || type === "number";
    return `${kinds[type] ?? type}${isNumber ? rangeOf(schema) : ""}`;
  });
  return known.length === 0 ? "another value" : known.join(", or ");
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
