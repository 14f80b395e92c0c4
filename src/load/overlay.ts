import { type JSONValue, query } from "json-p3";
import { Cursor, isRecord, type Problems, placeMember, type SourceFile, type Spot } from "../diagnostics/index.js";
import { checkOverlay } from "./overlay-check.js";

type Path = readonly (string | number)[];

/**
 * Applies overlays to a document, one after the other, each action to the result of the previous one (Overlay Specification
 * 1.0 and 1.1). Changes the value in place, and records where each new member was written.
 */
export function applyOverlays(value: unknown, overlays: readonly SourceFile[], problems: Problems): void {
  for (const file of overlays) {
    const overlay = new Cursor(file);
    if (!checkOverlay(overlay, problems)) continue;
    for (const action of overlay.get("actions")?.items() ?? []) applyAction(value, action, problems);
  }
}

function applyAction(root: unknown, action: Cursor, problems: Problems): void {
  const refuse = (what: string, at: Cursor): void => problems.add("overlay", what, "Fix the action.", at);
  const target = action.get("target") ?? action;
  const text = String(target.value);
  const paths = locations(root, text);
  if (paths === undefined) return refuse(`'${text}' is not a valid JSONPath (RFC 9535).`, target);
  if (paths.length === 0) {
    problems.add(
      "overlayNoMatch",
      `Target '${text}' matches nothing.`,
      "Fix the target, or remove the action.",
      target,
    );
    return;
  }
  if (action.get("remove")?.value === true) return remove(root, paths, (what) => refuse(what, action));
  const source = updateOf(root, action, refuse);
  if (source === undefined) return;
  const kinds = new Set(paths.map((path) => kindOf(valueAt(root, path))));
  if (kinds.size > 1) return refuse(`Target '${text}' selects both objects and other values.`, target);
  for (const path of paths) {
    if (path.length === 0) mergeInto(root, source.value, source.spot, (what) => refuse(what, action));
    else
      updateMember(valueAt(root, path.slice(0, -1)) as object, path.at(-1) ?? "", source, (what) =>
        refuse(what, action),
      );
  }
}

/** The value to merge: `copy` selects exactly one value of the document, `update` contains it. */
function updateOf(
  root: unknown,
  action: Cursor,
  refuse: (what: string, at: Cursor) => void,
): { value: unknown; spot: Spot } | undefined {
  const copy = action.get("copy");
  if (copy === undefined) {
    const update = action.get("update");
    return update === undefined ? undefined : { value: structuredClone(update.value), spot: update.spot };
  }
  const paths = locations(root, String(copy.value)) ?? [];
  const [only] = paths;
  if (paths.length !== 1 || only === undefined) {
    refuse(`'copy' must select exactly one value (selects ${paths.length}).`, copy);
    return undefined;
  }
  return { value: structuredClone(valueAt(root, only)), spot: copy.spot };
}

/** The places that a path selects, each once; `undefined` if the path is invalid. */
function locations(root: unknown, path: string): Path[] | undefined {
  try {
    const found = query(path, root as JSONValue).nodes.map(
      ({ location }) => [JSON.stringify(location), location] as const,
    );
    return [...new Map(found).values()];
  } catch {
    return undefined;
  }
}

function valueAt(root: unknown, path: Path): unknown {
  return path.reduce<unknown>((value, key) => (value as Record<string | number, unknown>)[key], root);
}

function kindOf(value: unknown): "object" | "array" | "primitive" {
  if (Array.isArray(value)) return "array";
  return isRecord(value) ? "object" : "primitive";
}

/** From the last place to the first, and children before their parents, so that the remaining places stay valid. */
function remove(root: unknown, paths: readonly Path[], refuse: (what: string) => void): void {
  for (const path of [...paths].sort(fromLast)) {
    const key = path.at(-1);
    if (key === undefined) return refuse("The document itself can't be removed.");
    const holder = valueAt(root, path.slice(0, -1));
    if (Array.isArray(holder)) holder.splice(Number(key), 1);
    else delete (holder as Record<string, unknown>)[String(key)];
  }
}

function fromLast(a: Path, b: Path): number {
  const at = a.findIndex((key, index) => key !== b[index]);
  const [left, right] = [a[at], b[at]];
  if (left === undefined || right === undefined) return b.length - a.length;
  if (typeof left === "number" && typeof right === "number") return right - left;
  return String(left) < String(right) ? 1 : -1;
}

function updateMember(
  holder: object,
  key: string | number,
  { value, spot }: { value: unknown; spot: Spot },
  refuse: (what: string) => void,
): void {
  const current = (holder as Record<string | number, unknown>)[key];
  if (kindOf(current) !== "primitive") return mergeInto(current, value, spot, refuse);
  if (kindOf(value) !== "primitive") return refuse("A primitive value can't be merged with an object or a list.");
  setMember(holder, key, value, spot);
}

/** Objects are merged; a list is extended by an item or a list; anything else is an error. */
function mergeInto(target: unknown, update: unknown, spot: Spot, refuse: (what: string) => void): void {
  if (Array.isArray(target)) {
    const items = Array.isArray(update) ? update : [update];
    items.forEach((item, index) => {
      const path = Array.isArray(update) ? [...spot.path, index] : spot.path;
      setMember(target, target.length, structuredClone(item), { file: spot.file, path });
    });
    return;
  }
  if (!isRecord(target) || !isRecord(update)) return refuse("An object can only be merged with an object.");
  for (const [key, value] of Object.entries(update)) {
    const place = { file: spot.file, path: [...spot.path, key] };
    const current = Object.hasOwn(target, key) ? target[key] : undefined;
    if (current === undefined || (kindOf(current) === "primitive" && kindOf(value) === "primitive")) {
      setMember(target, key, structuredClone(value), place);
    } else if (kindOf(current) === kindOf(value)) mergeInto(current, value, place, refuse);
    else refuse(`'${key}' has another type in the document.`);
  }
}

function setMember(holder: object, key: string | number, value: unknown, spot: Spot): void {
  Object.defineProperty(holder, key, { value, enumerable: true, configurable: true, writable: true });
  placeMember(holder, key, spot);
}
