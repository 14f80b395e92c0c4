/** One event of an event stream (WHATWG HTML, "Server-sent events"). */
export interface ServerSentEvent<Data> {
  /** Its lines joined, decoded as the description says. */
  readonly data: Data;
  /** Its type, where the server names one. */
  readonly event?: string;
  /** What a reconnect starts after. */
  readonly id?: string;
}

/** Puts events together from text as it comes, by the rules of the WHATWG. */
export class EventParser {
  /** The last id that a whole event carried: of one that broke off, the rest would never come. */
  lastId: string | undefined;
  /** How long the server wants us to wait before a reconnect, in ms. */
  retryMs: number | undefined;
  #rest = "";
  #isStart = true;
  #data: string[] = [];
  #event = "";
  #id: string | undefined;

  /** The events that end within `text`. */
  feed(text: string): ServerSentEvent<string>[] {
    const all = this.#rest + (this.#isStart ? text.replace(/^\ufeff/, "") : text);
    if (text !== "") this.#isStart = false;
    // A CR at the end may be the first half of a CRLF.
    const lines = all.split(/\r\n|\n|\r(?!$)/);
    this.#rest = lines.pop() ?? "";
    return lines.flatMap((line) => this.#line(line) ?? []);
  }

  #line(line: string): ServerSentEvent<string> | undefined {
    if (line === "") return this.#dispatch();
    const [, field = "", value = ""] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? [];
    if (field === "data") this.#data.push(value);
    else if (field === "event") this.#event = value;
    else if (field === "id" && !value.includes("\0")) this.#id = value;
    else if (field === "retry" && /^\d+$/.test(value)) this.retryMs = Number(value);
    return undefined;
  }

  #dispatch(): ServerSentEvent<string> | undefined {
    const data = this.#data.join("\n");
    const event = this.#event;
    const isEmpty = this.#data.length === 0;
    this.lastId = this.#id ?? this.lastId;
    this.#data = [];
    this.#event = "";
    if (isEmpty) return undefined;
    return { data, ...(event === "" ? {} : { event }), ...(this.lastId === undefined ? {} : { id: this.lastId }) };
  }
}
