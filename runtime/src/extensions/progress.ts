import { isBrowser } from "../base/platform.js";
import type { Progress } from "../contract/call-options.js";
import type { CallScope, Extension } from "../contract/extension.js";
import { tell } from "../observe/events.js";
import type { EncodedBody } from "../serialize/types.js";

/** Tells `onProgress` how far uploads and downloads have got. What it throws is dropped. */
export const progress: Extension = {
  progress: true,
  around(call, next) {
    const { onProgress } = call.options;
    const counts = new WeakMap<Response, number>();
    if (onProgress !== undefined) {
      call.onBytes = (response, count) => {
        const transferred = (counts.get(response) ?? 0) + count;
        counts.set(response, transferred);
        tellOwner(call, onProgress, { direction: "download", transferred, total: lengthOf(response) });
      };
    }
    return next();
  },
  // Without it a body of known length would go out in chunks, which not every server takes.
  headers(call): Record<string, string> {
    const { content } = call.request;
    const length = content === undefined ? undefined : sizeOf(content);
    return call.options.onProgress === undefined || length === undefined || isBrowser()
      ? {}
      : { "content-length": String(length) };
  },
  body(call, content) {
    const { onProgress } = call.options;
    if (onProgress === undefined || !canStream()) return content;
    const total = sizeOf(content);
    let transferred = 0;
    const count = new TransformStream<Uint8Array, Uint8Array>({
      transform(piece, controller) {
        controller.enqueue(piece);
        transferred += piece.byteLength;
        tellOwner(call, onProgress, { direction: "upload", transferred, total });
      },
    });
    return streamOf(content).pipeThrough(count);
  },
};

/** A body may be read by somebody else than the caller: a socket that another call opened, or whoever got the stream. */
function tellOwner({ run }: CallScope, onProgress: (progress: Progress) => void, fact: Progress): void {
  run?.context.run(() => tell(onProgress, fact));
}

/** What Content-Length says; of a compressed body that is another length. */
function lengthOf({ headers }: Response): number | undefined {
  const length = headers.get("content-length");
  return length === null || headers.has("content-encoding") ? undefined : Number(length);
}

/** Large enough to cost nothing, small enough to see something move. */
const pieceBytes = 65_536;

function streamOf(content: EncodedBody["content"]): ReadableStream<Uint8Array> {
  if (content instanceof ReadableStream) return content;
  const blob = content instanceof Blob ? content : new Blob([content]);
  let at = 0;
  return new ReadableStream({
    async pull(controller) {
      const piece = blob.slice(at, at + pieceBytes);
      at += piece.size;
      if (piece.size === 0) controller.close();
      else controller.enqueue(new Uint8Array(await piece.arrayBuffer()));
    },
  });
}

/** The length of a body in bytes, where it is known before it is sent. */
function sizeOf(content: EncodedBody["content"]): number | undefined {
  if (typeof content === "string") return new TextEncoder().encode(content).byteLength;
  if (content instanceof ReadableStream) return undefined;
  return content instanceof Blob ? content.size : content.byteLength;
}

/** Some browsers cannot send a stream: there, uploads are sent whole and not told. */
function canStream(): boolean {
  if (!isBrowser()) return true;
  let isAsked = false;
  const init = {
    method: "POST",
    body: new ReadableStream(),
    get duplex(): "half" {
      isAsked = true;
      return "half";
    },
  };
  // A browser that does not know streams takes them for text, and says so in the content type.
  return !new Request("https://example.invalid", init).headers.has("content-type") && isAsked;
}
