import yaml from "js-yaml";
import { visit } from "jsonc-parser";
import type { Place, SourceFile, Spot } from "./problem.js";

/** Where a key or an item of a document starts, with everything below it. */
interface Mark {
  readonly line: number;
  readonly column: number;
  readonly children: Map<string | number, Mark>;
}

/** The places of everything in a document. */
interface Places {
  readonly root: Mark;
  /** Keys that occur more than once in their mapping. */
  readonly repeated: RepeatedKey[];
}

export interface RepeatedKey {
  readonly key: string;
  readonly line: number;
  readonly column: number;
}

const placesOf = new WeakMap<SourceFile, Places>();

/** Line and column of a spot: of its key or, in a list, of its item. If it is missing, those of its nearest parent. */
export function locate({ file, path }: Spot): Place {
  let mark = readPlaces(file).root;
  for (const key of path) {
    const next: Mark | undefined = mark.children.get(key) ?? mark.children.get(String(key));
    if (next === undefined) break;
    mark = next;
  }
  return { file: file.name, line: mark.line, column: mark.column };
}

/** Where a spot is, as part of a message about another one: `line 12`, or `a.yaml:12`. */
export function besides(spot: Spot | undefined, shown: Spot | undefined): string {
  if (spot === undefined || shown === undefined || spot.file.format === "code") return "";
  const { file, line } = locate(spot);
  if (spot.file !== shown.file) return `${file}:${line}`;
  return line === locate(shown).line ? "" : `line ${line}`;
}

/** Every key that occurs more than once in its mapping. */
export function repeatedKeys(file: SourceFile): readonly RepeatedKey[] {
  return readPlaces(file).repeated;
}

function readPlaces(file: SourceFile): Places {
  const known = placesOf.get(file);
  if (known !== undefined) return known;
  const places = file.format === "json" ? jsonPlaces(file.text) : yamlPlaces(file.text);
  placesOf.set(file, places);
  return places;
}

function markAt(line: number, column: number): Mark {
  return { line, column, children: new Map() };
}

function jsonPlaces(text: string): Places {
  const root = markAt(1, 1);
  const repeated: RepeatedKey[] = [];
  const open: Mark[] = [];
  let next = root;
  const value = (line: number, character: number): Mark => {
    const top = open.at(-1);
    if (top === undefined || next !== top) return next;
    const item = markAt(line + 1, character + 1);
    top.children.set(top.children.size, item);
    return item;
  };
  const begin = (_o: number, _l: number, line: number, character: number): void => {
    next = value(line, character);
    open.push(next);
  };
  const end = (): void => {
    open.pop();
    next = open.at(-1) ?? root;
  };
  visit(text, {
    onObjectBegin: begin,
    onObjectEnd: end,
    onArrayBegin: begin,
    onArrayEnd: end,
    onObjectProperty: (name, _o, _l, line, character) => {
      next = markAt(line + 1, character + 1);
      const { children } = open.at(-1) ?? root;
      if (children.has(name)) repeated.push({ key: name, line: next.line, column: next.column });
      children.set(name, next);
    },
    onLiteralValue: (_v, _o, _l, line, character) => {
      value(line, character);
      next = open.at(-1) ?? root;
    },
  });
  return { root, repeated };
}

/** A node that js-yaml has finished: where it started, and its value. */
interface Node {
  readonly mark: Mark;
  readonly value: unknown;
}

interface ParserState {
  readonly line: number;
  readonly position: number;
  readonly lineStart: number;
  readonly input: string;
  readonly result: unknown;
}

/**
 * Follows js-yaml while it parses. It reports where each node opens and closes, but not which ones are keys: that follows
 * from the finished mapping, whose nodes arrive in the order key, value, key, value.
 */
function yamlPlaces(text: string): Places {
  const repeated: RepeatedKey[] = [];
  const stack: { position: { line: number; column: number }; nodes: Node[] }[] = [];
  let root = markAt(1, 1);
  const listener = (event: string, state: ParserState): void => {
    if (event === "open") {
      stack.push({ position: positionOf(state), nodes: [] });
      return;
    }
    const frame = stack.pop();
    if (frame === undefined) return;
    const mark = markAt(frame.position.line, frame.position.column);
    adopt(mark, state.result, frame.nodes, repeated);
    const parent = stack.at(-1);
    if (parent === undefined) root = mark;
    else parent.nodes.push({ mark, value: state.result });
  };
  try {
    yaml.load(text, { json: true, maxDepth: 1_000, listener } as yaml.LoadOptions);
  } catch {
    // Places are known up to the syntax error.
  }
  return { root, repeated };
}

/** The first character of the node that js-yaml is about to read: it opens a node before skipping the space before it. */
function positionOf({ input, line, position, lineStart }: ParserState): { line: number; column: number } {
  let at = position;
  let row = line;
  let start = lineStart;
  for (;;) {
    const character = input[at];
    if (character === "\n") {
      row++;
      start = at + 1;
    } else if (character === "#") {
      while (at + 1 < input.length && input[at + 1] !== "\n") at++;
    } else if (character !== " " && character !== "\r" && character !== "\t") break;
    at++;
  }
  return { line: row + 1, column: at - start + 1 };
}

function adopt(mark: Mark, value: unknown, nodes: readonly Node[], repeated: RepeatedKey[]): void {
  const [only] = nodes;
  // A list or mapping in flow style is first parsed as a possible key: then it is its own and only node.
  if (only !== undefined && nodes.length === 1 && only.value === value && typeof value === "object")
    for (const [key, child] of only.mark.children) mark.children.set(key, child);
  else if (Array.isArray(value)) adoptItems(mark, value, nodes);
  else if (typeof value === "object" && value !== null)
    adoptMembers(mark, value as Record<string, unknown>, nodes, repeated);
}

/** An empty item has no node; a pair without braces (`[a: 1]`) has two. */
function adoptItems(mark: Mark, items: readonly unknown[], nodes: readonly Node[]): void {
  let at = 0;
  items.forEach((item, index) => {
    const node = nodes[at];
    const isOwn = node !== undefined && Object.is(node.value, item);
    if (node === undefined || (item === null && !isOwn)) return;
    mark.children.set(index, node.mark);
    at += isOwn ? 1 : 2;
  });
}

/** A mark combines the place of the key and the children of its value. A key without a value has no node for it. */
function adoptMembers(
  mark: Mark,
  value: Record<string, unknown>,
  nodes: readonly Node[],
  repeated: RepeatedKey[],
): void {
  for (let index = 0; index < nodes.length; index++) {
    const key = nodes[index];
    const name = String(key?.value);
    if (key === undefined || !Object.hasOwn(value, name)) continue;
    if (mark.children.has(name)) repeated.push({ key: name, line: key.mark.line, column: key.mark.column });
    const next = nodes[index + 1];
    const hasValue = next !== undefined && (Object.is(next.value, value[name]) || mark.children.has(name));
    mark.children.set(name, { ...key.mark, children: hasValue ? next.mark.children : new Map() });
    if (hasValue) index++;
  }
}
