import { type Clock, timerDelay } from "./clock.js";
import type { Failure } from "./outcome.js";
import type { ByteStream } from "./serialize/body.js";

/** A body that the caller reads piece by piece, after its call has ended. */
export interface OpenStream {
  readonly bytes: ByteStream;
  /** Settles when the stream is over, however that came. */
  readonly over: Promise<void>;
  /** Ends the stream with an error. */
  fail(failure: Failure): void;
}

export interface StreamSettings {
  readonly clock: Clock;
  /** Longest silence, in ms. */
  readonly idleMs: number | false;
  /** The error that the reader gets for a failure. */
  readonly toError: (failure: Failure) => Error;
  /** What a broken connection is. */
  readonly toFailure: (cause: unknown) => Failure;
}

/** Watches over a body that is read after the call: silence ends it, an abort ends it, and its end is told. */
export function openStream(source: ByteStream, { clock, idleMs, toError, toFailure }: StreamSettings): OpenStream {
  const reader = source.getReader();
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  let timer: unknown;
  let finish = (): void => {};
  const over = new Promise<void>((resolve) => {
    finish = () => {
      if (timer !== undefined) clock.clearTimer(timer);
      controller = undefined;
      resolve();
    };
  });
  const fail = (failure: Failure): void => {
    if (controller === undefined) return;
    controller.error(toError(failure));
    finish();
    reader.cancel().catch(() => {});
  };
  const idle = (): void => fail({ ok: false, code: "timeout", sent: "yes", limit: Number(idleMs), reason: "idle" });
  const bytes: ByteStream = new ReadableStream<Uint8Array>({
    start(own) {
      controller = own;
    },
    async pull(own) {
      if (idleMs !== false) timer = clock.setTimer(idle, timerDelay(idleMs));
      try {
        const { done, value } = await reader.read();
        if (timer !== undefined) clock.clearTimer(timer);
        if (controller === undefined) return;
        if (!done) return own.enqueue(value);
        own.close();
        finish();
      } catch (cause) {
        fail(toFailure(cause));
      }
    },
    async cancel(reason) {
      finish();
      await reader.cancel(reason);
    },
  });
  return { bytes, over, fail };
}
