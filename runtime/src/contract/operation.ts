import type { OperationFacts } from "../http/operation-facts.js";
import type { Extension } from "./extension.js";

/** What the runtime has to know of one operation: the plain literal that stands beside every generated function. */
export interface Operation extends OperationFacts {
  /** The parts of the runtime that it needs beside the common ones. */
  readonly extensions?: readonly Extension[];
}
