import { never } from "../base/clock.js";
import { ThrownFailure } from "./thrown-failure.js";

/**
 * Makes text of bytes as they come, up to the last end of a line; what follows waits for its own end. Each byte is
 * looked at once and copied once, in whatever pieces a long line comes.
 */
export class WholeLines {
  readonly #ends: readonly [number, number];
  readonly #limit: number;
  /** A BOM is one only at the start of all, not of every piece that is decoded. */
  readonly #decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  #rest: Uint8Array[] = [];
  #size = 0;
  #isStart = true;

  /**
   * @param ends the two bytes that each end a line
   * @param limit what a line may come to, in bytes
   */
  constructor(ends: readonly [number, number], limit: number = never) {
    this.#ends = ends;
    this.#limit = limit;
  }

  /** The lines that end within a piece, their ends included. */
  feed(piece: Uint8Array): string {
    const [one, other] = this.#ends;
    const end = Math.max(piece.lastIndexOf(one), piece.lastIndexOf(other)) + 1;
    const text = end === 0 ? "" : this.#text(piece.subarray(0, end));
    if (end < piece.length) this.#keep(piece.subarray(end));
    return text;
  }

  /**
   * To be called when what {@link feed} gave is dealt with.
   *
   * @throws ThrownFailure where the line that has not ended is too large
   */
  checkRest(): void {
    if (this.#size > this.#limit) throw tooLarge(this.#limit);
  }

  /** What came after the last end of a line. */
  rest(): string {
    return this.#text(new Uint8Array());
  }

  #keep(piece: Uint8Array): void {
    this.#rest.push(piece);
    this.#size += piece.length;
  }

  #text(piece: Uint8Array): string {
    this.#keep(piece);
    const text = this.#decoder.decode(this.#rest.length === 1 ? piece : joined(this.#rest, this.#size));
    this.#rest = [];
    this.#size = 0;
    const isMarked = this.#isStart && text.startsWith("\ufeff");
    this.#isStart = false;
    return isMarked ? text.slice(1) : text;
  }
}

function joined(pieces: readonly Uint8Array[], size: number): Uint8Array {
  const all = new Uint8Array(size);
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}

/** What a text takes as UTF-8, in bytes. */
export function utf8Length(text: string): number {
  let length = text.length;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    // A surrogate pair is four bytes: each half counts two.
    if (code > 0x7f) length += code > 0x7ff && (code < 0xd800 || code > 0xdfff) ? 2 : 1;
  }
  return length;
}

/** An event or a line is larger than `maxResponse`. */
export function tooLarge(limit: number): ThrownFailure {
  return new ThrownFailure({ ok: false, code: "too-large", sent: "yes", limit });
}
