import type { InspectedOperation } from "../inspect.js";
import { valuesOf } from "./values.js";
import { timesText } from "./words.js";

/** Whether and when an operation is retried, and why that is safe (RFC 9110 §9.2.2). */
export function whyRetried(operation: InspectedOperation): string {
  const { api, decided } = operation;
  const { retry, repeat } = api.policies;
  if (!retry) return `Never retried: retries are off (${originOf(operation, retryName(operation))}).`;
  const upTo = retry.maxRetries === 1 ? "Retried once" : `Retried up to ${timesText(retry.maxRetries)}`;
  if (decided.kind === "safe") return `${upTo}. ${whySafe(operation)}`;
  if (repeat === "always") return `${upTo}. ${whyIdempotent(operation)}`;
  if (repeat === "keyed") return `${upTo} with the same idempotency key. ${whyKeyed(operation)}`;
  return (
    "Retried only if the request was definitely not processed (connection refused, 421, 425, or 429 with Retry-After), " +
    "because the document doesn't say that the server deduplicates requests."
  );
}

function whySafe(operation: InspectedOperation): string {
  const isMarked = operation.decided.leaves.get("safe")?.value === true;
  return isMarked
    ? `Marked as read-only (${originOf(operation, "safe")}).`
    : `${operation.api.method} is safe: it changes nothing on the server.`;
}

function whyIdempotent(operation: InspectedOperation): string {
  const isMarked = operation.decided.leaves.get("idempotent")?.value === true;
  return isMarked
    ? `Marked as idempotent (${originOf(operation, "idempotent")}).`
    : `${operation.api.method} is idempotent by HTTP semantics.`;
}

function whyKeyed(operation: InspectedOperation): string {
  const { idempotencyKey: key } = operation.api;
  const isConfirmed = operation.decided.leaves.get("idempotency.supported")?.value === true;
  const source = isConfirmed ? originOf(operation, "idempotency.supported") : "the document declares the key";
  const place = key?.in === "header" ? "header" : key?.in === "query" ? "query parameter" : "body field";
  return `The server deduplicates requests by key (${source}). The key is sent in the ${place} ${key?.name ?? ""}.`;
}

/** The setting that turned retries off: the whole policy, or its maximum. */
function retryName({ decided }: InspectedOperation): string {
  return decided.leaves.get("retry")?.value === false ? "retry" : "retry.maxRetries";
}

function originOf({ decided }: InspectedOperation, name: string): string {
  const leaf = decided.leaves.get(name);
  return leaf === undefined ? "default" : (valuesOf(new Map([[name, leaf]]))[0]?.origin.text ?? "default");
}
