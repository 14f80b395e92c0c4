import type { Cursor, Problems } from "../diagnostics/index.js";
import { follow, type SpecDocument } from "../load/index.js";

type Composition = "allOf" | "anyOf" | "oneOf";

/** A schema and what it is put together from, with references followed. */
export function partsOf(
  document: SpecDocument,
  schema: Cursor,
  problems: Problems,
  keywords: readonly Composition[] = ["allOf", "anyOf", "oneOf"],
  depth = 0,
): Cursor[] {
  const target = follow(document, schema, problems);
  if (target === undefined || depth > 20) return [];
  const members = keywords.flatMap((keyword) => target.get(keyword)?.items() ?? []);
  return [target, ...members.flatMap((member) => partsOf(document, member, problems, keywords, depth + 1))];
}
