/** What an upload has to do with the attempt that sends it. */
export interface Uploading {
  /** The attempt waits for the next piece of the caller's own source. */
  waitsForCaller: boolean;
  /** The source broke: its error. */
  sourceFault: { readonly cause: unknown } | undefined;
}

/** A stream of the caller's own, watched: when it stalls or breaks, that says nothing of the server or the network. */
export function watchedSource(source: ReadableStream<Uint8Array>, uploading: Uploading): ReadableStream<Uint8Array> {
  const reader = source.getReader();
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        uploading.waitsForCaller = true;
        try {
          const { done, value } = await reader.read();
          if (done) controller.close();
          else controller.enqueue(value);
        } catch (cause) {
          uploading.sourceFault = { cause };
          controller.error(cause);
        }
        uploading.waitsForCaller = false;
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}
