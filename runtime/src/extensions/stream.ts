import type { Answer } from "../base/outcome.js";
import { isStreamType } from "../call/answer.js";
import type { CallScope, Extension } from "../contract/extension.js";
import type { ByteStream } from "../serialize/body.js";
import { Connection } from "./connection.js";
import { type Items, LiveStream } from "./live-stream.js";

/** Hands bodies that come piece by piece to the caller as a stream of bytes. */
export const byteStream: Extension = {
  read: (call, _attempt, response, type) => (isStreamType(type) ? bytesAnswer(call, response) : undefined),
};

/** The answer whose data are the bytes of a response's body as they come. */
export function bytesAnswer(call: CallScope, response: Response): Answer<unknown> {
  return streamAnswer(call, response, wholePieces, false, bytesOf);
}

/** The answer whose data are items, made of a response's body as it comes. */
export function itemsAnswer<Item>(
  call: CallScope,
  response: Response,
  items: Items<Item>,
  isEndless: boolean,
): Answer<unknown> {
  return streamAnswer(call, response, items, isEndless, (live) => live.items());
}

function streamAnswer<Item>(
  call: CallScope,
  response: Response,
  items: Items<Item>,
  isEndless: boolean,
  dataOf: (live: LiveStream<Item>) => unknown,
): Answer<unknown> {
  const connection = new Connection(response);
  const { status } = response;
  // A call that continues a stream has found its next connection: the stream itself goes on.
  if (call.continuesAfter !== undefined)
    return { ok: true, data: connection, status, response, source: "network", stream: connection };
  const live = new LiveStream(call, connection, items, isEndless);
  return { ok: true, data: dataOf(live), status, response, source: "network", stream: live };
}

const wholePieces: Items<Uint8Array> = {
  feed(piece, add) {
    add(piece);
    return false;
  },
};

function bytesOf(live: LiveStream<Uint8Array>): ByteStream {
  const items = live.items();
  return new ReadableStream(
    {
      async pull(controller) {
        const { done, value } = await items.next();
        if (done) controller.close();
        else controller.enqueue(value);
      },
      async cancel() {
        await items.return?.();
      },
    },
    // What is read ahead is the stream's own business.
    { highWaterMark: 0 },
  ) as ByteStream;
}
