import type { MockAnswer, MockOperation, MockReply } from "./types.js";

/** The status of the usual answer: the first documented 2xx. */
export function usualStatus({ answers }: MockOperation): number {
  const written = Object.keys(answers).find((status) => /^2\d\d$/.test(status));
  return written === undefined ? 200 : Number(written);
}

/** What the description says of a status: the status itself, its range, or the rest. */
export function documented({ answers }: MockOperation, status: number): MockAnswer | undefined {
  return answers[String(status)] ?? answers[`${String(status)[0]}XX`] ?? answers["default"];
}

/** Data of the documented answer. */
export function sampleOf(operation: MockOperation, status: number): unknown {
  return documented(operation, status)?.[1]?.();
}

/** An answer with a body of the documented media type; with the documented data where none is given. */
export function answerOf(
  operation: MockOperation,
  status: number,
  { headers, retryAfter, ...reply }: Pick<MockReply, "body" | "headers" | "retryAfter">,
): Response {
  const all = new Headers(headers);
  if (retryAfter !== undefined) all.set("retry-after", String(retryAfter));
  const data = "body" in reply ? reply.body : sampleOf(operation, status);
  const isEmpty = operation.method === "HEAD" || [204, 205, 304].includes(status) || data === undefined;
  if (isEmpty) return new Response(null, { status, headers: all });
  const usual = status < 400 ? "application/json" : "application/problem+json";
  const contentType = all.get("content-type") ?? documented(operation, status)?.[0] ?? usual;
  all.set("content-type", contentType);
  return new Response(bodyOf(data, contentType), { status, headers: all });
}

/**
 * A refusal of the mock itself. Where the description knows a body for it, that one, and the reason where problem
 * details have their place for it (RFC 9457 §3.1).
 */
export function refusal(operation: MockOperation, status: number, detail: string, retryAfter?: number): Response {
  const [contentType = "application/problem+json"] = documented(operation, status) ?? [];
  const isProblem = /problem\+json/i.test(contentType);
  const known = sampleOf(operation, status);
  const body = isProblem ? { ...(known as object | undefined), status, detail } : known;
  return answerOf(operation, status, { body, retryAfter });
}

function bodyOf(data: unknown, contentType: string): string | Blob | Uint8Array<ArrayBuffer> {
  if (data instanceof Blob || data instanceof Uint8Array) return data as Blob | Uint8Array<ArrayBuffer>;
  if (/[/+]json/i.test(contentType)) return JSON.stringify(data);
  return typeof data === "string" ? data : JSON.stringify(data);
}
