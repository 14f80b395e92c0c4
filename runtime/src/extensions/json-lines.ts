import { never } from "../base/clock.js";
import type { Extension } from "../contract/extension.js";
import { ThrownFailure } from "../http/thrown-failure.js";
import { tooLarge, utf8Length, WholeLines } from "../http/whole-lines.js";
import type { Items } from "./live-stream.js";
import { itemsAnswer } from "./stream.js";

/** Items as they come; read once, by `for await`. Leaving the loop ends the stream. */
export interface JsonLines<Item> extends AsyncIterable<Item> {}

/** Reads JSON values that follow each other: a line each (NDJSON, JSON Lines), or after a record separator (RFC 7464). */
export const jsonLines: Extension = {
  read: (call, _attempt, response, type) =>
    /^application\/(x-ndjson|ndjson|jsonl|x-jsonl|json-seq|stream\+json)$/.test(type)
      ? itemsAnswer(call, response, new JsonItems(type.endsWith("-seq"), call.policies.maxResponse || never), false)
      : undefined,
};

/** Makes JSON values of bytes. In a sequence one may take several lines: it goes to the next record separator. */
class JsonItems implements Items<unknown> {
  readonly #isSequence: boolean;
  readonly #limit: number;
  /** LF and RS. */
  readonly #lines: WholeLines;
  /** The lines of a value that goes on. */
  #begun: string[] = [];
  #size = 0;

  constructor(isSequence: boolean, limit: number) {
    this.#isSequence = isSequence;
    this.#limit = limit;
    this.#lines = new WholeLines([10, 30], limit);
  }

  feed(piece: Uint8Array, add: (item: unknown) => void): boolean {
    this.#texts(this.#lines.feed(piece), add);
    this.#lines.checkRest();
    return false;
  }

  rest(add: (item: unknown) => void): void {
    this.#texts(`${this.#lines.rest()}\u001e`, add);
  }

  #texts(text: string, add: (item: unknown) => void): void {
    const parts = text.split("\u001e");
    for (const [index, part] of parts.entries()) {
      for (const line of part.split("\n")) if (line.trim() !== "") this.#line(line, add);
      if (index < parts.length - 1) this.#endRecord(add);
    }
  }

  #line(line: string, add: (item: unknown) => void): void {
    this.#size += utf8Length(line) + 1;
    if (this.#size > this.#limit + 1) throw tooLarge(this.#limit);
    // Nearly every value is one line: it need not wait for the next separator.
    const value = this.#begun.length === 0 ? parsed(line) : undefined;
    if (value !== undefined) {
      this.#size = 0;
      add(value);
    } else if (this.#isSequence) this.#begun.push(line);
    else throw notJson();
  }

  #endRecord(add: (item: unknown) => void): void {
    if (this.#begun.length === 0) return;
    const value = parsed(this.#begun.join("\n"));
    if (value === undefined) throw notJson();
    this.#begun = [];
    this.#size = 0;
    add(value);
  }
}

/** The value of a text; `undefined`, which no JSON means, where it is none. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function notJson(): ThrownFailure {
  return new ThrownFailure({ ok: false, code: "decode", sent: "yes", reason: "a line is not JSON" });
}
