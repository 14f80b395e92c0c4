import type { WritePlan } from "./plan.js";

/** What a run that was cut short has left beside the client's files. */
export interface Leftovers {
  readonly unfinished: readonly string[];
  readonly abandoned: readonly string[];
}

const shownLines = 40;

/** How a folder differs from what it must be, for people. */
export async function differencesOf(
  { write, remove }: WritePlan,
  { unfinished, abandoned }: Leftovers,
): Promise<string> {
  const { createTwoFilesPatch } = await import("diff");
  const changed = write.map(({ path, text, before }) => {
    if (before === undefined) return `missing: ${path}\n`;
    if (before === "link") return `symbolic link: ${path}\n`;
    const old = Buffer.from(before).toString("utf8");
    const lines = createTwoFilesPatch(path, path, old, text, "on disk", "expected", { context: 2 }).split("\n");
    const shown = lines.slice(1, shownLines + 1).join("\n");
    const more = lines.length - shownLines - 1;
    return `${shown}${more > 0 ? `\n… and ${more} more lines` : ""}\n`;
  });
  return [
    ...changed,
    ...unfinished.map((path) => `unfinished: ${path} (a run was cut short)\n`),
    ...[...remove.map(({ path }) => path), ...abandoned].map((path) => `extra: ${path}\n`),
  ].join("");
}
