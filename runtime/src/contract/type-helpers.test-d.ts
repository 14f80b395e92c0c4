import type { WithRequired } from "./type-helpers.js";

interface Failure {
  readonly code?: string;
  readonly cause?: string;
}

export const required: WithRequired<Failure, "code"> = { code: "a" };
// @ts-expect-error code is required
export const missing: WithRequired<Failure, "code"> = { cause: "a" };

/** What may be null stays so, and its objects have the member. */
export const nothing: WithRequired<Failure | null, "code"> = null;
export const nullable: WithRequired<Failure | null, "code"> = { code: "a" };
// @ts-expect-error code is required
export const missingInNullable: WithRequired<Failure | null, "code"> = {};
