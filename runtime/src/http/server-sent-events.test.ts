import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { EventParser } from "./server-sent-events.js";

const all = (...texts: string[]) => {
  const parser = new EventParser();
  return texts.flatMap((text) => parser.feed(text));
};

describe("events (WHATWG HTML, Server-sent events)", () => {
  test("end with an empty line; what does not end is none", () => {
    expect(all("data: one\n\ndata: two\n")).toEqual([{ data: "one" }]);
  });

  test("of several lines have line feeds between them", () => {
    expect(all("data: YHOO\ndata: +2\ndata: 10\n\n")).toEqual([{ data: "YHOO\n+2\n10" }]);
  });

  test("may have a type, of this event alone", () => {
    expect(all("event: add\ndata: 1\n\ndata: 2\n\n")).toEqual([{ data: "1", event: "add" }, { data: "2" }]);
  });

  test("have the last id that was named, until another is", () => {
    expect(all(": test stream\n\ndata: first\nid: 1\n\ndata:second\n\ndata:  third\nid\n\n")).toEqual([
      { data: "first", id: "1" },
      { data: "second", id: "1" },
      { data: " third", id: "" },
    ]);
  });

  test("without data are none; with an empty one they are", () => {
    expect(all("event: ping\n\ndata\n\ndata\ndata\n\ndata:")).toEqual([{ data: "" }, { data: "\n" }]);
  });

  test("may lose one space after the colon, and no more", () => {
    expect(all("data:test\n\ndata: test\n\ndata:  test\n\n").map(({ data }) => data)).toEqual([
      "test",
      "test",
      " test",
    ]);
  });

  test("may have a colon in their data", () => {
    expect(all("data: a: b\n\n")).toEqual([{ data: "a: b" }]);
  });

  test("ignore fields that nobody knows, ids with NUL, and waits that are no number", () => {
    const parser = new EventParser();
    expect(parser.feed("foo: bar\nid: a\0b\nretry: 1s\nretry: -1\ndata: x\n\n")).toEqual([{ data: "x" }]);
    expect(parser.retryMs).toBe(undefined);
    parser.feed("retry: 2500\n");
    expect(parser.retryMs).toBe(2_500);
  });

  test("begin after a byte order mark, but only after one at the start", () => {
    expect(all("", "\ufeffdata: 1\n\n", "\ufeffdata: 2\n\n")).toEqual([{ data: "1" }]);
  });

  test("are the same however the text is cut, and whichever ends its lines have", () => {
    const events = "id: 7\nevent: add\ndata: one\ndata: two\n\n: comment\n\ndata: three\n\n";
    const expected = [
      { data: "one\ntwo", event: "add", id: "7" },
      { data: "three", id: "7" },
    ];
    fc.assert(
      fc.property(fc.constantFrom("\n", "\r\n", "\r"), fc.array(fc.integer({ min: 1, max: 9 })), (end, lengths) => {
        // A CR at the very end may be the first half of a CRLF: something follows.
        let text = `${events.replaceAll("\n", end)}:`;
        const pieces = lengths.map((length) => {
          const piece = text.slice(0, length);
          text = text.slice(length);
          return piece;
        });
        expect(all(...pieces, text)).toEqual(expected);
      }),
    );
  });

  test("of which one has not ended do not count for where to go on", () => {
    const parser = new EventParser();
    parser.feed("id: 1\ndata: one\n\nid: 2\ndata: tw");
    expect(parser.lastId).toBe("1");
    parser.feed("o\n\n");
    expect(parser.lastId).toBe("2");
  });

  test("with an id and no data do", () => {
    const parser = new EventParser();
    parser.feed("id: 3\n\n");
    expect(parser.lastId).toBe("3");
  });

  test("go on from an id that was named before", () => {
    const parser = Object.assign(new EventParser(), { lastId: "4" });
    expect(parser.feed("data: x\n\n")).toEqual([{ data: "x", id: "4" }]);
  });
});
