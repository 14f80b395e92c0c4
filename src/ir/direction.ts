import { type Cursor, isRecord } from "../diagnostics/index.js";

/**
 * Whether a schema describes what the server sends, what it is sent as JSON, or a form with files. `readOnly` and
 * `writeOnly` members differ; bytes (`format: binary`) are possible in a form only.
 */
export type Direction = "read" | "write" | "form";

/** What a schema holds that not all directions have. */
export type Difference = "access" | "bytes";

/** Finds the value that a `$ref` leads to, or the value itself. */
export type Target = (at: Cursor) => Cursor | undefined;

/** Whether a member is left out: `readOnly` members are not sent, `writeOnly` ones do not come back. */
export function isOneWay(property: Cursor, target: Target): "readOnly" | "writeOnly" | undefined {
  const own = property.record;
  const referred = own["$ref"] === undefined ? own : { ...target(property)?.record, ...own };
  const readOnly = referred["readOnly"] === true;
  if (readOnly === (referred["writeOnly"] === true)) return undefined;
  return readOnly ? "readOnly" : "writeOnly";
}

/** Whether a string stands for bytes: by `format`, or since OpenAPI 3.1 by the media type of its content. */
export function isBytes(value: Readonly<Record<string, unknown>>): boolean {
  return (
    value["format"] === "binary" || (isBinaryType(value["contentMediaType"]) && value["contentEncoding"] === undefined)
  );
}

/** A picture, a sound, an archive: since OpenAPI 3.1 written without `format`. */
function isBinaryType(mediaType: unknown): boolean {
  return (
    typeof mediaType === "string" &&
    /^(image|audio|video|font)\/|^application\/(octet-stream|pdf|zip|gzip)$/.test(mediaType)
  );
}

/** The types of JSON Schema, `integer` being a `number`. */
const everyType = ["string", "number", "boolean", "object", "array", "null"];

/** Deeper than this, compositions are taken to allow anything. */
const maxDepth = 12;

/** The types that values of a written schema may have. */
export function typesAt(at: Cursor, target: Target, depth = 0): ReadonlySet<string> {
  const found = target(at);
  if (found === undefined || !isRecord(found.value) || depth > maxDepth) return new Set(everyType);
  let types = ownTypes(found.record);
  for (const part of found.get("allOf")?.items() ?? []) types = common(types, typesAt(part, target, depth + 1));
  for (const keyword of ["anyOf", "oneOf"]) {
    const members = found.get(keyword)?.items() ?? [];
    if (members.length === 0) continue;
    types = common(types, new Set(members.flatMap((member) => [...typesAt(member, target, depth + 1)])));
  }
  return found.record["nullable"] === true ? new Set([...types, "null"]) : types;
}

function ownTypes(value: Readonly<Record<string, unknown>>): ReadonlySet<string> {
  if (value["type"] !== undefined) {
    const written = [value["type"]].flat().map((type) => (type === "integer" ? "number" : (type ?? "null")));
    const known = written.filter((type) => everyType.includes(type as string)) as string[];
    if (known.length > 0) return new Set(known);
  }
  if (Array.isArray(value["enum"])) return new Set(value["enum"].map(typeOf));
  if ("const" in value) return new Set([typeOf(value["const"])]);
  if (isRecord(value["properties"]) || value["additionalProperties"] !== undefined) return new Set(["object"]);
  return new Set(value["items"] === undefined && value["prefixItems"] === undefined ? everyType : ["array"]);
}

/** The type of a value, as JSON Schema calls it. */
export function typeOf(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "array" : typeof value;
}

export function common(one: ReadonlySet<string>, other: ReadonlySet<string>): ReadonlySet<string> {
  return new Set([...one].filter((type) => other.has(type)));
}
