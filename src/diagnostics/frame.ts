import { codeFrameColumns } from "@babel/code-frame";
import type { Place, SourceFile } from "./problem.js";
import { withoutCredentials } from "./redact.js";
import { visible } from "./visible.js";

/** The lines around a place, indented; empty where there is no text to show. */
export function frameOf(place: Place | undefined, source: SourceFile | undefined): string {
  if (place === undefined || source === undefined || longestLine(source.text, place.line) > 400) return "";
  const frame = codeFrameColumns(
    source.text,
    { start: { line: place.line, column: place.column } },
    { linesAbove: 1, linesBelow: 1, highlightCode: false },
  );
  return withoutCredentials(visible(frame)).replace(/^/gm, "    ");
}

/** Length of the lines around a place: a minified document has a single line, which makes no frame. */
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
