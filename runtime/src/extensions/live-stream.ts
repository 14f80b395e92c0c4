import { abortedBy } from "../base/abort-listeners.js";
import { limitTimer, never } from "../base/clock.js";
import type { Failure, OpenStream } from "../base/outcome.js";
import { closedFailure } from "../client/state.js";
import type { ResilienceError } from "../contract/errors.js";
import type { CallScope, Running } from "../contract/extension.js";
import type { Settled } from "../contract/results.js";
import { networkFailure } from "../http/network-failure.js";
import { ThrownFailure } from "../http/thrown-failure.js";
import { Connection } from "./connection.js";

/** Makes items of a stream's bytes. What it throws as a {@link ThrownFailure} ends the stream, after the items before. */
export interface Items<Item> {
  /** @returns `true`: the server has said that nothing more comes */
  feed(piece: Uint8Array, add: (item: Item) => void): boolean;
  /** The stream has ended in order: hands on what has no end of its own. */
  rest?(add: (item: Item) => void): void;
  /** Where the stream goes on after it broke; an error: nowhere; `undefined`: it is over. */
  resume?(broken: ResilienceError, stream: Resumable): Promise<Connection | ResilienceError | undefined>;
}

/** A stream that broke, for what may take it up again. */
export interface Resumable {
  /** Whether the caller waits for more. One that nobody reads is given up after a while, and not asked for again. */
  isWanted(broken: ResilienceError): Promise<boolean>;
  /** `false`: it was ended meanwhile. */
  pause(ms: number): Promise<boolean>;
  /** The same call once more, from after an event. */
  again(lastEventId: string): Promise<Settled>;
}

/** How a stream ended. */
interface Ending {
  readonly outcome: "ok" | "left" | Failure["code"];
  readonly error?: ResilienceError;
  /** What has come and was not read is dropped. */
  readonly isAtOnce?: boolean;
}

/** What is received before anybody asks for it, in bytes: silence is measured also while nobody reads. */
const aheadBytes = 65_536;

/**
 * A stream from its call's end to its own. It receives by itself, in the async context of the call that opened it, some
 * way ahead of whoever reads: over one connection after another, where it may be taken up again.
 */
export class LiveStream<Item> implements OpenStream, Running, Resumable {
  readonly isEndless: boolean;
  readonly #call: CallScope;
  readonly #source: Items<Item>;
  #connection: Connection;
  #openedAt = 0;
  #reconnects = 0;
  #batches: Item[][] = [];
  /** Bytes received since the reader last had nothing left. */
  #ahead = 0;
  #hasReader = false;
  #isReaderWaiting = false;
  #ending: Ending | undefined;
  #continuation: AbortController | undefined;
  readonly #over: Promise<void>;
  #end!: () => void;
  /** Ends what the receiving side waits for. */
  #wake = (): void => {};
  /** Ends the reader's wait. */
  #arrived = (): void => {};

