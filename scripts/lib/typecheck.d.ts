/** Runs tsc over a folder; gives the errors as lines. */
export function typecheck(
  folder: string,
  how?: {
    readonly compiler?: "5.9" | "7";
    readonly moduleResolution?: "nodenext" | "bundler";
    readonly platform?: "dom" | "node";
    readonly options?: object;
  },
): string[];
