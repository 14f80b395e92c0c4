import { createParser } from "eventsource-parser";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { EventParser, lastEventIdHeader, type ServerSentEvent } from "./server-sent-events.js";

const encoder = new TextEncoder();

/** The events that end within a text. */
function feed(parser: EventParser, text: string): ServerSentEvent<string>[] {
  const events: ServerSentEvent<string>[] = [];
  parser.feed(encoder.encode(text), (event) => events.push(event));
  return events;
}

const all = (...texts: string[]) => {
  const parser = new EventParser();
  return texts.flatMap((text) => feed(parser, text));
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
    expect(feed(parser, "foo: bar\nid: a\0b\nretry: 1s\nretry: -1\ndata: x\n\n")).toEqual([{ data: "x" }]);
    expect(parser.retryMs).toBe(undefined);
    feed(parser, "retry: 2500\n");
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
    feed(parser, "id: 1\ndata: one\n\nid: 2\ndata: tw");
    expect(parser.lastId).toBe("1");
    feed(parser, "o\n\n");
    expect(parser.lastId).toBe("2");
  });

  test("with an id and no data do", () => {
    const parser = new EventParser();
    feed(parser, "id: 3\n\n");
    expect(parser.lastId).toBe("3");
  });

  test("go on from an id that was named before", () => {
    const parser = Object.assign(new EventParser(), { lastId: "4" });
    expect(feed(parser, "data: x\n\n")).toEqual([{ data: "x", id: "4" }]);
  });

  test("end with their last byte, also where that is a bare CR", () => {
    expect(all("data: one\r\r")).toEqual([{ data: "one" }]);
    expect(all("data: one\r", "\r", "\ndata: two\r\n\r", "\n")).toEqual([{ data: "one" }, { data: "two" }]);
  });

  test("are what another parser makes of them, however their bytes are cut", () => {
    const field = fc.constantFrom(
      "data",
      "data:",
      "data: ",
      "event: ",
      "id: ",
      "id",
      "retry: ",
      ":",
      "",
      "other: ",
      " data: ",
    );
    const value = fc.constantFrom("", "x", "a b", " ", "é", "漢", "😀", "\ufeff", "a:b", "7", "\u2028");
    const end = fc.constantFrom("\n", "\r\n", "\r", "\n\n", "\r\r", "\r\n\r\n");
    const text = fc
      .tuple(fc.boolean(), fc.array(fc.tuple(field, value, end), { maxLength: 30 }))
      .map(([hasMark, lines]) => (hasMark ? "\ufeff" : "") + lines.flat().join(""));
    fc.assert(
      fc.property(text, fc.array(fc.integer({ min: 0, max: 7 })), (written, lengths) => {
        const expected: object[] = [];
        // It waits for what follows a CR (a comment does), and leaves byte order marks to the decoder.
        createParser({ onEvent: ({ data, event }) => expected.push({ data, event }) }).feed(
          `${written.replace(/^\ufeff/, "")}:\n`,
        );
        const bytes = encoder.encode(written);
        const parser = new EventParser();
        const events: object[] = [];
        let at = 0;
        for (const length of [...lengths, bytes.length]) {
          const piece = bytes.subarray(at, at + length);
          parser.feed(piece, ({ data, event }) => events.push({ data, event }));
          at += piece.length;
        }
        expect(events).toEqual(expected);
      }),
      { numRuns: 2_000 },
    );
  });

  test("of which one is larger than the limit end there, in one line or in many, after those before", () => {
    for (const large of [
      `data: ${"x".repeat(200)}\n\n`,
      `data: ${"x".repeat(200)}`,
      "data: xxxx\n".repeat(20),
      `data: ${"漢".repeat(40)}`,
    ]) {
      const events: object[] = [];
      const parser = new EventParser(100);
      expect(() => parser.feed(encoder.encode(`data: one\n\n${large}`), (event) => events.push(event))).toThrow(
        "too-large",
      );
      expect(events).toEqual([{ data: "one" }]);
    }
  });

  test("of which each is within the limit have none in all", () => {
    const parser = new EventParser(100);
    const data = "x".repeat(94);
    expect(feed(parser, `data: ${data}\n\n`.repeat(50))).toHaveLength(50);
    expect(feed(parser, `: ${"comment\n".repeat(5)}`.repeat(50))).toEqual([]);
  });

  test("of a connection that broke leave nothing to the next but the last id and the wait", () => {
    const parser = new EventParser();
    feed(parser, "id: 1\nretry: 5\ndata: one\n\nid: 2\nevent: add\ndata: tw");
    parser.restart();
    expect(feed(parser, "\ufeffdata: x\n\n")).toEqual([{ data: "x", id: "1" }]);
    expect(parser.retryMs).toBe(5);
  });
});

test("an id goes out as its UTF-8 bytes; one that no header can hold does not", () => {
  const texts = ["7", "a\tb", "é", "漢😀", "", "a\u0001b", "\u007f", "x".repeat(9_000)];
  const sent = texts.map((id) => lastEventIdHeader(id));
  expect(sent.map((value) => value && Buffer.from(value, "latin1").toString())).toEqual([
    "7",
    "a\tb",
    "é",
    "漢😀",
    ...Array.from({ length: 4 }, () => undefined),
  ]);
  for (const value of sent) if (value !== undefined) new Headers({ "last-event-id": value });
});
