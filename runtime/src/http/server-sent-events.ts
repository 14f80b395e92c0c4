import { never } from "../base/clock.js";
import { tooLarge, utf8Length, WholeLines } from "./whole-lines.js";

/** One event of an event stream (WHATWG HTML, "Server-sent events"). */
export interface ServerSentEvent<Data> {
  /** Its lines joined, decoded as the description says. */
  readonly data: Data;
  /** Its type, where the server names one. */
  readonly event?: string;
  /** What a reconnect starts after. */
  readonly id?: string;
}

/** LF and CR. */
const lineEnds = [10, 13] as const;

/** Puts events together from bytes as they come, by the rules of the WHATWG. */
export class EventParser {
  /** The last id that a whole event carried: of one that broke off, the rest would never come. */
  lastId: string | undefined;
  /** How long the server wants us to wait before a reconnect, in ms. */
  retryMs: number | undefined;
  readonly #limit: number;
  #lines: WholeLines;
  /** A line feed that comes first belongs to the end of the line before. */
  #isAfterCr = false;
  #data: string[] = [];
  /** Of the event's data lines, in bytes. */
  #size = 0;
  #event = "";
  #id: string | undefined;

  /** @param limit what an event may come to, in bytes */
  constructor(limit: number = never) {
    this.#limit = limit;
    this.#lines = new WholeLines(lineEnds, limit);
  }

  /**
   * Hands on the events that end within a piece.
   *
   * @throws ThrownFailure where an event is too large
   */
  feed(piece: Uint8Array, add: (event: ServerSentEvent<string>) => void): void {
    const text = this.#lines.feed(piece);
    if (text !== "") this.#take(text, add);
    this.#lines.checkRest();
  }

  /** Begins anew with the bytes of another connection; what had not ended is dropped. */
  restart(): void {
    this.#lines = new WholeLines(lineEnds, this.#limit);
    this.#isAfterCr = false;
    this.#id = this.lastId;
    this.#clear();
  }

  #take(text: string, add: (event: ServerSentEvent<string>) => void): void {
    const lines = (this.#isAfterCr && text.startsWith("\n") ? text.slice(1) : text).split(/\r\n|\n|\r/);
    this.#isAfterCr = text.endsWith("\r");
    // Behind the last end there is nothing.
    lines.pop();
    for (const line of lines) {
      const event = this.#line(line);
      if (event !== undefined) add(event);
    }
  }

  #line(line: string): ServerSentEvent<string> | undefined {
    if (line === "") return this.#dispatch();
    const colon = line.indexOf(":");
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(line[colon + 1] === " " ? colon + 2 : colon + 1);
    if (field === "data") {
      this.#size += utf8Length(line) + 1;
      if (this.#size > this.#limit + 1) throw tooLarge(this.#limit);
      this.#data.push(value);
    } else if (field === "event") this.#event = value;
    else if (field === "id" && !value.includes("\0")) this.#id = value;
    else if (field === "retry" && /^\d+$/.test(value)) this.retryMs = Number(value);
    return undefined;
  }

  #dispatch(): ServerSentEvent<string> | undefined {
    const data = this.#data.join("\n");
    const event = this.#event;
    const isEmpty = this.#data.length === 0;
    this.lastId = this.#id ?? this.lastId;
    this.#clear();
    if (isEmpty) return undefined;
    return { data, ...(event === "" ? {} : { event }), ...(this.lastId === undefined ? {} : { id: this.lastId }) };
  }

  #clear(): void {
    this.#data = [];
    this.#size = 0;
    this.#event = "";
  }
}

/** Servers take headers of 8 kB and less. */
const longestHeader = 8_000;

/**
 * An id as the value of the header Last-Event-ID: its UTF-8 bytes, one character each. `undefined` for an empty one,
 * which means none, and for one that no header can hold: it has control characters, or is too long.
 */
export function lastEventIdHeader(id: string): string | undefined {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it looks for
  if (id === "" || id.length > longestHeader || /[\0-\x08\x0a-\x1f\x7f]/.test(id)) return undefined;
  return String.fromCharCode(...new TextEncoder().encode(id));
}
