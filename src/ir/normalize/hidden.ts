import type { Cursor } from "../../diagnostics/index.js";
import { isOneWay } from "../direction.js";
import type { NormalizeContext } from "./context.js";

/** The members of a schema; large documents are written with a reference in their place, which no standard knows. */
export function membersWritten(at: Cursor, context: NormalizeContext): readonly [string, Cursor][] {
  const written = at.get("properties");
  const members = typeof written?.record["$ref"] === "string" ? context.target(written) : written;
  return members?.entries() ?? [];
}

/** The members that this direction does not have; whatever part of a composition requires them means the others. */
export function hiddenMembers(at: Cursor, context: NormalizeContext): ReadonlySet<string> {
  const hidden = new Set(context.hidden);
  for (const [name, property] of membersWritten(at, context)) {
    const way = isOneWay(property, context.target);
    if (way === undefined) continue;
    context.sawDifference("access");
    if ((way === "writeOnly") === (context.direction === "read")) hidden.add(name);
  }
  return hidden;
}

/** So many parts of a composition are looked at: those beyond hide their own members all the same. */
const mostParts = 200;

/** The parts of a composition share what is hidden: one may require what another declares. */
export function withHidden(at: Cursor, context: NormalizeContext): NormalizeContext {
  const parts = ["allOf", "anyOf", "oneOf"].flatMap((keyword) => at.get(keyword)?.items() ?? []);
  if (parts.length === 0) return context;
  const hidden = new Set([...context.hidden, ...hiddenMembers(at, context)]);
  const seen = new Set<unknown>();
  const queue = at.get("$ref") === undefined ? parts : [...parts, at];
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    const part = context.target(next);
    if (part === undefined || seen.has(part.value)) continue;
    if (seen.size === mostParts) break;
    seen.add(part.value);
    for (const name of hiddenMembers(part, context)) hidden.add(name);
    for (const keyword of ["allOf", "anyOf", "oneOf"]) queue.push(...(part.get(keyword)?.items() ?? []));
  }
  return hidden.size === context.hidden.size ? context : { ...context, hidden };
}
