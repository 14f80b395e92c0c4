import { documentedTypes, isUndocumentedSuccess, matchesTypes } from "./documented.js";
import type { Operation } from "./operation.js";
import { type Failure, isFailure, type Outcome } from "./outcome.js";
import { retryAfterMs } from "./retry-after.js";
import { type ByteStream, isJsonType } from "./serialize/body.js";
import type { OpenStream } from "./stream.js";

/** What reading a response needs beside it. */
export interface ReadSettings {
  readonly operation: Operation;
  /** Largest decoded body in bytes. */
  readonly maxBytes: number | false;
  /** Wall clock, for dates in Retry-After. */
  readonly nowMs: number;
  /** Told at every piece of the body. */
  readonly progress: () => void;
  /** Hands the body on as a stream. */
  readonly open: (bytes: ByteStream) => OpenStream;
  /** Hears of answers that the description does not know but that are taken. */
  readonly warn: (message: string) => void;
}

/** A decoded body; `isEmpty` where there was none, `isBroken` where it is not what its media type says. */
interface Content {
  readonly data: unknown;
  readonly isEmpty: boolean;
  readonly isBroken: boolean;
}

const noContent: Content = { data: undefined, isEmpty: true, isBroken: false };

/** Reads a response to its end and says what it is: data, a documented error, or what the description does not know. */
export async function readResponse(response: Response, settings: ReadSettings): Promise<Outcome<unknown>> {
  const { status } = response;
  const { operation, nowMs } = settings;
  const documented = documentedTypes(operation.responses, status);
  const mayHaveBody = operation.method !== "HEAD" && !bodiless.includes(status);
  const type = essence(response) || (documented?.split(", ")[0] ?? "");
  if (
    response.ok &&
    response.body !== null &&
    documented !== undefined &&
    isStreamType(type) &&
    matchesTypes(documented, type)
  ) {
    const stream = settings.open(response.body);
    return { ok: true, data: stream.bytes, status, response, source: "network", stream };
  }
  const content = mayHaveBody ? await readContent(response, type, settings) : noContent;
  if (isFailure(content)) return content;
  const asked = retryAfterMs(response.headers, nowMs);
  const facts = { status, response, sent: "yes", ...(asked === undefined ? {} : { retryAfterMs: asked }) } as const;
  const { data, isEmpty, isBroken } = content;
  const isKnown =
    documented !== undefined && (!mayHaveBody || documented === "" || (matchesTypes(documented, type) && !isEmpty));
  if (response.ok) {
    if (isBroken && isKnown)
      return { ok: false, code: "decode", cause: new SyntaxError("the body is not JSON"), ...facts };
    if (isKnown || isTaken(settings, status, isEmpty ? "" : type))
      return { ok: true, data, status, response, source: "network" };
  } else if (isKnown && !isBroken) {
    return { ok: false, code: "http", body: data, ...facts };
  }
  return { ok: false, code: "unexpected-response", body: data, ...facts };
}

function isTaken({ operation, warn }: ReadSettings, status: number, type: string): boolean {
  if (!isUndocumentedSuccess(operation.responses, status, type)) return false;
  warn(`answered ${status}, which its description does not know`);
  return true;
}

/** RFC 9110 §15.3.5, §15.3.6, §15.4.5. */
const bodiless: readonly number[] = [204, 205, 304];

/** The media type without parameters, in lower case; "" where there is none. */
function essence(response: Response): string {
  return (response.headers.get("content-type") ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
}

async function readContent(response: Response, type: string, settings: ReadSettings): Promise<Content | Failure> {
  const isJson = isJsonType(type);
  if (!isJson && !isText(type)) {
    const data = await readBlob(response, settings);
    if (isFailure(data)) return data;
    return data.size === 0 && type === "" ? noContent : { data, isEmpty: false, isBroken: false };
  }
  const text = await readText(response, settings);
  if (typeof text !== "string") return text;
  if (!isJson) return { data: text, isEmpty: false, isBroken: false };
  if (text === "" && !response.headers.has("content-type")) return noContent;
  try {
    return { data: JSON.parse(text) as unknown, isEmpty: false, isBroken: false };
  } catch {
    return { data: text, isEmpty: false, isBroken: true };
  }
}

/** Media types that come piece by piece. */
function isStreamType(type: string): boolean {
  return /^(text\/event-stream|application\/(x-ndjson|ndjson|jsonl|x-jsonl|json-seq|stream\+json)|multipart\/mixed)$/.test(
    type,
  );
}

function isText(type: string): boolean {
  return type.startsWith("text/") || /[/+](xml|yaml|x-www-form-urlencoded)$/.test(type);
}

async function readText(response: Response, settings: ReadSettings): Promise<string | Failure> {
  const charset = /;\s*charset="?([^";]+)/i.exec(response.headers.get("content-type") ?? "")?.[1] ?? "utf-8";
  if (/^utf-?8$/i.test(charset) && fits(response, settings)) return response.text();
  const chunks = await readChunks(response, settings);
  if (isFailure(chunks)) return chunks;
  const decoder = decoderFor(charset);
  return chunks.map((chunk) => decoder.decode(chunk, { stream: true })).join("") + decoder.decode();
}

function decoderFor(charset: string): InstanceType<typeof TextDecoder> {
  try {
    return new TextDecoder(charset);
  } catch {
    return new TextDecoder();
  }
}

async function readBlob(response: Response, settings: ReadSettings): Promise<Blob | Failure> {
  if (fits(response, settings)) return response.blob();
  const chunks = await readChunks(response, settings);
  return isFailure(chunks) ? chunks : new Blob(chunks, { type: response.headers.get("content-type") ?? "" });
}

/** Whether the length is told and small enough. A compressed body tells its length before decoding, which is no limit. */
function fits({ headers, body }: Response, { maxBytes, operation }: ReadSettings): boolean {
  if (body === null) return true;
  if (operation.policies.transfer) return false;
  if (maxBytes === false) return true;
  const length = headers.get("content-length");
  return length !== null && !headers.has("content-encoding") && Number(length) <= maxBytes;
}

async function readChunks(
  response: Response,
  { maxBytes, progress }: ReadSettings,
): Promise<Uint8Array<ArrayBuffer>[] | Failure> {
  const limit = maxBytes === false ? Number.POSITIVE_INFINITY : maxBytes;
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  const reader = response.body?.getReader();
  let size = 0;
  while (reader !== undefined) {
    const { done, value } = await reader.read();
    if (done) break;
    progress();
    size += value.byteLength;
    if (size > limit) {
      await reader.cancel();
      return { ok: false, code: "too-large", sent: "yes", status: response.status, response, limit };
    }
    chunks.push(value);
  }
  return chunks;
}
