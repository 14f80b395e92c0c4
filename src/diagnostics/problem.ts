/** A document that was read: its value, and its text for code frames. */
export interface SourceFile {
  /** Where it was read from; the base of its relative references. */
  readonly url: string;
  /** Its name in messages. */
  readonly name: string;
  readonly text: string;
  /** `code`: a value created by a program; places in it are keys instead of lines. */
  readonly format: "json" | "yaml" | "code";
  readonly value: unknown;
}

/** A place in a document, by its keys. Lines are looked up only when a message is printed. */
export interface Spot {
  readonly file: SourceFile;
  readonly path: readonly (string | number)[];
}

/** A place by line and column, both starting at 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** A note is a suggestion, not a fault. Only `lint` reports notes. */
export type Severity = "error" | "warning" | "note";

/** A problem: what is wrong, where, and how to fix it. */
export interface Problem {
  /** Stable, `RG1001`; see `codes.ts`. */
  readonly code: string;
  /** An error ends the run; a warning only with `strict`. */
  readonly severity: Severity;
  /** What is wrong, as a sentence. */
  readonly message: string;
  /** How to fix it, in the imperative. Lines that start with a space are code to copy. */
  readonly hint: string;
  /** Where: a spot in a document, or a place reported by a parser. */
  readonly at?: Spot | (Place & { readonly source?: SourceFile });
}
