import type { Cursor } from "../diagnostics/index.js";

/** One text per place. */
export function keyOf(at: Cursor): string {
  return `${at.file.url}#${at.pointer}`;
}

export function fileNameOf({ file, pointer }: Cursor): string {
  return pointer === "" ? (file.url.split("/").at(-1) ?? file.url) : `\n`;
}

/** Keys that say what something is and not what it is called. */
const generic =
  /^(components|schemas|definitions|\$defs|paths|responses|parameters|requestBod(y|ies)|content|schema|properties|items|allOf|anyOf|oneOf|\d+|.*\/.*json.*)$/;

/** What to call a schema that has no name: the last keys that lead to it, or its file. */
export function titleOf(at: Cursor): string {
  const keys = at.path.map(String).filter((key) => !generic.test(key));
  const stem = decodeURIComponent(at.file.url.split("/").at(-1) ?? "").replace(/\.(ya?ml|json)$/i, "");
  return keys.length === 0 ? stem : keys.slice(-3).join(" ");
}
