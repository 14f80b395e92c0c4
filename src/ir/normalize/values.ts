import type { Cursor, Problems } from "../../diagnostics/index.js";
import type { OpenApiVersion } from "../../load/index.js";
import { constValue, enumValues } from "../literals.js";
import type { Draft, NormalizeContext } from "./context.js";

const types = ["string", "number", "integer", "boolean", "object", "array", "null"];

export const meaningless = "'nullable' has no effect since OpenAPI 3.1. It was read as in 3.0.";

/** Keywords that are taken as they are, with the kind of value that they must have. */
const scalars = Object.entries({
  title: "string",
  description: "string",
  format: "string",
  pattern: "string",
  minimum: "number",
  maximum: "number",
  multipleOf: "number",
  minLength: "number",
  maxLength: "number",
  minItems: "number",
  maxItems: "number",
  minProperties: "number",
  maxProperties: "number",
  uniqueItems: "boolean",
  deprecated: "boolean",
  exclusiveMinimum: "any",
  exclusiveMaximum: "any",
  default: "any",
  example: "any",
  examples: "any",
} satisfies Record<string, "string" | "number" | "boolean" | "any">);

/** The keywords that are taken as they are, where their values are of the right kind. */
export function scalarsPart(value: Record<string, unknown>, draft: Draft): void {
  for (const [key, kind] of scalars) {
    if (!Object.hasOwn(value, key)) continue;
    const member = value[key];
    if (kind === "any" || typeof member === kind) draft[key] = member;
  }
}

export function typePart(
  at: Cursor,
  value: Record<string, unknown>,
  draft: Draft,
  { version, problems }: NormalizeContext,
): void {
  const written = value["type"] === undefined ? [] : [value["type"]].flat();
  const known = [...new Set(written.filter((type): type is string => types.includes(type as string)))];
  // `[string, null]` without quotes: YAML's null.
  if (known.length > 0 && written.includes(null) && !known.includes("null")) known.push("null");
  if (known.length < new Set(written).size) {
    problems.add(
      "brokenCorner",
      `Unknown type ${JSON.stringify(value["type"])}. It is typed as unknown.`,
      "Fix it to get a type.",
      at.get("type") ?? at,
    );
  }
  const isNullable = value["nullable"] === true;
  if (isNullable && version !== "3.0") {
    problems.add(
      "brokenCorner",
      meaningless,
      "Add 'null' to the types:\n  type: [string, 'null']",
      at.get("nullable") ?? at,
    );
  }
  // Beside a composition, `nullable` is meant for the whole of it: its parts need not say so again.
  const isComposed = ["allOf", "anyOf", "oneOf"].some((keyword) => value[keyword] !== undefined);
  if (isNullable && known.length > 0 && !isComposed) {
    if (!known.includes("null")) known.push("null");
  } else if (isNullable) draft.nullable = true;
  if (known.length > 0) draft.type = known.length === 1 ? (known[0] as string) : known;
}

export function valuesPart(at: Cursor, draft: Draft, { version, problems }: NormalizeContext): void {
  const declared = [draft.type ?? []].flat();
  const list = at.get("enum");
  if (list !== undefined && Array.isArray(list.value)) {
    const isObject = declared.includes("object");
    const values = enumValues(list, isObject ? [] : declared, problems);
    if (values.length > 0) draft.enum = values;
    const isPlain = values.every((item) => typeof item !== "object" || item === null);
    if (isObject && isPlain) objectOrValues(at, draft, problems);
    nullAmong(draft, at.record["nullable"] === true, version);
  }
  const fixed = at.get("const");
  if (fixed === undefined) return;
  if (fixed.value === null && draft.type === undefined) draft.type = "null";
  else if (typeof fixed.value !== "number" || Number.isFinite(fixed.value))
    draft.const = constValue(fixed, declared, problems);
}

/** An object is none of the values listed beside it. Members say more than a list; a list says more than "object". */
function objectOrValues(at: Cursor, draft: Draft, problems: Problems): void {
  const hasMembers = at.get("properties") !== undefined || at.get("additionalProperties") !== undefined;
  if (hasMembers || draft.type !== "object") delete draft.enum;
  else delete draft.type;
  problems.add(
    "brokenCorner",
    `An object can't be one of the values in 'enum'. The ${hasMembers ? "enum" : "type"} is ignored.`,
    "Remove the one that isn't meant.",
    at.get("enum") ?? at,
  );
}

/** Before 3.1, either `nullable` or a null in the list is meant to allow null, though strictly it takes both. */
function nullAmong(draft: Draft, isNullable: boolean, version: OpenApiVersion): void {
  const { enum: values, type } = draft;
  if (values === undefined) return;
  if (isNullable && !values.includes(null)) draft.enum = [...values, null];
  if (version !== "3.0" || !values.includes(null) || type === undefined) return;
  const declared = [type].flat();
  if (!declared.includes("null")) draft.type = [...declared, "null"];
}
