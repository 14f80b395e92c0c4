import { type ProblemCode, problemCodes } from "./codes.js";
import { Cursor } from "./cursor.js";
import type { Problem, Severity } from "./problem.js";
import { withoutCredentials } from "./redact.js";

/** Collects what is wrong over a whole run, so that everything is told at once. */
export class Problems {
  readonly list: Problem[] = [];
  private readonly told = new Set<string>();

  /**
   * The same thing at the same place is told once, however often it is met. `severity` is that of the code, unless the
   * circumstances make it less.
   */
  add(
    name: ProblemCode,
    text: string,
    hint: string,
    where?: Cursor | Problem["at"],
    severity: Severity = problemCodes[name].severity,
  ): void {
    const { code } = problemCodes[name];
    const message = withoutCredentials(text);
    const at = where instanceof Cursor ? where.spot : where;
    const identity = JSON.stringify([
      code,
      message,
      at !== undefined && "path" in at ? [at.file.url, at.path] : [at?.file, at?.line, at?.column],
    ]);
    if (this.told.has(identity)) return;
    this.told.add(identity);
    this.list.push(at === undefined ? { code, severity, message, hint } : { code, severity, message, hint, at });
  }

  count(severity: Severity): number {
    return this.list.filter((problem) => problem.severity === severity).length;
  }

  /** Ends the run here if there is an error. */
  throwIfErrors(): void {
    if (this.count("error") > 0) throw new SpecError(this.list);
  }
}

/** The document, its policies or the check are wrong: exit code 1. */
export class SpecError extends Error {
  /** All that were found in one run, warnings too. */
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(problems.map(({ code, message }) => `${code} ${message}`).join("\n"));
    this.name = "SpecError";
    this.problems = problems;
  }
}

/** The flags or options are wrong: exit code 2. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "UsageError";
  }
}
