import { never } from "../base/clock.js";
import { type Failure, isFailure, type Outcome } from "../base/outcome.js";
import type { CallScope } from "../contract/extension.js";
import { documentedTypes, isFileType, isOtherFile, isUndocumentedSuccess, matchesTypes } from "../http/documented.js";
import { networkFailure } from "../http/network-failure.js";
import type { Attempt } from "../pipeline/attempt.js";
import { retryAfterMs } from "../serialize/retry-after.js";
import type { Decoder } from "../serialize/text.js";
import { isJsonType } from "../serialize/text.js";

/** Reads a response to its end and says what it is: data, a documented error, or what the description does not know. */
export async function readResponse(call: CallScope, attempt: Attempt, response: Response): Promise<Outcome<unknown>> {
  const { operation, emit } = call;
  const { status, headers, ok } = response;
  const documented = documentedTypes(operation.responses, status);
  const contentType = headers.get("content-type") ?? "";
  const received = contentType.split(";", 1)[0]?.trim().toLowerCase() ?? "";
  // A body without a type is taken for the first that is documented.
  const type = received || (documented?.split(", ")[0] ?? "");
  const isDocumented = documented !== undefined && matchesTypes(documented, type);
  const isSuccess = ok && (isDocumented || isUndocumentedSuccess(operation.responses, status, type));
  if (isSuccess && call.reader !== undefined) return call.reader(call, attempt, response);
  if (!ok) attempt.answered = failed(call, response, "unexpected-response", "whose body did not arrive");
  for (const { read } of ok && isDocumented ? call.extensions : []) {
    const answer = read?.(call, attempt, response, type);
    if (answer !== undefined) return answer;
  }
  // RFC 9110 §15.3.5, §15.3.6, §15.4.5.
  const isBodiless = operation.method === "HEAD" || [204, 205, 304].includes(status);
  const body = isBodiless ? undefined : await readBody(call, attempt, response, type, contentType);
  if (body !== undefined && isFailure(body)) return body;
  const data = body?.data;
  const isEmpty = data === undefined || (received === "" && data === "");
  const isKnown = isDocumented && (isBodiless || documented === "" || !isEmpty);
  const { authorization } = attempt;
  const isOther = isUndocumentedSuccess(operation.responses, status, isEmpty ? "" : type);
  const isTaken = ok && !isKnown && (isOther || (!isEmpty && isOtherFile(documented, type)));
  if (isTaken) {
    const what = documented === undefined ? String(status) : `${status} with ${shown(received)}`;
    emit?.("warning", { message: `answered ${what}, which its description does not know` });
  }
  if (ok && (isTaken || isKnown) && !body?.isBroken) {
    const chunks = call.policies.fallback ? body?.chunks : undefined;
    return { ok, data, status, response, source: "network", chunks, authorization };
  }
  const isUnknown = !isKnown && !isTaken;
  const code = isUnknown || (body?.isBroken && !ok) ? "unexpected-response" : ok ? "decode" : "http";
  const reason = isUnknown ? unexpected(status, documented, isEmpty ? "no body" : shown(received)) : undefined;
  return {
    ...failed(call, response, code, reason ?? (body?.isBroken ? `no valid ${type}` : undefined)),
    body: data,
    authorization,
  };
}

/** An answer as a failure: by its status and headers, which are there before its body. */
function failed({ core }: CallScope, response: Response, code: Failure["code"], reason: string | undefined): Failure {
  const { status, headers } = response;
  const failure: Failure = { ok: false, code, sent: "yes", status, response, reason };
  const asked = retryAfterMs(headers, core.clock.date());
  return asked === undefined ? failure : { ...failure, retryAfterMs: asked, retryAtMs: core.clock.now() + asked };
}

/** What was expected and what came. */
function unexpected(status: number, documented: string | undefined, received: string): string {
  return documented === undefined
    ? `undocumented status ${status}`
    : `${received} instead of ${documented || "no body"}`;
}

