import { timerDelay } from "../base/clock.js";
import type { Answer, Failure, OpenStream } from "../base/outcome.js";
import type { HttpCall } from "../call/http-call.js";
import type { Extension } from "../contract/extension.js";
import { networkFailure } from "../http/network-failure.js";
import { cancelled } from "../pipeline/attempt.js";
import type { ByteStream } from "../serialize/body.js";

/** Hands bodies that come piece by piece to the caller as a stream of bytes. */
export const byteStream: Extension = {
  read: (call, _attempt, response, type) =>
    isStreamType(type) ? streamAnswer(call, response, (bytes) => bytes) : undefined,
};

function isStreamType(type: string): boolean {
  const sequences =
    /^(text\/event-stream|application\/(x-ndjson|ndjson|jsonl|x-jsonl|json-seq|stream\+json)|multipart\/mixed)$/;
  return sequences.test(type);
}

/** The answer whose data is made from the stream of a response's body. */
export function streamAnswer(
  call: HttpCall,
  response: Response,
  dataOf: (bytes: ByteStream) => unknown,
): Answer<unknown> | undefined {
  if (response.body === null) return undefined;
  const { bytes, ...stream } = watched(response, response.body, call);
  const data = call.wantsBytes ? bytes : dataOf(bytes);
  return { ok: true, data, status: response.status, response, source: "network", stream };
}

/** The text of a stream, piece by piece. Leaving the loop ends the stream. */
export async function* textOf(bytes: ByteStream): AsyncGenerator<string, void> {
  const reader = bytes.getReader();
  const decoder = new TextDecoder();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      yield decoder.decode(value, { stream: !done });
      if (done) return;
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}

/** Watches over a body that is read after the call: silence ends it, an abort ends it, and its end is told. */
function watched(response: Response, source: ByteStream, call: HttpCall): OpenStream & { readonly bytes: ByteStream } {
  const { clock } = call.core;
  const { idle } = call.policies.timeout;
  const reader = source.getReader();
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  let timer: unknown;
  let finish = (): void => {};
  const over = new Promise<void>((resolve) => {
    finish = () => {
      clock.clearTimer(timer);
      controller = undefined;
      resolve();
    };
  });
  const fail = (failure: Failure): void => {
    // Its headers have come, whatever ends it.
    controller?.error(call.error({ ...failure, sent: "yes" }));
    finish();
    reader.cancel().catch(() => {});
  };
  const silence: Failure = { ok: false, code: "timeout", sent: "yes", limit: Number(idle), reason: "idle" };
  const bytes = new ReadableStream<Uint8Array>({
    start(own) {
      controller = own;
    },
    async pull(own) {
      if (idle !== false) timer = clock.setTimer(() => fail(silence), timerDelay(idle));
      try {
        const { done, value } = await reader.read();
        clock.clearTimer(timer);
        if (controller === undefined) return;
        if (!done) {
          call.onBytes?.(response, value.byteLength);
          return own.enqueue(value);
        }
        own.close();
        finish();
      } catch (cause) {
        if (controller !== undefined) fail({ ...networkFailure(cause), sent: "yes" });
      }
    },
    async cancel(reason) {
      finish();
      await reader.cancel(reason);
    },
  });
  const outlive: OpenStream["outlive"] = (run, isWanted) => {
    if (isWanted) run.endPhase = fail;
    else fail(cancelled);
    return over;
  };
  return { bytes, over, outlive };
}
