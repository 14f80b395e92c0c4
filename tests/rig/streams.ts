import type { CallOptions } from "../../runtime/src/contract/call-options.js";
import { eventStream, textEventStream } from "../../runtime/src/extensions/event-stream.js";
import { jsonLines } from "../../runtime/src/extensions/json-lines.js";
import { byteStream } from "../../runtime/src/extensions/stream.js";
import type { Policies } from "../../runtime/src/policies/types.js";
import { connectionError, getWith, type Reply, Rig } from "./rig.js";

/** A body that a test feeds. */
export class Source {
  cancelled = false;
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  readonly body: ReadableStream<Uint8Array> = new ReadableStream<Uint8Array>(
    {
      start: (controller) => {
        this.#controller = controller;
      },
      cancel: () => {
        this.cancelled = true;
      },
    },
    { size: ({ byteLength }) => byteLength, highWaterMark: 0 },
  );

  /** Bytes that were sent and not taken. */
  get waiting(): number {
    return -(this.#controller?.desiredSize ?? 0);
  }

  /** As an answer that is a stream of events. */
  get reply(): Reply {
    return { headers: { "content-type": "text/event-stream" }, body: this.body };
  }

  send(text: string): this {
    this.#controller?.enqueue(new TextEncoder().encode(text));
    return this;
  }

  end(): this {
    this.#controller?.close();
    return this;
  }

  breakOff(): this {
    this.#controller?.error(connectionError("UND_ERR_SOCKET"));
    return this;
  }
}

export const types = {
  events: { type: "text/event-stream", extension: eventStream },
  texts: { type: "text/event-stream", extension: textEventStream },
  lines: { type: "application/x-ndjson", extension: jsonLines },
  sequence: { type: "application/json-seq", extension: jsonLines },
  bytes: { type: "application/x-ndjson", extension: byteStream },
};

export function streamOf(kind: keyof typeof types, policies: Partial<Policies> = {}) {
  const { type, extension } = types[kind];
  return getWith(
    { streaming: true, ...policies },
    { extensions: [extension], responses: { "200": type, default: "application/json" } },
  );
}

/** Opens a stream that a source feeds. */
export async function open(
  kind: keyof typeof types,
  source: Source,
  policies: Partial<Policies> = {},
  rig: Rig = new Rig(),
  options: CallOptions<object> = {},
) {
  rig.replies({ headers: { "content-type": types[kind].type }, body: source.body });
  const stream = (await rig.clock.run(rig.call(streamOf(kind, policies), {}, options))) as AsyncIterable<unknown>;
  return { rig, stream };
}

/** Everything of a stream, and how it ended. */
export async function readAll(stream: AsyncIterable<unknown>): Promise<{ items: unknown[]; error?: unknown }> {
  const items: unknown[] = [];
  try {
    for await (const item of stream) items.push(item);
    return { items };
  } catch (error) {
    return { items, error };
  }
}

/** Lets what has been sent arrive. */
export function arrival(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 1));
}