/** The server's own text, as it may stand in a message. */
function shown(mediaType: string): string {
  return mediaType === "" ? "no media type" : mediaType.replace(/[^\w!#$&^.+/-]/g, "").slice(0, 60);
}

/** A decoded body; `isBroken` where it is not the JSON that it says it is. */
interface Body {
  readonly data: unknown;
  readonly chunks: readonly Uint8Array<ArrayBuffer>[];
  readonly isBroken?: boolean;
}

async function readBody(
  call: CallScope,
  attempt: Attempt,
  response: Response,
  type: string,
  contentType: string,
): Promise<Body | Failure> {
  const chunks = await readChunks(call, attempt, response, type);
  if (isFailure(chunks)) return chunks;
  const isJson = type === "application/json" || isJsonType(type);
  if (isFileType(type)) return { chunks, data: new Blob(chunks, { type: contentType }) };
  const text = decodeText(chunks, contentType, call.core.utf8);
  if (text === "" && contentType === "") return { chunks, data: undefined };
  if (!isJson) return { chunks, data: text };
  try {
    return { chunks, data: JSON.parse(text) as unknown };
  } catch {
    return { chunks, data: text, isBroken: true };
  }
}

/**
 * The text of a body, in the charset that its content type names.
 *
 * @param utf8 a decoder to use again
 */
export function decodeText(chunks: readonly Uint8Array[], contentType: string, utf8: Decoder): string {
  const [, charset = "utf-8"] = (contentType.includes(";") && /;\s*charset="?([^";]+)/i.exec(contentType)) || [];
  if (chunks.length < 2 && /^utf-?8$/i.test(charset)) return utf8.decode(chunks[0]);
  const decoder = decoderFor(charset);
  return chunks.map((chunk) => decoder.decode(chunk, { stream: true })).join("") + decoder.decode();
}

function decoderFor(charset: string): Decoder {
  try {
    return new TextDecoder(charset);
  } catch {
    // A charset that nobody knows: UTF-8 is the best guess.
    return new TextDecoder();
  }
}

const streamTypes =
  /^(text\/event-stream|application\/(x-ndjson|ndjson|jsonl|x-jsonl|json-seq|stream\+json)|multipart\/mixed)$/;

/** Whether a media type is a sequence that comes piece by piece. */
export function isStreamType(type: string): boolean {
  return streamTypes.test(type);
}

/** Its headers are there, or a piece of it: a transfer takes as long as it takes, and only silence ends it. */
function restartIdleLimit({ policies }: CallScope, attempt: Attempt): void {
  if (attempt.isOver) return;
  const { idle } = policies.timeout;
  const limit = idle === false ? never : idle;
  attempt.limit(limit, { ok: false, code: "timeout", sent: "yes", limit, reason: "idle" });
}

/**
 * The body's bytes. The limit is on what they come to, for a compressed body's own length says nothing. A stream or a
 * file that was asked for is bounded by its silences; any other answer of the same operation, an error or a document, by
 * the attempt's timeout and the deadline, as everywhere.
 */
export async function readChunks(
  call: CallScope,
  attempt: Attempt,
  response: Response,
  type: string = (response.headers.get("content-type") ?? "").split(";", 1)[0]?.trim().toLowerCase() ?? "",
): Promise<Uint8Array<ArrayBuffer>[] | Failure> {
  const { answered } = attempt;
  if (response.bodyUsed || response.body?.locked) {
    const reason = "came with a body that had been read: a middleware must pass on a clone";
    return answered ?? { ok: false, code: "invalid-request", sent: "yes", reason };
  }
  const isStream = isStreamType(type);
  const isTransfer = call.policies.streaming && response.ok && (isStream || isFileType(type));
  // A stream that is gathered is as much in memory as a document; a file is what was asked for.
  const limit = (isTransfer && !isStream ? false : call.policies.maxResponse) || never;
  if (isTransfer) restartIdleLimit(call, attempt);
  try {
    const chunks: Uint8Array<ArrayBuffer>[] = [];
    const reader = readerOf(response);
    let size = 0;
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return chunks;
      if (isTransfer) restartIdleLimit(call, attempt);
      call.onBytes?.(response, value.byteLength);
      size += value.byteLength;
      chunks.push(value);
      if (size <= limit) continue;
      reader.cancel().catch(() => {});
      return { ...failed(call, response, "too-large", undefined), limit };
    }
  } catch (cause) {
    return answered === undefined ? { ...networkFailure(cause), sent: "yes" } : { ...answered, cause };
  }
}

type BodyReader = Pick<ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>, "read" | "cancel">;

/** Reads a body piece by piece. Some platforms (React Native) have no stream of it: there it is read as a whole. */
function readerOf(response: Response): BodyReader {
  const { body } = response as { readonly body: Partial<ReadableStream<Uint8Array<ArrayBuffer>>> | null | undefined };
  if (typeof body?.getReader === "function") return (body as ReadableStream<Uint8Array<ArrayBuffer>>).getReader();
  const bytes = body === null ? undefined : response.arrayBuffer();
  let isRead = false;
  return {
    async read() {
      if (isRead || bytes === undefined) return { done: true, value: undefined };
      isRead = true;
      return { done: false, value: new Uint8Array(await bytes) };
    },
    cancel: async () => {},
  };
}
