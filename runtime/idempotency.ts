import type { KeyCarrier } from "./operation.js";

/**
 * A new idempotency key, a random UUID: one per thing that is to happen once, made before the first try and kept with
 * it (draft-ietf-httpapi-idempotency-key-header-07 §2.2).
 */
export function newIdempotencyKey(): string {
  if (typeof crypto.randomUUID === "function") return crypto.randomUUID();
  // Browsers offer randomUUID in secure contexts only.
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** What is wrong with a key, or `undefined`. Looked at before anything is sent; a key is never changed silently. */
export function keyProblem(key: unknown, carrier: KeyCarrier): string | undefined {
  if (key === undefined)
    return carrier.optional ? undefined : "is missing: this operation changes something, give it a key";
  if (typeof key !== "string" || key === "") return "must be a string that is not empty";
  if (!/^[\x21-\x7e]+$/.test(key)) return "must consist of visible ASCII characters";
  const { minLength = 1, maxLength = 255, pattern } = carrier;
  if (key.length < minLength) return `must have at least ${minLength} characters`;
  if (key.length > maxLength) return `must have at most ${maxLength} characters`;
  if (pattern !== undefined && !new RegExp(pattern, "u").test(key))
    return "does not match the pattern that the API asks for";
  return undefined;
}

/** The key as it travels; as a Structured Field string by RFC 9651 §4.1.6. */
export function wireKey(key: string, { structured }: KeyCarrier): string {
  return structured ? `"${key.replace(/["\\]/g, "\\$&")}"` : key;
}
