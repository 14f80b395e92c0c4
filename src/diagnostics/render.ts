import { codeFrameColumns } from "@babel/code-frame";
import { locate } from "./locate.js";
import { paintFor } from "./paint.js";
import type { Place, Problem, SourceFile, Spot } from "./problem.js";
import { withoutCredentials } from "./redact.js";
import { visible, visibleInline } from "./visible.js";

export interface RenderOptions {
  readonly color: boolean;
  /** How many of a kind are shown before the rest is only counted. */
  readonly perKind: number;
  /** Show the lines around each place. @default true */
  readonly frames?: boolean;
}

/** Problems as people read them: place, fact, way out. Alike ones are grouped and counted. */
export function renderProblems(problems: readonly Problem[], options: RenderOptions): string {
  const groups = new Map<string, Problem[]>();
  for (const problem of problems) {
    const kind = `${problem.code} ${problem.hint}`;
    const group = groups.get(kind);
    if (group === undefined) groups.set(kind, [problem]);
    else group.push(problem);
  }
  return [...groups.values()].map((group) => renderGroup(group, options)).join("\n");
}

function renderGroup(group: readonly Problem[], { color, perKind, frames = true }: RenderOptions): string {
  const paint = paintFor(color);
  const limit = group.some(({ severity }) => severity === "error") ? Number.POSITIVE_INFINITY : perKind;
  const shown = inOrder(group).slice(0, limit);
  const lines = shown.map((problem) => {
    const { place, within, source } = placeOf(problem);
    const position = place === undefined ? within : `${place.file}:${place.line}:${place.column}`;
    const where = position === undefined ? "" : `${paint.cyan(position)}  `;
    const { severity, code } = problem;
    const mark = { error: paint.red, warning: paint.yellow, note: paint.blue }[severity](
      severity === "error" ? code : `${code} ${severity}`,
    );
    return `${where}${mark}  ${visibleInline(problem.message)}\n${frames ? frameOf(place, source) : ""}`;
  });
  const rest = group.length - shown.length;
  const more = rest > 0 ? paint.dim(`    … and ${rest} more of this kind\n`) : "";
  return `${lines.join("")}${more}    ${group[0]?.hint ?? ""}\n`;
}

/** As they stand in their files; the files, and what has no place, as they were met. */
function inOrder(group: readonly Problem[]): readonly Problem[] {
  const files: (string | undefined)[] = [];
  const keyed = group.map((problem) => {
    const { place } = placeOf(problem);
    if (!files.includes(place?.file)) files.push(place?.file);
    return { problem, keys: [files.indexOf(place?.file), place?.line ?? 0, place?.column ?? 0] as const };
  });
  keyed.sort(({ keys: a }, { keys: b }) => a[0] - b[0] || a[1] - b[1] || a[2] - b[2]);
  return keyed.map(({ problem }) => problem);
}

/** A problem with its place in numbers; in a value that a program made, with its keys instead of a line. */
export function placed(problem: Problem): Omit<Problem, "at"> & Partial<Place> & { readonly keys?: string } {
  const { at, ...rest } = problem;
  const { place } = placeOf(problem);
  if (place !== undefined) return { ...rest, file: place.file, line: place.line, column: place.column };
  return at === undefined || "line" in at ? rest : { ...rest, file: at.file.name, keys: dotted(at.path) };
}

function placeOf({ at }: Problem): { place?: Place; within?: string; source?: SourceFile } {
  if (at === undefined) return {};
  if ("line" in at) return at.source === undefined ? { place: at } : { place: at, source: at.source };
  if (at.file.format === "code") return { within: `${at.file.name}: ${dotted(at.path)}` };
  return { place: locate(at as Spot), source: at.file };
}

/** `inputs[0].policies.getOrder`. */
function dotted(path: Spot["path"]): string {
  const keys = path.map((key) => {
    if (typeof key === "number") return `[${key}]`;
    return /^[\w$]+$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
  });
  return keys.join("").replace(/^\./, "");
}

function frameOf(place: Place | undefined, source: SourceFile | undefined): string {
  if (place === undefined || source === undefined || longestLine(source.text, place.line) > 400) return "";
  const frame = codeFrameColumns(
    source.text,
    { start: { line: place.line, column: place.column } },
    { linesAbove: 1, linesBelow: 1, highlightCode: false },
  );
  return `${withoutCredentials(visible(frame)).replace(/^/gm, "    ")}\n`;
}

/** Length of the lines around a place: a minified document has one line, which is no frame. */
function longestLine(text: string, line: number): number {
  let start = 0;
  let longest = 0;
  for (let row = 1; row <= line + 1 && start >= 0 && start <= text.length; row++) {
    const end = text.indexOf("\n", start);
    if (row >= line - 1) longest = Math.max(longest, (end < 0 ? text.length : end) - start);
    if (end < 0) break;
    start = end + 1;
  }
  return longest;
}
