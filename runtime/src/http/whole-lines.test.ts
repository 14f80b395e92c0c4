import fc from "fast-check";
import { afterEach, describe, expect, test, vi } from "vitest";
import { EventParser } from "./server-sent-events.js";
import { utf8Length, WholeLines } from "./whole-lines.js";

const encoder = new TextEncoder();

afterEach(() => {
  vi.restoreAllMocks();
});

describe("whole lines", () => {
  test("are the same however their bytes are cut", () => {
    const text = fc.array(fc.constantFrom("a", "é", "漢", "😀", "\n", "\u001e", "\ufeff", "\r"), { maxLength: 60 });
    fc.assert(
      fc.property(text, fc.array(fc.integer({ min: 0, max: 5 })), (characters, lengths) => {
        const written = characters.join("");
        const bytes = encoder.encode(written);
        const lines = new WholeLines([10, 30]);
        let at = 0;
        let fed = "";
        for (const length of [...lengths, bytes.length]) {
          fed += lines.feed(bytes.subarray(at, at + length));
          at += length;
        }
        const end = Math.max(written.lastIndexOf("\n"), written.lastIndexOf("\u001e")) + 1;
        const unmarked = written.startsWith("\ufeff") ? 1 : 0;
        expect(fed).toBe(written.slice(unmarked, Math.max(end, unmarked)));
        expect(fed + lines.rest()).toBe(written.slice(unmarked));
      }),
      { numRuns: 1_000 },
    );
  });

  test("may come to the limit, and not to a byte more", () => {
    const lines = new WholeLines([10, 13], 4);
    for (let count = 0; count < 100; count++) expect(lines.feed(encoder.encode("abcd\n"))).toBe("abcd\n");
    lines.feed(encoder.encode("abcd"));
    lines.checkRest();
    lines.feed(encoder.encode("e"));
    expect(() => lines.checkRest()).toThrow("too-large");
  });
});

test("the length of a text as UTF-8 is that of its bytes", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), (text) => {
      expect(utf8Length(text)).toBe(encoder.encode(text).length);
    }),
  );
});

/** Bytes that are looked at, copied or decoded while a parser is fed with a text in pieces as TCP brings them. */
function workFor(text: string, feed: (piece: Uint8Array) => void): number {
  const bytes = encoder.encode(text);
  const { decode } = TextDecoder.prototype;
  const { set, lastIndexOf } = Uint8Array.prototype;
  let work = 0;
  vi.spyOn(TextDecoder.prototype, "decode").mockImplementation(function (this: TextDecoder, input, options) {
    work += input?.byteLength ?? 0;
    return decode.call(this, input, options);
  });
  vi.spyOn(Uint8Array.prototype, "set").mockImplementation(function (this: Uint8Array, from, at) {
    work += from.length;
    set.call(this, from, at);
  });
  vi.spyOn(Uint8Array.prototype, "lastIndexOf").mockImplementation(function (this: Uint8Array, value) {
    work += this.length;
    return lastIndexOf.call(this, value);
  });
  for (let at = 0; at < bytes.length; at += 1_460) feed(bytes.subarray(at, at + 1_460));
  vi.restoreAllMocks();
  return work;
}

test("one event of 16 MB in small pieces is as much work as 16 of one, and a fixed share of its bytes", () => {
  const megabyte = `data: ${"x".repeat(1_000_000)}\n\n`;
  const ofEvents = (text: string): number => {
    const parser = new EventParser();
    let size = 0;
    const work = workFor(text, (piece) =>
      parser.feed(piece, ({ data }) => {
        size += data.length;
      }),
    );
    expect(size).toBe(16_000_000);
    return work;
  };
  const one = ofEvents(`data: ${"x".repeat(16_000_000)}\n\n`);
  const many = ofEvents(megabyte.repeat(16));
  expect(one / 16_000_000).toBeLessThan(4.1);
  expect(one / many).toBeLessThan(1.05);
});
