import type { WritePlan } from "./plan.js";

/** How a file on disk differs from what a run would leave. */
export interface FileChange {
  /** Relative to the output folder. */
  readonly path: string;
  readonly state: ChangeState;
}

/** `unfinished`: a run was killed while it wrote. `extra`: generated earlier, and no longer. */
export type ChangeState = "changed" | "edited by hand" | "missing" | "extra" | "symbolic link" | "unfinished";

/** What a killed run has left beside the client's files. */
export interface Leftovers {
  readonly unfinished: readonly string[];
  readonly abandoned: readonly string[];
}

/** Every file that differs, and how. */
export function changesOf({ write, remove }: WritePlan, { unfinished, abandoned }: Leftovers): FileChange[] {
  const change = (state: ChangeState) => (path: string) => ({ path, state });
  return [
    ...write.map(({ path, before, isEdited }): FileChange => {
      if (before === undefined) return { path, state: "missing" };
      if (before === "link") return { path, state: "symbolic link" };
      return { path, state: isEdited ? "edited by hand" : "changed" };
    }),
    ...unfinished.map(change("unfinished")),
    ...[...remove.map(({ path }) => path), ...abandoned].map(change("extra")),
  ];
}

/** The contents that differ, as a unified diff. */
export async function differencesOf({ write }: WritePlan): Promise<string> {
  const { createTwoFilesPatch } = await import("diff");
  const changed = write.map(({ path, text, before }) => {
    if (before === undefined || before === "link") return "";
    const old = Buffer.from(before).toString("utf8");
    const patch = createTwoFilesPatch(path, path, old, text, "(on disk)", "(expected)", { context: 2 });
    // Before the two heads there are two lines; between name and comment there is a tab.
    return patch.slice(patch.indexOf("--- ")).replace(/^(--- |\+\+\+ )(.*)\t/gm, "$1$2 ");
  });
  return changed.join("");
}
