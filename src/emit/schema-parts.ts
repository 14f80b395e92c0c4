import type { Schema, SchemaObject } from "../ir/index.js";

/** A schema with every part changed as told, inner ones first. What stays the same is not copied. */
export function mapSchema(schema: Schema, change: (part: SchemaObject) => SchemaObject): Schema {
  if (typeof schema === "boolean" || schema.$ref !== undefined) return schema;
  const parts: Record<string, unknown> = {};
  for (const keyword of ["allOf", "anyOf", "oneOf", "prefixItems"] as const) {
    const members = schema[keyword];
    const mapped = members?.map((member) => mapSchema(member, change));
    if (mapped?.some((member, index) => member !== members?.[index])) parts[keyword] = mapped;
  }
  for (const keyword of ["properties", "patternProperties"] as const) {
    const members = Object.entries(schema[keyword] ?? {});
    const mapped = members.map(([name, member]) => [name, mapSchema(member, change)] as const);
    if (mapped.some(([, member], index) => member !== members[index]?.[1])) parts[keyword] = Object.fromEntries(mapped);
  }
  for (const keyword of ["items", "additionalProperties"] as const) {
    const member = schema[keyword];
    const mapped = member === undefined ? undefined : mapSchema(member, change);
    if (mapped !== member) parts[keyword] = mapped;
  }
  return change(Object.keys(parts).length === 0 ? schema : { ...schema, ...parts });
}
