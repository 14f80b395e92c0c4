import { paintFor } from "../diagnostics/paint.js";
import type { Terminal } from "../diagnostics/terminal.js";

/** Lines of one file's diff that are printed, unless all of them are asked for. */
const shownLines = 40;

/** A diff as git prints it. Of a long one the beginning is shown. */
export function diffText(differences: string, { color }: Terminal, isVerbose: boolean): string {
  const files = differences.split(/^(?=--- .*\n\+\+\+ )/m);
  return files.map((file) => paintLines(isVerbose ? file : shortened(file), color)).join("");
}

function shortened(file: string): string {
  const lines = file.trimEnd().split("\n");
  const more = lines.length - shownLines;
  if (more <= 0) return file;
  return `${lines.slice(0, shownLines).join("\n")}\n… ${more} more ${more === 1 ? "line" : "lines"} (print them with --verbose)\n`;
}

function paintLines(text: string, color: boolean): string {
  const { bold, cyan, green, red, dim } = paintFor(color);
  const styles = [
    [/^(---|\+\+\+) /, bold],
    [/^@@/, cyan],
    [/^\+/, green],
    [/^-/, red],
    [/^…/, dim],
  ] as const;
  return text
    .split("\n")
    .map((line) => styles.find(([pattern]) => pattern.test(line))?.[1](line) ?? line)
    .join("\n");
}
