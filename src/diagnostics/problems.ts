import { type ProblemCode, problemCodes } from "./codes.js";
import { Cursor } from "./cursor.js";
import type { Problem, Severity } from "./problem.js";
import { withoutCredentials } from "./redact.js";

/** Collects the problems of a whole run, so that all of them are reported at once. */
export class Problems {
  readonly list: Problem[] = [];
  private readonly known = new Set<string>();

  /**
   * Adds a problem; the same problem at the same place is added only once. `severity` is that of the code, unless the
   * circumstances lower it.
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
    if (this.known.has(identity)) return;
    this.known.add(identity);
    this.list.push(at === undefined ? { code, severity, message, hint } : { code, severity, message, hint, at });
  }

  count(severity: Severity): number {
    return this.list.filter((problem) => problem.severity === severity).length;
  }

  /** Ends the run if there are errors. */
  throwIfErrors(): void {
    if (this.count("error") > 0) throw new SpecError(this.list);
  }
}

/** The document, its policies, or the output folder have problems: exit code 1. */
export class SpecError extends Error {
  /** All problems of the run, including warnings. */
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(problems.map(({ code, message }) => `${code} ${message}`).join("\n"));
    this.name = "SpecError";
    this.problems = problems;
  }
}

/** The flags or options are invalid: exit code 2. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "UsageError";
  }
}