  /** @param isEndless whether it ends with the client at once, without a drain */
  constructor(call: CallScope, connection: Connection, source: Items<Item>, isEndless: boolean) {
    this.#call = call;
    this.#connection = connection;
    this.#source = source;
    this.isEndless = isEndless;
    this.#over = new Promise((resolve) => {
      this.#end = resolve;
    });
  }

  begin(): void {
    const { core, signal } = this.#call;
    this.#openedAt = core.clock.now();
    core.running.add(this);
    const deafen = core.aborts.add(signal, () => this.interrupt(abortedBy(signal)));
    if (signal?.aborted) this.#interrupted(abortedBy(signal));
    else if (core.isOver || (core.isClosed && this.isEndless)) this.#interrupted(closedFailure);
    void this.#receiveAll().then(() => {
      deafen();
      core.ended(this);
      this.#end();
    });
  }

  outlive(...of: Parameters<OpenStream["outlive"]>): Promise<void> {
    return this.#connection.outlive(...of);
  }

  interrupt(failure: Failure): void {
    // Whoever aborts or closes is in a context of its own; a worker may not even end another request's connection.
    this.#call.run?.context.run(() => this.#interrupted(failure));
  }

  #interrupted(failure: Failure): void {
    this.#cut({ outcome: failure.code, error: this.#error(failure), isAtOnce: true });
  }

  /** The items, once. Leaving them ends the stream, also before the first was asked for. */
  items(): AsyncIterableIterator<Item> {
    const items = this.#read();
    const leave = (): Promise<void> => {
      this.#cut({ outcome: "left", isAtOnce: true });
      return this.#over;
    };
    const iterator: AsyncIterableIterator<Item> = {
      [Symbol.asyncIterator]: () => iterator,
      next: () => items.next(),
      return: () => leave().then(() => items.return()),
      throw: (error) => leave().then(() => items.throw(error)),
    };
    return iterator;
  }

  async *#read(): AsyncGenerator<Item, void> {
    this.#hasReader = true;
    while (!this.#isOut()) {
      const batch = this.#batches.shift();
      if (batch === undefined && this.#ending) break;
      if (batch === undefined) await this.#more();
      for (const item of batch ?? []) {
        if (this.#isOut()) break;
        yield item;
      }
    }
    // Whoever learns that it is over finds that everything of it is: slot, listeners, events.
    await this.#over;
    const { error } = this.#ending ?? {};
    if (error !== undefined) throw error;
  }

  /** Whether the reader gets nothing more, although something may have come. */
  #isOut(): boolean {
    const { signal } = this.#call;
    // An abort counts also where everything was received before.
    if (signal?.aborted && !this.#ending?.isAtOnce) this.#interrupted(abortedBy(signal));
    return this.#ending?.isAtOnce === true;
  }

  #more(): Promise<void> {
    this.#ahead = 0;
    this.#isReaderWaiting = true;
    this.#wake();
    return new Promise((resolve) => {
      this.#arrived = () => {
        this.#isReaderWaiting = false;
        resolve();
      };
    });
  }

  /** Receives over one connection after another, to the end, and tells it. */
  async #receiveAll(): Promise<void> {
    const { emit, core } = this.#call;
    let broken: ResilienceError | undefined;
    for (;;) {
      broken = await this.#receive(this.#connection);
      this.#connection.end();
      if (this.#ending !== undefined || broken === undefined || this.#source.resume === undefined) break;
      const end = broken;
      // A source of chance, or a budget's clock, may be the user's own, and throw.
      const next = await this.#source.resume(broken, this).catch(() => end);
      if (!(next instanceof Connection)) {
        broken = next;
        break;
      }
      this.#connection = next;
    }
    this.#ending ??= broken === undefined ? { outcome: "ok" } : { outcome: broken.code, error: broken };
    this.#connection.end();
    this.#arrived();
    emit?.("stream", {
      outcome: this.#ending.outcome,
      status: this.#connection.response.status,
      reconnects: this.#reconnects,
      elapsedMs: core.clock.now() - this.#openedAt,
    });
  }

  /** Receives one connection to its end; an error where that is none in order. */
  async #receive(connection: Connection): Promise<ResilienceError | undefined> {
    const { reader, response } = connection;
    const { onBytes } = this.#call;
    try {
      while (await this.#hasRoom()) {
        const { done, value } = await this.#inTime(reader.read());
        if (this.#ending !== undefined) break;
        if (done) {
          this.#gather((add) => this.#source.rest?.(add));
          break;
        }
        this.#ahead += value.byteLength;
        connection.heard();
        onBytes?.(response, value.byteLength);
        if (this.#gather((add) => this.#source.feed(value, add))) break;
      }
      return undefined;
    } catch (cause) {
      if (this.#ending !== undefined) return undefined;
      return this.#error(cause instanceof ThrownFailure ? cause.failure : networkFailure(cause));
    }
  }

  /** Hands on the items that came before something went wrong, too. */
  #gather<Result>(make: (add: (item: Item) => void) => Result): Result {
    const batch: Item[] = [];
    try {
      return make((item) => batch.push(item));
    } finally {
      if (batch.length > 0) {
        this.#batches.push(batch);
        this.#arrived();
      }
    }
  }

  /** What is read within the idle time. */
  async #inTime<Result>(reading: Promise<Result>): Promise<Result> {
    const { clock } = this.#call.core;
    let isSilent = false;
    const { idle } = this.#call.policies.timeout;
    const silenced = (): void => {
      isSilent = true;
      this.#connection.end();
    };
    const timer = limitTimer(clock, silenced, idle === false ? never : idle);
    try {
      const result = await reading;
      if (isSilent) throw new ThrownFailure(this.#silence());
      return result;
    } catch (cause) {
      throw isSilent ? new ThrownFailure(this.#silence()) : cause;
    } finally {
      clock.clearTimer(timer);
    }
  }

  #silence(): Failure {
    const limit = Number(this.#call.policies.timeout.idle);
    return { ok: false, code: "timeout", sent: "yes", limit, reason: "idle" };
  }

  /** Waits for a reader where enough has come. One that does not even begin is taken for gone. */
  async #hasRoom(): Promise<boolean> {
    while (this.#ending === undefined && this.#ahead >= aheadBytes && !this.#isReaderWaiting) {
      if (!(await this.#isRead())) throw new ThrownFailure(this.#silence());
    }
    return this.#ending === undefined;
  }

  /** Waits for whoever reads; `false`: in all the idle time nobody began to. */
  async #isRead(): Promise<boolean> {
    const { idle } = this.#call.policies.timeout;
    await this.#wait(this.#hasReader || idle === false ? never : idle);
    return this.#hasReader || this.#ending !== undefined;
  }

  async isWanted({ code }: ResilienceError): Promise<boolean> {
    // Silence that nobody was there to hear has ended it.
    if (!this.#hasReader && code === "timeout") return false;
    while (this.#ending === undefined && !this.#isReaderWaiting) {
      if (!(await this.#isRead())) return false;
    }
    return this.#ending === undefined;
  }

  async pause(ms: number): Promise<boolean> {
    const { clock } = this.#call.core;
    const until = clock.now() + ms;
    while (this.#ending === undefined && clock.now() < until) await this.#wait(until - clock.now());
    return this.#ending === undefined;
  }

  async again(lastEventId: string): Promise<Settled> {
    this.#reconnects++;
    this.#continuation = new AbortController();
    const settled = await this.#call.again(lastEventId, this.#continuation.signal);
    if (this.#ending !== undefined && settled.ok && settled.data instanceof Connection) settled.data.end();
    return settled;
  }

  /** Ends the stream from outside. */
  #cut(ending: Ending): void {
    if (this.#ending?.isAtOnce) return;
    this.#ending = ending;
    this.#batches = [];
    this.#connection.end();
    this.#continuation?.abort(ending.error?.cause);
    this.#wake();
    this.#arrived();
  }

  #wait(ms: number): Promise<void> {
    const { clock } = this.#call.core;
    return new Promise((resolve) => {
      const timer = limitTimer(clock, resolve, ms);
      this.#wake = () => {
        clock.clearTimer(timer);
        resolve();
      };
    });
  }

  /** Its headers have come, whatever ends it. */
  #error(failure: Failure): ResilienceError {
    return this.#call.error({ ...failure, sent: "yes" });
  }
}
