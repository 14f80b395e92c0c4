/** The minimum width of lines: narrower ones are harder to read than lines that the terminal breaks. */
const narrowest = 40;

/**
 * Breaks text between words. Further lines are indented by `indent` spaces. A line that starts with a space is code to
 * copy: it stays in one piece however long it is.
 */
export function wrap(text: string, width: number, indent = 2): string {
  const margin = " ".repeat(indent);
  return text
    .split("\n")
    .map((line, index) => {
      const lead = index === 0 ? "" : margin;
      return line.startsWith(" ") ? `${lead}${line}` : `${lead}${fill(line, Math.max(width, narrowest), margin)}`;
    })
    .join("\n");
}

function fill(line: string, width: number, margin: string): string {
  const lines: string[] = [];
  let current = "";
  for (const word of line.split(" ")) {
    const room = width - margin.length;
    if (current !== "" && current.length + 1 + word.length > room) {
      lines.push(current);
      current = word;
    } else current = current === "" ? word : `${current} ${word}`;
  }
  return [...lines, current].join(`\n${margin}`);
}
