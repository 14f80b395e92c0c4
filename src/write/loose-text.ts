/** What formatters and git change: whitespace, quotes and their escapes, semicolons, commas, parentheses, a leading `|`. */
const formatting = /[\s"'`;,()|]+|\\(?=["'`])/g;

/** Directives for linters and the compiler: `--fix` removes those that have no effect. */
const directives =
  /\/\/[ \t]*(?:eslint|biome|prettier|oxlint|@ts-)[^\n]*|\/\*\s*(?:eslint|biome|prettier|oxlint)(?:[^*]|\*(?!\/))*\*\//g;

/** An import, or an export from another module: linters sort them, merge them, and mark types in one of two ways. */
const links = /^(import|export)\s([^;"'`]*?)\bfrom\s*(["'])([^"'\n]+)\3;?[ \t]*$/gm;

/**
 * A generated file in a form that formatters, linters, and git don't change: without directives and formatting, and with
 * sorted imports and re-exports.
 */
export function looseText(text: string): string {
  const linked: string[] = [];
  const rest = text.replace(directives, "").replace(links, (_, keyword: string, clause: string, __, from: string) => {
    for (const name of namesIn(clause)) linked.push(`${keyword} ${name} from ${from}`);
    return "";
  });
  return withoutFormatting([...linked.sort(), rest].join("\n"));
}

/** The form in which version 0.1.0 compared files. */
export function withoutFormatting(text: string): string {
  return text.replace(formatting, "");
}

function namesIn(clause: string): string[] {
  const names = clause.replace(/[{}]/g, ",").split(",");
  return names.map((name) => name.trim().replace(/^type\s+/, "")).filter((name) => name !== "" && name !== "type");
}
