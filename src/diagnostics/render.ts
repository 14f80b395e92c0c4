import { groupAlike, subjectsOf } from "./alike.js";
import { frameOf } from "./frame.js";
import { locate } from "./locate.js";
import { paintFor } from "./paint.js";
import type { Place, Problem, Severity, SourceFile, Spot } from "./problem.js";
import { link, type Terminal } from "./terminal.js";
import { visibleInline } from "./visible.js";
import { wrap } from "./wrap.js";

export interface RenderOptions {
  readonly terminal: Terminal;
  /** Show every problem by itself, with the address of its page. */
  readonly isVerbose: boolean;
}

/** More alike problems than this are joined to one entry. A warning has a code frame, which is worth its lines. */
const alikeShown: Readonly<Record<Severity, number>> = { error: Number.POSITIVE_INFINITY, warning: 3, note: 1 };

/** So many of those that were joined are named. */
const examplesShown = 5;

const pages = "https://github.com/resil-gen/resil-gen/blob/main/docs/problems.md";

/**
 * Problems as people read them, in the order of the document: what is wrong, where, and how to fix it. Alike warnings and
 * notes are one entry with examples; errors are all shown, because each of them has to be fixed.
 */
export function renderProblems(problems: readonly Problem[], options: RenderOptions): string {
  const ordered = inOrder(problems);
  const indexOf = new Map(ordered.map((problem, index) => [problem, index]));
  const entries = groupAlike(ordered).flatMap((group) => {
    const isJoined = !options.isVerbose && group.length > alikeShown[group[0]?.severity ?? "error"];
    return isJoined ? [group] : group.map((problem) => [problem]);
  });
  // A group stands where its first problem stands.
  const placeIn = ([first]: readonly Problem[]): number => (first === undefined ? 0 : (indexOf.get(first) ?? 0));
  const sorted = entries.sort((a, b) => placeIn(a) - placeIn(b));
  return sorted.map((group) => renderEntry(group, options)).join("\n");
}

const labels: Readonly<Record<Severity, string>> = { error: "Error", warning: "Warning", note: "Note" };

function renderEntry(group: readonly Problem[], { terminal, isVerbose }: RenderOptions): string {
  const [problem, ...others] = group;
  if (problem === undefined) return "";
  const { severity, code, message, hint } = problem;
  const paint = paintFor(terminal.color);
  const url = `${pages}#${code.toLowerCase()}`;
  const label = `${labels[severity]} ${code}:`;
  const text = wrap(`${label} ${visibleInline(message)}`, terminal.width).slice(label.length);
  const mark = { error: paint.red, warning: paint.yellow, note: paint.blue }[severity](link(label, url, terminal));
  const { place, within, source } = placeOf(problem);
  const position = place === undefined ? within : `${place.file}:${place.line}:${place.column}`;
  const also = others.length === 0 ? "" : alsoText(group, position !== undefined);
  const where = wrap(`${position ?? ""}${also}`, terminal.width - 2, 2);
  const frame = severity === "note" || others.length > 0 ? "" : frameOf(place, source);
  const lines = [
    `${mark}${text}`,
    ...(where === "" ? [] : [`  ${position === undefined ? where : where.replace(position, paint.cyan(position))}`]),
    ...(frame === "" ? [] : [frame]),
    ...(hint === "" ? [] : [`  ${wrap(hint, terminal.width - 2)}`]),
    ...(isVerbose && !terminal.links ? [`  ${paint.dim(url)}`] : []),
  ];
  return `${lines.join("\n")}\n`;
}

/** `, and 205 more: POST /a (line 12), POST /b (line 40), … and 201 others (list them with --verbose)`. */
function alsoText(group: readonly Problem[], hasPosition: boolean): string {
  const subjects = subjectsOf(group.map(({ message }) => visibleInline(message)));
  const own = placeOf(group[0] as Problem).place?.file;
  const examples = group.slice(1, examplesShown).map((problem, index) => {
    const { place } = placeOf(problem);
    const at = place === undefined ? "" : place.file === own ? `line ${place.line}` : `${place.file}:${place.line}`;
    const subject = subjects[index + 1];
    if (subject === undefined) return at;
    return at === "" ? subject : `${subject} (${at})`;
  });
  const rest = group.length - examplesShown;
  const ending = rest > 0 ? `, and ${rest} others (list them with --verbose)` : "";
  const named = examples.filter((example) => example !== "").join(", ");
  const lead = `${group.length - 1} more like this`;
  return `${hasPosition ? ", and " : "And "}${lead}${named === "" ? "" : `: ${named}${ending}`}`;
}

/** Problems by their position in their files; files, and problems without a place, in the order of their discovery. */
function inOrder(problems: readonly Problem[]): readonly Problem[] {
  const files: (string | undefined)[] = [];
  const keyed = problems.map((problem) => {
    const { place } = placeOf(problem);
    if (!files.includes(place?.file)) files.push(place?.file);
    return { problem, keys: [files.indexOf(place?.file), place?.line ?? 0, place?.column ?? 0] as const };
  });
  keyed.sort(({ keys: a }, { keys: b }) => a[0] - b[0] || a[1] - b[1] || a[2] - b[2]);
  return keyed.map(({ problem }) => problem);
}

/** A problem with line and column; in a value created by a program, with its keys instead. */
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
