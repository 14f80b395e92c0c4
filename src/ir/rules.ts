import { type Cursor, isRecord } from "../diagnostics/index.js";
import type { Rule, Schema } from "./api.js";

/** Normalizes a part of a schema. */
type Read = (part: Cursor) => Schema;

/** A schema with its keywords that no type can express; samples must keep to them all the same. */
export function withRules(at: Cursor, schema: Schema, read: Read): Schema {
  if (typeof schema === "boolean") return schema;
  const rules = rulesAt(at, read);
  return rules.length === 0 ? schema : { ...schema, rules };
}

function rulesAt(at: Cursor, read: Read): Rule[] {
  const { record } = at;
  const schemaAt = (key: string): Schema | undefined => {
    const part = at.get(key);
    return part !== undefined && isSchema(part) ? read(part) : undefined;
  };
  const rules: Rule[] = [];
  const not = schemaAt("not");
  if (not !== undefined) rules.push({ kind: "not", schema: not });
  const when = schemaAt("if");
  if (when !== undefined)
    rules.push({ kind: "if", when, met: schemaAt("then") ?? true, unmet: schemaAt("else") ?? true });
  const contained = schemaAt("contains");
  if (contained !== undefined) {
    const { minContains: least = 1, maxContains: most } = record;
    if (typeof least === "number")
      rules.push({ kind: "contains", schema: contained, least, ...(typeof most === "number" ? { most } : {}) });
  }
  const names = schemaAt("propertyNames");
  if (names !== undefined) rules.push({ kind: "names", schema: names });
  rules.push(...dependencies(at, read), ...conditions(at, read));
  return rules;
}

/** `dependentRequired`, `dependentSchemas`, and `dependencies`, which was both. */
function dependencies(at: Cursor, read: Read): Rule[] {
  const entries = ["dependentRequired", "dependentSchemas", "dependencies"].flatMap(
    (key) => at.get(key)?.entries() ?? [],
  );
  return entries.flatMap(([name, part]): Rule[] => {
    if (isSchema(part)) return [{ kind: "dependent", name, schema: read(part) }];
    if (!Array.isArray(part.value)) return [];
    const required = part.value.filter((item) => typeof item === "string");
    return [{ kind: "dependent", name, schema: { required } }];
  });
}

/** Unions that say which members must be there, not what they are: "a or b is required". Types leave them out. */
function conditions(at: Cursor, read: Read): Rule[] {
  return (["anyOf", "oneOf"] as const).flatMap((kind): Rule[] => {
    const members = at.get(kind)?.items() ?? [];
    if (!members.every(isSchema) || !members.some(isConditionOnly)) return [];
    return [{ kind, schemas: members.map(read) }];
  });
}

function isSchema({ value }: Cursor): boolean {
  return typeof value === "boolean" || isRecord(value);
}

const shaping = [
  "$ref",
  "$dynamicRef",
  "type",
  "nullable",
  "enum",
  "const",
  "properties",
  "additionalProperties",
  "patternProperties",
];
const composing = ["items", "prefixItems", "allOf", "anyOf", "oneOf"];

/** Whether a member of a union says only what must be there. */
export function isConditionOnly({ record }: Cursor): boolean {
  return Object.keys(record).length > 0 && ![...shaping, ...composing].some((key) => Object.hasOwn(record, key));
}
