import { Cursor, type SourceFile } from "../diagnostics/index.js";

const known = new WeakMap<SourceFile, ReadonlyMap<string, Cursor>>();

/** The schema that a file calls `name` by `$anchor` or `$dynamicAnchor` (JSON Schema 2020-12 §8.2.2). */
export function anchored(file: SourceFile, name: string): Cursor | undefined {
  const anchors = known.get(file) ?? anchorsOf(file);
  known.set(file, anchors);
  return anchors.get(name);
}

function anchorsOf(file: SourceFile): Map<string, Cursor> {
  const found = new Map<string, Cursor>();
  if (!/\$(?:dynamicA|a)nchor/.test(file.text)) return found;
  const seen = new Set<unknown>();
  const queue = [new Cursor(file)];
  for (let at = queue.pop(); at !== undefined; at = queue.pop()) {
    if (seen.has(at.value)) continue;
    if (typeof at.value === "object") seen.add(at.value);
    for (const key of ["$anchor", "$dynamicAnchor"]) {
      const name = at.text(key);
      if (name !== undefined && !found.has(name)) found.set(name, at);
    }
    queue.push(...at.items(), ...at.entries().map(([, member]) => member));
  }
  return found;
}
