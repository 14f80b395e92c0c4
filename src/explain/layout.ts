/** Maximum width of the text, in columns. */
export const width = 80;

/** Breaks a text into lines of at most `columns`, and words that are longer. */
export function wrap(text: string, columns: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ").flatMap((whole) => pieces(whole, columns))) {
    if (line !== "" && line.length + 1 + word.length > columns) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

function pieces(word: string, columns: number): string[] {
  const found: string[] = [];
  for (let at = 0; at < word.length; at += columns) found.push(word.slice(at, at + columns));
  return found;
}

/** A paragraph with an indent. */
export function paragraph(text: string, indent = 2): string {
  return wrap(text, width - indent)
    .map((line) => `${" ".repeat(indent)}${line}\n`)
    .join("");
}

/** One row of cells, each wrapped in its own column. The last column takes the remaining width. */
export function row(cells: readonly string[], widths: readonly number[], indent = 2): string {
  const used = widths.reduce((sum, columns) => sum + columns + 1, indent);
  const columns = [...widths, width - used];
  const wrapped = cells.map((cell, index) => wrap(cell, columns[index] ?? width));
  const height = Math.max(...wrapped.map((lines) => lines.length));
  const lines = Array.from({ length: height }, (_, at) => {
    const line = wrapped.map((cell, index) => (cell[at] ?? "").padEnd(columns[index] ?? 0)).join(" ");
    return `${" ".repeat(indent)}${line}`.trimEnd();
  });
  return `${lines.join("\n")}\n`;
}

/** Splits `columns` in proportion to the parts. Each part gets at least one. */
export function share(parts: readonly number[], columns: number): number[] {
  const sum = parts.reduce((a, b) => a + b, 0);
  const shares = parts.map((part) => Math.max(1, Math.round((part / sum) * columns)));
  const excess = shares.reduce((a, b) => a + b, 0) - columns;
  const longest = shares.indexOf(Math.max(...shares));
  return shares.map((own, index) => (index === longest ? Math.max(1, own - excess) : own));
}
