import { expect, test } from "vitest";
import { getWith, Rig } from "../../../tests/rig/rig.js";
import { Source } from "../../../tests/rig/streams.js";
import type { Client } from "../client/client.js";
import type { CallOptions } from "../contract/call-options.js";
import type { ResilienceError } from "../contract/errors.js";
import type { Extension } from "../contract/extension.js";
import type { Call } from "../contract/results.js";
import { eventStream } from "../extensions/event-stream.js";
import { jsonLines } from "../extensions/json-lines.js";
import { progress } from "../extensions/progress.js";
import { asBytes, asText } from "../extensions/read-as.js";
import { byteStream } from "../extensions/stream.js";
import type { Policies } from "../policies/types.js";
import { callOperation } from "./call.js";

const timeout = { attempt: 1_000, total: 2_000, idle: 5_000 } as const;

/** An operation that may stream or send a file, and may answer something else. */
function transfer(use: Extension, policies: Partial<Policies> = {}) {
  const streams = "text/event-stream, application/x-ndjson, application/pdf, application/json";
  return getWith(
    { streaming: true, timeout, ...policies },
    { extensions: [use], responses: { "200": streams, default: "application/json" } },
  );
}

/** Sends a piece of a body each second, for ever. */
async function trickle(rig: Rig, source: Source, ended: Promise<unknown>): Promise<void> {
  let isOver = false;
  void ended.then(() => {
    isOver = true;
  });
  for (let count = 0; count < 60 && !isOver; count++) {
    source.send(" ");
    await rig.clock.advance(100);
  }
}

const uses: [string, Extension][] = [
  ["events", eventStream],
  ["lines", jsonLines],
  ["bytes", byteStream],
  ["a file", progress],
];
const ordinary: [string, number, string][] = [
  ["JSON", 200, "application/json"],
  ["text", 200, "text/plain"],
  ["an error", 503, "application/json"],
  ["an error that says it is a stream", 404, "text/event-stream"],
  ["an error that says it is a file", 404, "application/pdf"],
];

for (const [what, use] of uses) {
  test.each(ordinary)(
    `an operation of ${what} that is answered with %s is bounded by its own times`,
    async (_, status, type) => {
      for (const how of ["silent", "trickling"]) {
        for (const limited of [timeout, { ...timeout, attempt: false as const }]) {
          const rig = new Rig();
          const source = new Source().send("[");
          rig.replies({ status, headers: { "content-type": type }, body: source.body });
          const ended = rig.call(transfer(use, { timeout: limited }), {}, {}).result();
          if (how === "trickling") await trickle(rig, source, ended);
          const end = await rig.clock.run(ended);
          const limit = limited.attempt === false ? 2_000 : 1_000;
          // Of a failed response the status is known before its body.
          const code = status >= 400 ? "unexpected-response" : limit === 2_000 ? "deadline" : "timeout";
          expect(end.ok ? end : end.error).toMatchObject({ code, elapsedMs: limit });
          expect([source.cancelled || rig.received[0]?.init.signal?.aborted, rig.clock.pending]).toEqual([true, 0]);
        }
      }
    },
  );
}

test("an ordinary answer of a transfer is bounded by maxResponse; a file is not", async () => {
  for (const [status, type, code] of [
    [200, "application/json", "too-large"],
    [404, "application/pdf", "too-large"],
    [200, "application/pdf", undefined],
  ] as const) {
    const rig = new Rig().replies({ status, headers: { "content-type": type }, body: JSON.stringify("x".repeat(200)) });
    const end = await rig.end(transfer(progress, { maxResponse: 100 }));
    expect(end.ok ? undefined : end.error.code).toBe(code);
  }
});

test("a file takes as long as it takes, and ends by a silence", async () => {
  for (const isEnded of [true, false]) {
    const rig = new Rig();
    const source = new Source();
    rig.replies({ headers: { "content-type": "application/pdf" }, body: source.body });
    const ended = rig.call(transfer(progress)).result();
    for (let count = 0; count < 5; count++) {
      await rig.clock.advance(4_000);
      source.send("x");
    }
    await rig.clock.advance(1);
    if (isEnded) source.end();
    const end = await rig.clock.run(ended);
    if (isEnded) expect(end.ok && (end.data as Blob).size).toBe(5);
    else expect(end.ok ? end : end.error).toMatchObject({ code: "timeout", reason: "idle", elapsedMs: 25_000 });
  }
});

test("a stream that is gathered as text or bytes ends by a silence, and by its size", async () => {
  const operation = transfer(eventStream, { maxResponse: 30 });
  const get = (client: Client, input: object, options?: CallOptions): Call<unknown, ResilienceError> =>
    callOperation(client, operation, input, options);
  const codeOf = (end: { ok: true } | { ok: false; error: unknown }): string | undefined =>
    end.ok ? undefined : (end.error as ResilienceError).code;
  const reads: ((client: Client) => Promise<string | undefined>)[] = [
    async (client) => codeOf(await asText(get, client, {}).result()),
    async (client) => codeOf(await asBytes(get, client, {}).result()),
  ];
  for (const read of reads) {
    const gathered = async (end: (source: Source) => unknown): Promise<string | undefined> => {
      const rig = new Rig();
      const source = new Source();
      rig.replies(source.reply);
      const code = read(rig.client);
      for (let count = 0; count < 3; count++) {
        await rig.clock.advance(4_000);
        source.send("data: 1\n\n");
      }
      end(source);
      return rig.clock.run(code);
    };
    expect(await gathered((source) => source.end())).toBe(undefined);
    expect(await gathered(() => {})).toBe("timeout");
    expect(await gathered((source) => source.send("data: 1\n\n"))).toBe("too-large");
  }
});
