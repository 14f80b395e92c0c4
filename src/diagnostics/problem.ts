/** A document as it was read: the value to work on, the text to point into. */
export interface SourceFile {
  /** Where it was read, as a URL; the base of its relative references. */
  readonly url: string;
  /** How messages call it. */
  readonly name: string;
  readonly text: string;
  /** `code`: a value that a program made; places in it are told by their keys. */
  readonly format: "json" | "yaml" | "code";
  readonly value: unknown;
}

/** A place in a document, by its keys. Lines are looked up only when somebody reads the message. */
export interface Spot {
  readonly file: SourceFile;
  readonly path: readonly (string | number)[];
}

/** A place by its numbers, both from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** A note is no fault: something that a person may want to decide. Only `lint` gives notes. */
export type Severity = "error" | "warning" | "note";

/** Something wrong: what, where, and how to mend it. */
export interface Problem {
  /** Stable, `RG1001`; see `codes.ts`. */
  readonly code: string;
  /** An error ends the run; a warning does so under `strict`. */
  readonly severity: Severity;
  /** What is wrong, without a full stop's worth of guessing. */
  readonly message: string;
  /** The way out. */
  readonly hint: string;
  /** Where: a spot in a document, or a place that a parser told. */
  readonly at?: Spot | (Place & { readonly source?: SourceFile });
}
