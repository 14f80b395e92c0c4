import { expectedOf, fits, shown } from "../../runtime/src/policies/check-settings.js";
import { settingOf } from "../../runtime/src/policies/settings.js";
import type { Cursor, Problems } from "../diagnostics/index.js";
import { expand } from "./expand.js";

/** Reports durations out of range that are written as strings: a JSON Schema can only compare numbers. */
export function checkRanges(block: Cursor, problems: Problems): void {
  for (const { name, path } of expand(block.record)) {
    const row = settingOf(name);
    const at = path.reduce<Cursor | undefined>((cursor, key) => cursor?.get(key), block);
    const value = at?.value;
    if (row === undefined || at === undefined || typeof value !== "string" || !durations.has(row[1])) continue;
    if (!fits(value, row, name))
      problems.add("policySyntax", `'${name}' is out of range (was ${shown(value)}).`, `Use ${expectedOf(row)}.`, at);
  }
}

const durations: ReadonlySet<string> = new Set(["time", "limit", "window"]);
