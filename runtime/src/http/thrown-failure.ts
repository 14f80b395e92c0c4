import type { Failure } from "../base/outcome.js";

/** Carries a failure through code that is not ours: middleware sees it as an error. */
export class ThrownFailure extends Error {
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.reason ?? failure.code, { cause: failure.cause });
    this.failure = failure;
  }
}
