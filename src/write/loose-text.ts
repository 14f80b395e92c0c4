/** What formatters and git change: white space, quotes and their escapes, semicolons, commas, parentheses, a leading `|`. */
const formatting = /[\s"'`;,()|]+|\\(?=["'`])/g;

/** Comments that direct a linter or the compiler: fixing a folder removes those that have no effect there. */
const directives =
  /\/\/[ \t]*(?:eslint|biome|prettier|oxlint|@ts-)[^\n]*|\/\*\s*(?:eslint|biome|prettier|oxlint)(?:[^*]|\*(?!\/))*\*\//g;

/** An import, or an export from another module; linters sort them, join them, and mark types in one of two ways. */
const links = /^(import|export)\s([^;"'`]*?)\bfrom\s*(["'])([^"'\n]+)\3;?[ \t]*$/gm;

/**
 * A generated file as text in which formatters, linters, and git change nothing: directives and formatting are left out,
 * and what it imports or passes on is sorted.
 */
export function looseText(text: string): string {
  const linked: string[] = [];
  const rest = text.replace(directives, "").replace(links, (_, keyword: string, clause: string, __, from: string) => {
    for (const name of namesIn(clause)) linked.push(`${keyword} ${name} from ${from}`);
    return "";
  });
  return withoutFormatting([...linked.sort(), rest].join("\n"));
}

/** As version 0.1.0 compared files. */
export function withoutFormatting(text: string): string {
  return text.replace(formatting, "");
}

function namesIn(clause: string): string[] {
  const names = clause.replace(/[{}]/g, ",").split(",");
  return names.map((name) => name.trim().replace(/^type\s+/, "")).filter((name) => name !== "" && name !== "type");
}
