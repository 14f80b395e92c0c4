/** A Markdown table. Cells may hold any text on one line. */
export function table(heads, rows) {
  const line = (cells) => `| ${cells.map(cellOf).join(" | ")} |`;
  return [line(heads), line(heads.map(() => "---")), ...rows.map(line)].join("\n");
}

/** GitHub ends a cell at every bar, within code too, unless it is escaped. */
function cellOf(text) {
  return text.replaceAll("|", "\\|").replaceAll(/\s+/g, " ").trim();
}

/** Text as inline code; nothing for nothing. */
export const code = (text) => (text === "" ? "" : `\`${text}\``);

/** The description of a name, or an error that says where to write it. */
export function described(texts, name, page) {
  if (Object.hasOwn(texts, name)) return texts[name];
  throw new Error(`scripts/docs/reference/${page} has no description of '${name}'. Add one.`);
}

/** Refuses descriptions of what is no longer there. */
export function checkNoneLeft(texts, names, page) {
  const left = Object.keys(texts).filter((name) => !names.includes(name));
  if (left.length > 0)
    throw new Error(`scripts/docs/reference/${page} describes what doesn't exist: ${left.join(", ")}.`);
}
