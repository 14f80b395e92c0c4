import type { Failure } from "./outcome.js";

/** Thrown while a request is built: what is wrong with which part of the input. Values are never told. */
export class InvalidInput {
  readonly failure: Failure;

  constructor(parameter: string, reason: string) {
    this.failure = { ok: false, code: "invalid-request", sent: "no", parameter, reason };
  }
}

/** What `build` gives, or the failure that it throws: an {@link InvalidInput}, or whatever code of the caller's threw. */
export function orInvalid<T>(build: () => T): T | Failure {
  try {
    return build();
  } catch (cause) {
    if (cause instanceof InvalidInput) return cause.failure;
    return { ok: false, code: "invalid-request", sent: "no", reason: "could not be built", cause };
  }
}
