import { InvalidInput } from "../base/invalid-input.js";
import type { Extension } from "../contract/extension.js";
import type { KeyCarrier, OperationFacts, OperationInput } from "../http/operation-facts.js";

/** Puts the idempotency key in its place. */
export const keys: Extension = {
  prepare({ idempotencyKey: carrier }: OperationFacts, input: OperationInput): OperationInput {
    const { idempotencyKey: key } = input;
    if (carrier === undefined) return input;
    const problem = keyProblem(key, carrier);
    if (problem !== undefined) throw new InvalidInput("idempotencyKey", problem);
    if (key === undefined) return input;
    const place = carrier.in;
    // RFC 9651 §4.1.6, where the header is a Structured Field.
    const value = carrier.structured ? `"${key.replace(/["\\]/g, "\\$&")}"` : key;
    return { ...input, [place]: { ...(input[place] as object | undefined), [carrier.name]: value } };
  },
};

/** What is wrong with a key, or `undefined`. Looked at before anything is sent; a key is never changed silently. */
function keyProblem(key: unknown, carrier: KeyCarrier): string | undefined {
  if (key === undefined) return carrier.optional ? undefined : "is missing: this operation changes something";
  const { minLength = 1, maxLength = 255, pattern } = carrier;
  if (typeof key !== "string" || !/^[\x21-\x7e]+$/.test(key)) return "must be a text of visible ASCII characters";
  if (key.length < minLength || key.length > maxLength) return `must have ${minLength} to ${maxLength} characters`;
  if (pattern !== undefined && !new RegExp(pattern, "u").test(key)) return "does not match the API's pattern";
  return undefined;
}
