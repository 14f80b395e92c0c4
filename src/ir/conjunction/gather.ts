import type { Schema, SchemaObject } from "../api.js";
import { merged } from "./merge.js";

/** A union as it stands beside other parts. */
export interface Union {
  readonly keyword: "anyOf" | "oneOf";
  readonly members: readonly Schema[];
  readonly openness: Pick<SchemaObject, "openBy" | "openDefault">;
}

/** What a schema is the conjunction of. */
export interface Parts {
  /** All that is written in place, as one; `false` where that is impossible. */
  readonly own: SchemaObject | false;
  readonly refs: readonly SchemaObject[];
  readonly unions: readonly Union[];
}

interface Draft {
  own: SchemaObject | false;
  readonly refs: Map<string, SchemaObject>;
  readonly unions: Union[];
}

/** Takes a schema and its `allOf`, however deep, apart. */
export function gather(schema: Schema): Parts {
  const draft: Draft = { own: {}, refs: new Map(), unions: [] };
  add(schema, draft);
  return { ...draft, refs: [...draft.refs.values()] };
}

function add(schema: Schema, draft: Draft): void {
  if (schema === true || draft.own === false) return;
  if (schema === false) draft.own = false;
  else if (schema.$ref !== undefined) draft.refs.set(schema.$ref, schema);
  else if (schema.nullable === true) {
    const { nullable: _nullable, ...rest } = schema;
    draft.unions.push({ keyword: "anyOf", members: [rest, { type: "null" }], openness: {} });
  } else addParts(schema, draft);
}

/** What only describes a part does not describe the whole. */
const descriptive = ["title", "description", "deprecated", "default", "example", "examples"];

function addParts(schema: SchemaObject, draft: Draft): void {
  const { allOf = [], anyOf, oneOf, openBy, openDefault, ...rest } = schema;
  const own = Object.fromEntries(Object.entries(rest).filter(([key]) => !descriptive.includes(key)));
  if (Object.keys(own).length > 0 && draft.own !== false) draft.own = merged(draft.own, own);
  for (const part of allOf) add(part, draft);
  const openness = {
    ...(openBy === undefined ? {} : { openBy }),
    ...(openDefault === undefined ? {} : { openDefault }),
  };
  // Where a schema has both, what is open was said of the first that stands there.
  const first = anyOf === undefined ? "oneOf" : "anyOf";
  for (const [keyword, members] of [
    ["anyOf", anyOf],
    ["oneOf", oneOf],
  ] as const)
    if (members !== undefined) draft.unions.push({ keyword, members, openness: keyword === first ? openness : {} });
}
