import type { Failure } from "./outcome.js";

/** Thrown while a request is built: what is wrong with which part of the input. Values are never told. */
export class InvalidInput {
  readonly failure: Failure;

  constructor(parameter: string, reason: string, code: Failure["code"] = "invalid-request", cause?: unknown) {
    this.failure = { ok: false, code, sent: "no", parameter, reason, ...(cause === undefined ? {} : { cause }) };
  }
}

/**
 * What a function of the user's own returns, where that must be there at once.
 *
 * @throws InvalidInput where it throws, or returns a promise
 */
export function answered<T>(name: string, ask: () => T): T {
  let answer: T;
  try {
    answer = ask();
  } catch (cause) {
    throw cause instanceof InvalidInput ? cause : new InvalidInput(name, "threw", "invalid-request", cause);
  }
  const { then } = (answer ?? {}) as { then?: unknown };
  if (typeof then !== "function") return answer;
  // Nobody waits for it.
  Promise.resolve(answer).catch(() => {});
  throw new InvalidInput(name, "returned a promise: it must return its value at once");
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
