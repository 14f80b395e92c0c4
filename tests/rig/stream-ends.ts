import { type Rig, retriesAtOnce } from "./rig.js";
import { arrival, readAll, Source, streamOf } from "./streams.js";

/** A way for a stream to end, and what observers, logs, metrics and spans call it. */
export interface StreamEnd {
  readonly outcome: string;
  readonly isError: boolean;
  run(rig: Rig): Promise<void>;
}

interface Opened {
  readonly rig: Rig;
  readonly source: Source;
  readonly stream: AsyncIterable<unknown>;
  readonly abort: () => void;
}

/** Opens a stream that has sent an event, ends it, and reads what there is to read. */
function endOf(outcome: string, isError: boolean, end: (opened: Opened) => unknown): StreamEnd {
  const run = async (rig: Rig): Promise<void> => {
    const source = new Source().send("id: 1\ndata: 1\n\n");
    const controller = new AbortController();
    rig.replies(source.reply);
    const timeout = { attempt: 1_000, total: 2_000, idle: 5_000 };
    const operation = streamOf("events", { retry: retriesAtOnce(1), timeout, maxResponse: 100 });
    const call = rig.call(operation, {}, { signal: controller.signal });
    const stream = (await rig.clock.run(call)) as AsyncIterable<unknown>;
    await arrival();
    await end({ rig, source, stream, abort: () => controller.abort() });
    await rig.clock.run(readAll(stream));
  };
  return { outcome, isError, run };
}

/** Each way for a stream to end. */
export const streamEnds: readonly StreamEnd[] = [
  endOf("ok", false, ({ source }) => source.end()),
  endOf("left", false, ({ stream }) => stream[Symbol.asyncIterator]().return?.()),
  endOf("aborted", false, ({ abort }) => abort()),
  endOf("closed", true, ({ rig }) => rig.client.close()),
  endOf("network", true, ({ rig, source }) => {
    rig.replies({ fails: "ECONNRESET" }, { fails: "ECONNRESET" });
    source.breakOff();
  }),
  endOf("http", true, ({ rig, source }) => {
    rig.replies({ status: 404, body: {} });
    source.breakOff();
  }),
  endOf("timeout", true, ({ rig }) => rig.clock.advance("6s")),
  endOf("decode", true, ({ source }) => source.send("data: {\n\n")),
  endOf("too-large", true, ({ source }) => source.send(`data: ${"x".repeat(200)}`)),
];
