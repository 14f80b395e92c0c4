import type { Failure } from "./outcome.js";

/** Thrown while a request is built: what is wrong with which part of the input. Values are never told. */
export class InvalidInput {
  readonly failure: Failure;

  constructor(parameter: string, reason: string) {
    this.failure = { ok: false, code: "invalid-request", sent: "no", parameter, reason };
  }
}

/** What `build` gives, or the failure that an {@link InvalidInput} within it carries. */
export function orInvalid<T>(build: () => T): T | Failure {
  try {
    return build();
  } catch (problem) {
    if (problem instanceof InvalidInput) return problem.failure;
    throw problem;
  }
}
