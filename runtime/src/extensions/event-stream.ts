import { never } from "../base/clock.js";
import type { ResilienceError } from "../contract/errors.js";
import type { CallScope, Extension } from "../contract/extension.js";
import { EventParser, lastEventIdHeader, type ServerSentEvent } from "../http/server-sent-events.js";
import { ThrownFailure } from "../http/thrown-failure.js";
import { backoffMs } from "../policies/backoff.js";
import { Connection } from "./connection.js";
import type { Items, Resumable } from "./live-stream.js";
import { itemsAnswer } from "./stream.js";

/**
 * Events as they come; read once, by `for await`. Leaving the loop ends the stream. A GET whose connection breaks is
 * continued after the last event that had an id, as often as the operation may be retried without an event in between.
 */
export interface EventStream<Data> extends AsyncIterable<ServerSentEvent<Data>> {}

/** Reads `text/event-stream` with JSON as its data. */
export const eventStream: Extension = /* @__PURE__ */ eventStreamOf((text) => JSON.parse(text) as unknown);

/** Reads `text/event-stream` with text as its data. */
export const textEventStream: Extension = /* @__PURE__ */ eventStreamOf((text) => text);

function eventStreamOf(decode: (text: string) => unknown): Extension {
  return {
    read: (call, _attempt, response, type) =>
      type === "text/event-stream" ? itemsAnswer(call, response, new Events(call, decode), true) : undefined,
  };
}

/** The longest wait before a reconnect that a server can ask for, in ms. */
const longestWaitMs = 60_000;

/** A connection that brought something for so long is no failed one, even if no event came, in ms. */
const steadyMs = 10_000;

/** Makes events of bytes, and continues their stream after the last of them. */
class Events implements Items<ServerSentEvent<unknown>> {
  readonly #call: CallScope;
  readonly #decode: (text: string) => unknown;
  readonly #parser: EventParser;
  #connectedAt: number;
  /** Connections in a row that brought nothing. */
  #failures = 0;
  #hasCome = false;

  constructor(call: CallScope, decode: (text: string) => unknown) {
    this.#call = call;
    this.#decode = decode;
    this.#parser = new EventParser(call.policies.maxResponse || never);
    this.#connectedAt = call.core.clock.now();
  }

  feed(piece: Uint8Array, add: (event: ServerSentEvent<unknown>) => void): boolean {
    let isDone = false;
    this.#hasCome ||= this.#call.core.clock.now() - this.#connectedAt >= steadyMs;
    this.#parser.feed(piece, (event) => {
      this.#hasCome = true;
      // Sent by several APIs in place of an end.
      isDone ||= event.data === "[DONE]";
      if (!isDone) add({ ...event, data: this.#decoded(event.data) });
    });
    return isDone;
  }

  /** Takes a GET up again from where it broke, if anybody knows where that is. */
  async resume(broken: ResilienceError, stream: Resumable): Promise<Connection | ResilienceError | undefined> {
    const { core, operation, policies, emit } = this.#call;
    const { retry } = policies;
    const isBroken = broken.code === "network" || broken.code === "timeout";
    const from = this.#lastEventId();
    if (operation.method !== "GET" || !retry || !isBroken || from === undefined) return broken;
    if (this.#hasCome) this.#failures = 0;
    if (++this.#failures > retry.maxRetries) return broken;
    if (!(await stream.isWanted(broken))) return broken;
    // A server that breaks after each event must not be asked without end.
    if (core.state(operation).budget?.take(core.clock.now()) === false) return broken;
    const asked = Math.min(this.#parser.retryMs ?? 0, longestWaitMs);
    const waitMs = Math.max(asked, backoffMs(this.#failures, retry.backoff, core.random));
    emit?.("reconnect", { because: broken.code, waitMs });
    if (!(await stream.pause(waitMs))) return broken;
    const settled = await stream.again(from);
    if (!settled.ok) return settled.error;
    // WHATWG HTML, "Server-sent events": this is how a server says that there is no more.
    if (settled.status === 204) return undefined;
    if (!(settled.data instanceof Connection)) return broken;
    this.#parser.restart();
    this.#hasCome = false;
    this.#connectedAt = core.clock.now();
    return settled.data;
  }

  /** The server's word goes before the caller's, also where it took its id back. */
  #lastEventId(): string | undefined {
    const { lastId } = this.#parser;
    return lastId === undefined ? this.#call.request.headers["last-event-id"] : lastEventIdHeader(lastId);
  }

  #decoded(text: string): unknown {
    try {
      return this.#decode(text);
    } catch {
      // The decoder's own message quotes the data.
      throw new ThrownFailure({ ok: false, code: "decode", sent: "yes", reason: "an event is not JSON" });
    }
  }
}
