// Schemas of a document as JSON Schema 2020-12, for ajv. Written from the standards, not from the generator's sources.

import Ajv from "ajv/dist/2020.js";
import formats from "ajv-formats";
import { at, follow } from "./read.js";

const asMaps = ["properties", "patternProperties", "dependentSchemas", "$defs", "definitions"];
const asLists = ["allOf", "anyOf", "oneOf", "prefixItems"];
const asSchemas = [
  "items",
  "additionalProperties",
  "not",
  "contains",
  "if",
  "then",
  "else",
  "propertyNames",
  "unevaluatedItems",
  "unevaluatedProperties",
];
const asTheyAre = [
  "const",
  "multipleOf",
  "minimum",
  "maximum",
  "minLength",
  "maxLength",
  "minItems",
  "maxItems",
  "uniqueItems",
  "minContains",
  "maxContains",
  "minProperties",
  "maxProperties",
  "dependentRequired",
];

/** Checks values against schemas of a document, in what is sent (`write`) or received (`read`). */
export class SchemaReader {
  #root;
  #isOld;
  #ajv = new Ajv({ strict: false, logger: false, unicodeRegExp: false, validateSchema: false, allErrors: false });
  #known = new Set();
  #validators = new Map();

  constructor(root) {
    this.#root = root;
    this.#isOld = String(root.openapi).startsWith("3.0");
    formats.default(this.#ajv);
  }

  /** Why a value does not fit; `undefined` where it does. */
  misfit(value, schema, direction) {
    const key = direction === "read" ? 0 : 1;
    const known = this.#validators.get(schema) ?? [];
    this.#validators.set(schema, known);
    known[key] ??= this.#ajv.compile(this.convert(schema, direction));
    if (known[key](value)) return undefined;
    const [{ instancePath, schemaPath, message, params }] = known[key].errors;
    return `${instancePath || "/"} ${message} ${JSON.stringify(params)} (${decodeURIComponent(schemaPath)})`;
  }

  resolve(schema) {
    return follow(this.#root, schema);
  }

  /** A schema in JSON Schema's own terms; what it refers to is added to the validator. */
  convert(schema, direction, hidden = new Set()) {
    if (typeof schema !== "object" || schema === null) return schema !== false;
    const own = typeof schema.$ref === "string" ? this.#reference(schema.$ref, direction) : {};
    if (own.$ref !== undefined && this.#isOld) return own;
    const to = this.#plain(schema, direction, hidden);
    return own.$ref === undefined ? to : { allOf: [own, to] };
  }

  #reference(ref, direction) {
    const id = `https://oracle.test/${direction}/${encodeURIComponent(ref)}`;
    if (!this.#known.has(id)) {
      this.#known.add(id);
      const target = at(this.#root, ref);
      this.#ajv.addSchema({ $id: id, allOf: [this.convert(target ?? true, direction)] });
    }
    return { $ref: id };
  }

  #plain(from, direction, above) {
    const to = {};
    const hidden = new Set([...above, ...this.#hiddenNames(from, direction)]);
    for (const key of asTheyAre) if (from[key] !== undefined) to[key] = from[key];
    for (const key of asSchemas)
      if (from[key] !== undefined && !Array.isArray(from[key])) to[key] = this.convert(from[key], direction);
    for (const key of asLists)
      if (Array.isArray(from[key]))
        to[key] = from[key].map((part) => this.convert(part, direction, key === "allOf" ? hidden : above));
    for (const key of asMaps) {
      if (typeof from[key] !== "object" || from[key] === null) continue;
      const parts = Object.entries(from[key]).map(([name, part]) => [name, this.convert(part, direction)]);
      to[key] = Object.fromEntries(parts);
    }
    if (Array.isArray(from.required)) to.required = from.required.filter((name) => !hidden.has(name));
    if (Array.isArray(from.enum)) to.enum = from.enum;
    if (typeof from.format === "string" && from.format !== "binary") to.format = from.format;
    if (typeof from.pattern === "string" && isPattern(from.pattern)) to.pattern = from.pattern;
    bounds(from, to);
    if (from.type !== undefined && from.type !== "file") to.type = from.type;
    return from.nullable === true ? nullable(to) : to;
  }

  /** Members of an object that its direction leaves out. */
  #hiddenNames(schema, direction, depth = 0) {
    const target = this.resolve(schema);
    if (typeof target !== "object" || target === null || depth > 10) return [];
    const flag = direction === "write" ? "readOnly" : "writeOnly";
    const own = Object.entries(target.properties ?? {}).filter(([, property]) => {
      const followed = { ...this.resolve(property), ...property };
      return followed[flag] === true;
    });
    const parts = (target.allOf ?? []).flatMap((part) => this.#hiddenNames(part, direction, depth + 1));
    return [...own.map(([name]) => name), ...parts];
  }
}

function bounds(from, to) {
  for (const [exclusive, inclusive] of [
    ["exclusiveMinimum", "minimum"],
    ["exclusiveMaximum", "maximum"],
  ]) {
    if (typeof from[exclusive] === "number") to[exclusive] = from[exclusive];
    if (from[exclusive] !== true || typeof from[inclusive] !== "number") continue;
    to[exclusive] = from[inclusive];
    delete to[inclusive];
  }
}

function nullable(schema) {
  if (schema.type === undefined) return Object.keys(schema).length === 0 ? {} : { anyOf: [{ type: "null" }, schema] };
  return { ...schema, type: [...new Set([schema.type, "null"].flat())] };
}

function isPattern(pattern) {
  try {
    return new RegExp(pattern) !== undefined;
  } catch {
    return false;
  }
}
