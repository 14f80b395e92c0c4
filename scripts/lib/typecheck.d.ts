/** Runs tsc over a folder that can resolve ky; gives the errors as lines. */
export function typecheck(
  folder: string,
  options?: {
    readonly compiler?: "5.9" | "7";
    readonly moduleResolution?: "nodenext" | "bundler";
    readonly platform?: "dom" | "node";
    readonly options?: Readonly<Record<string, unknown>>;
  },
): string[];
