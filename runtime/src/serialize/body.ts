import { pairsOf } from "../base/header-pairs.js";
import { InvalidInput } from "../base/invalid-input.js";
import { formMember } from "./styles.js";
import { isJsonType, isRecord, membersOf, textOf } from "./text.js";
import type { BodyEncoder, EncodedBody, ParameterStyle } from "./types.js";

/** A file or other bytes within a body. */
export type BinaryValue = Blob | ArrayBuffer | ArrayBufferView<ArrayBuffer>;

/** A body of bytes. A stream is sent once: it is never retried. */
export type BinaryBody = BinaryValue | ReadableStream<Uint8Array> | AsyncIterable<Uint8Array>;

/** A body of bytes that was read to its end. */
export type BlobData = Blob;

/** A body that comes piece by piece. */
export type ByteStream = ReadableStream<Uint8Array>;

/** JSON. */
export const jsonBody: BodyEncoder = (body, contentType) =>
  readyMade(body, contentType) ?? { content: JSON.stringify(body), contentType };

/** Text and bytes as they are. */
export const plainBody: BodyEncoder = (body, contentType) =>
  readyMade(body, contentType) ?? { content: textOf(body), contentType };

/**
 * A body that the caller has written already is sent as it is. Bytes are copied, so that every attempt sends the same.
 *
 * @throws InvalidInput for a form, where no form is wanted: as JSON it would be an empty object
 */
function readyMade(body: unknown, contentType: string): EncodedBody | undefined {
  if (typeof body !== "object" || body === null) return undefined;
  if (body instanceof Blob || body instanceof ReadableStream) return { content: body, contentType };
  if (isBytes(body)) return { content: bytesOf(body).slice(), contentType };
  if (isAsyncIterable(body)) return { content: streamOf(body), contentType };
  if (isForm(body)) throw unwritable(body, contentType);
  return undefined;
}

function isForm(body: unknown): body is FormData | URLSearchParams {
  return body instanceof FormData || body instanceof URLSearchParams;
}

function unwritable(body: object, contentType: string): InvalidInput {
  return new InvalidInput("body", `is a ${body.constructor.name}, which cannot be written as ${contentType}`);
}

function isBytes(value: unknown): value is ArrayBuffer | ArrayBufferView<ArrayBuffer> {
  return value instanceof ArrayBuffer || ArrayBuffer.isView(value);
}

function bytesOf(value: ArrayBuffer | ArrayBufferView<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  return value instanceof ArrayBuffer
    ? new Uint8Array(value)
    : new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
}

function isAsyncIterable(value: unknown): value is AsyncIterable<Uint8Array> {
  return typeof value === "object" && value !== null && Symbol.asyncIterator in value;
}

function streamOf(source: AsyncIterable<Uint8Array>): ReadableStream<Uint8Array> {
  const iterator = source[Symbol.asyncIterator]();
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await iterator.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    async cancel() {
      await iterator.return?.();
    },
  });
}

/** `application/x-www-form-urlencoded`; members that are objects are written as `deepObject`. */
export const formBody: BodyEncoder = (body, contentType, encoding) => {
  if (body instanceof URLSearchParams) return { content: String(body), contentType };
  const ready = readyMade(body, contentType);
  if (ready !== undefined) return ready;
  const write = (name: string, value: unknown): string => (encoding[name]?.style ?? formMember)(name, value);
  const parts = isRecord(body) ? membersOf(body).map(([name, value]) => write(name, value)) : [textOf(body)];
  return { content: parts.filter((part) => part !== "").join("&"), contentType };
};

type PartContent = string | Blob | Uint8Array<ArrayBuffer>;

/**
 * `multipart/form-data`: bytes and files as they are, an array as one part per item, objects as JSON. The parts are put
 * together here, once, under one boundary, so that every attempt sends the same bytes.
 */
export const multipart: BodyEncoder = (body, contentType, encoding) => {
  const boundary = `resil-gen-${crypto.randomUUID()}`;
  const parts: PartContent[] = [];
  if (isForm(body)) for (const [name, value] of pairsOf(body)) parts.push(...partOf(boundary, name, value, undefined));
  // A Blob may know its own boundary.
  else if (body instanceof Blob && /^multipart\/.+;\s*boundary=/i.test(body.type))
    return { content: body, contentType: body.type };
  else if (readyMade(body, contentType) !== undefined) throw unwritable(body as object, contentType);
  for (const [name, value] of isRecord(body) && !isForm(body) ? membersOf(body) : []) {
    const { style, contentType: type } = encoding[name] ?? {};
    const items = Array.isArray(value) ? value : [value];
    if (style !== undefined) {
      for (const [key = "", text = ""] of styledPairs(style, name, value))
        parts.push(...partOf(boundary, key, text, undefined));
    } else for (const item of items) parts.push(...partOf(boundary, name, item, type));
  }
  parts.push(`--${boundary}--\r\n`);
  return { content: new Blob(parts), contentType: `${contentType}; boundary=${boundary}` };
};

/** What a style makes of a member, each pair a part; within multipart nothing is percent-encoded. */
function styledPairs(style: ParameterStyle, name: string, value: unknown): string[][] {
  const pairs = style(name, value).split("&");
  return pairs.filter((pair) => pair !== "").map((pair) => pair.split("=", 2).map(decodeURIComponent));
}

function partOf(boundary: string, name: string, value: unknown, type: string | undefined): PartContent[] {
  const { content, fileName, contentType } = partContent(value, type);
  const file = fileName === undefined ? "" : `; filename="${quoted(fileName)}"`;
  const typeLine = contentType === undefined ? "" : `\r\nContent-Type: ${contentType}`;
  const head = `--${boundary}\r\nContent-Disposition: form-data; name="${quoted(name)}"${file}${typeLine}\r\n\r\n`;
  return [head, content, "\r\n"];
}

function partContent(
  value: unknown,
  type: string | undefined,
): { content: PartContent; fileName?: string; contentType?: string } {
  const binary = "application/octet-stream";
  if (value instanceof Blob) {
    const fileName = "name" in value ? String(value.name) : "blob";
    return { content: value, fileName, contentType: type ?? (value.type || binary) };
  }
  if (isBytes(value)) return { content: bytesOf(value), fileName: "blob", contentType: type ?? binary };
  if (isRecord(value) || (type !== undefined && isJsonType(type)))
    return { content: JSON.stringify(value), contentType: type ?? "application/json" };
  return type === undefined ? { content: textOf(value) } : { content: textOf(value), contentType: type };
}

/** As browsers write names in multipart headers (WHATWG HTML, "multipart form data"). */
function quoted(name: string): string {
  return name.replace(/\r\n|\r|\n/g, "%0D%0A").replace(/"/g, "%22");
}
