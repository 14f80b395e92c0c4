import type { InspectedOperation } from "../inspect.js";
import { valuesOf } from "./values.js";
import { countText } from "./words.js";

/** Whether and when an operation is sent again, and why that does no harm (RFC 9110 §9.2.2). */
export function whyRepeated(operation: InspectedOperation): string {
  const { api, decided } = operation;
  const { retry, repeat } = api.policies;
  if (!retry) return `Never sent again: retries are off (${originOf(operation, retryName(operation))}).`;
  const upTo = `Sent again up to ${countText(retry.maxRetries, "time")}`;
  if (decided.kind === "safe") return `${upTo}. ${whySafe(operation)}`;
  if (repeat === "always")
    return `${upTo}. HTTP defines ${api.method} so that doing it twice leaves the same result as doing it once.`;
  if (repeat === "keyed") return `${upTo}, always under the same idempotency key. ${whyKeyed(operation)}`;
  return (
    "Sent again only when it certainly was not processed (connection refused, 421, 425, or 429 with Retry-After): " +
    "nothing says that the server recognises a repeated request."
  );
}

function whySafe(operation: InspectedOperation): string {
  const isSaid = operation.decided.leaves.get("safe")?.value === true;
  return isSaid
    ? `It is marked as only reading (${originOf(operation, "safe")}).`
    : `A ${operation.api.method} only reads: asking again changes nothing.`;
}

function whyKeyed(operation: InspectedOperation): string {
  const { idempotencyKey: key } = operation.api;
  const isSaid = operation.decided.leaves.get("idempotency.supported")?.value === true;
  const from = isSaid ? originOf(operation, "idempotency.supported") : "the document declares the key";
  const place = key?.in === "header" ? "header" : key?.in === "query" ? "query parameter" : "member of the body";
  return `The server executes one key once (${from}); the key travels in the ${place} ${key?.name ?? ""}.`;
}

/** What switched retries off: the policy as a whole, or its number. */
function retryName({ decided }: InspectedOperation): string {
  return decided.leaves.get("retry")?.value === false ? "retry" : "retry.maxRetries";
}

function originOf({ decided }: InspectedOperation, name: string): string {
  const leaf = decided.leaves.get(name);
  return leaf === undefined ? "default" : (valuesOf(new Map([[name, leaf]]))[0]?.origin.text ?? "default");
}
