import { newIdempotencyKey } from "../base/new-idempotency-key.js";
import type { Extension } from "../contract/extension.js";
import type { OperationFacts, OperationInput } from "../http/operation-facts.js";

/** Makes an idempotency key for a call that has none. It goes before the one that puts keys in their place. */
export const generatedKeys: Extension = {
  prepare: (_: OperationFacts, input: OperationInput): OperationInput =>
    input.idempotencyKey === undefined ? { ...input, idempotencyKey: newIdempotencyKey() } : input,
};
