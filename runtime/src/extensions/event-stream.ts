import { timerDelay } from "../base/clock.js";
import type { HttpCall } from "../call/http-call.js";
import type { Extension } from "../contract/extension.js";
import { EventParser, type ServerSentEvent } from "../http/server-sent-events.js";
import { backoffMs } from "../policies/backoff.js";
import type { ByteStream } from "../serialize/body.js";
import { streamAnswer, textOf } from "./stream.js";

/**
 * Events as they come; read once, by `for await`. Leaving the loop ends the stream. A GET whose connection breaks is
 * taken up again after the last event, as often as the operation may be retried without an event in between.
 */
export interface EventStream<Data> extends AsyncIterable<ServerSentEvent<Data>> {}

/** Reads `text/event-stream` with JSON as its data. */
export const eventStream: Extension = /* @__PURE__ */ eventStreamOf((text) => JSON.parse(text) as unknown);

/** Reads `text/event-stream` with text as its data. */
export const textEventStream: Extension = /* @__PURE__ */ eventStreamOf((text) => text);

function eventStreamOf(decode: (text: string) => unknown): Extension {
  return {
    read: (call, _attempt, response, type) =>
      type === "text/event-stream" ? streamAnswer(call, response, (bytes) => eventsOf(call, bytes, decode)) : undefined,
  };
}

async function* eventsOf(
  call: HttpCall,
  first: ByteStream,
  decode: (text: string) => unknown,
): AsyncGenerator<ServerSentEvent<unknown>> {
  let bytes = first;
  let failures = 0;
  let parser = new EventParser();
  for (;;) {
    try {
      for await (const text of textOf(bytes)) {
        for (const event of parser.feed(text)) {
          failures = 0;
          // Said by several APIs in place of an end.
          if (event.data === "[DONE]") return;
          yield { ...event, data: decoded(call, event.data, decode) };
        }
      }
      return;
    } catch (error) {
      const more = await reconnected(call, parser, ++failures, error);
      if (more === undefined) return;
      bytes = more;
      const { lastId, retryMs } = parser;
      parser = Object.assign(new EventParser(), { lastId, retryMs });
    }
  }
}

function decoded(call: HttpCall, text: string, decode: (text: string) => unknown): unknown {
  try {
    return decode(text);
  } catch {
    // The parser's own message quotes the data.
    throw call.error({ ok: false, code: "decode", sent: "yes", reason: "an event is not JSON" });
  }
}

/** The stream from after the last event, or the error again. A POST never starts by itself a second time. */
async function reconnected(
  call: HttpCall,
  parser: EventParser,
  failures: number,
  error: unknown,
): Promise<ByteStream | undefined> {
  const { operation, policies, core } = call;
  const { retry } = policies;
  const { code } = error as { code?: string };
  const isBroken = code === "network" || code === "timeout";
  if (operation.method !== "GET" || !retry || !isBroken || failures > retry.maxRetries) throw error;
  // A server that breaks after each event must not be asked without end.
  if (core.state(operation).budget?.take(core.clock.now()) === false) throw error;
  await pause(call, Math.max(parser.retryMs ?? 0, backoffMs(failures, retry.backoff, core.random)));
  const settled = await call.again(parser.lastId === undefined ? {} : { "last-event-id": parser.lastId });
  if (!settled.ok) throw settled.error;
  // WHATWG HTML, "Server-sent events": this is how a server tells that there is no more.
  if (settled.status === 204) return undefined;
  if (!(settled.data instanceof ReadableStream)) throw error;
  return settled.data as ByteStream;
}

function pause({ core, signal }: HttpCall, ms: number): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      core.clock.clearTimer(timer);
      deafen();
      resolve();
    };
    const timer = core.clock.setTimer(end, timerDelay(ms));
    const deafen = core.aborts.add(signal, end);
  });
}
