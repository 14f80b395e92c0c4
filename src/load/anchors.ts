import { Cursor, type SourceFile } from "../diagnostics/index.js";

/** Names of the schemas in a file, apart from their paths. */
interface Names {
  /** By `$anchor` and `$dynamicAnchor` (JSON Schema 2020-12 §8.2.2). */
  readonly anchors: ReadonlyMap<string, Cursor>;
  /** By `$id`, as a URL (§8.2.1). */
  readonly ids: ReadonlyMap<string, Cursor>;
}

const known = new WeakMap<SourceFile, Names>();

/** The schema of a file that has this anchor. */
export function anchored(file: SourceFile, name: string): Cursor | undefined {
  return namesOf(file).anchors.get(name);
}

/** The schema of a file that has this URL as its `$id`. */
export function identified(file: SourceFile, url: string): Cursor | undefined {
  return namesOf(file).ids.get(url.replace(/#$/, ""));
}

/** The schema nearest around a place that has an `$id`: what a fragment there starts from (§8.2.1, §9.2). */
export function resourceAround(place: Cursor): Cursor | undefined {
  if (namesOf(place.file).ids.size === 0) return undefined;
  let found: Cursor | undefined;
  let at: Cursor | undefined = new Cursor(place.file);
  for (const key of place.path) {
    if (at?.text("$id") !== undefined) found = at;
    at = at?.get(key);
  }
  return found;
}

function namesOf(file: SourceFile): Names {
  const names = known.get(file) ?? findNames(file);
  known.set(file, names);
  return names;
}

function findNames(file: SourceFile): Names {
  const anchors = new Map<string, Cursor>();
  const ids = new Map<string, Cursor>();
  if (!/\$(?:dynamicAnchor|anchor|id)\b/.test(file.text)) return { anchors, ids };
  const seen = new Set<unknown>();
  const queue = [new Cursor(file)];
  for (let at = queue.pop(); at !== undefined; at = queue.pop()) {
    if (typeof at.value !== "object" || at.value === null || seen.has(at.value)) continue;
    seen.add(at.value);
    for (const name of [at.text("$anchor"), at.text("$dynamicAnchor")])
      if (name !== undefined && !anchors.has(name)) anchors.set(name, at);
    const id = at.text("$id");
    if (id !== undefined && URL.canParse(id, file.url)) ids.set(new URL(id, file.url).href.replace(/#$/, ""), at);
    for (const item of at.items()) queue.push(item);
    for (const [, member] of at.entries()) queue.push(member);
  }
  return { anchors, ids };
}
