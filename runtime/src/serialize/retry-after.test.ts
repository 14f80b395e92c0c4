import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { retryAfterMs } from "./retry-after.js";

const now = Date.UTC(2026, 0, 1, 12, 0, 0);

const asked = (headers: Record<string, string>): number | undefined => retryAfterMs(new Headers(headers), now);
const retryAfter = (value: string): number | undefined => asked({ "retry-after": value });

describe("seconds", () => {
  test.each([
    ["0", 0],
    ["1", 1_000],
    ["120", 120_000],
    ["007", 7_000],
    [" 5 ", 5_000],
    ["9999999", 9_999_999_000],
  ])("%j is %d ms", (value, ms) => {
    expect(retryAfter(value)).toBe(ms);
  });

  test("more digits than a number holds are more than any wait, and no NaN", () => {
    expect(retryAfter("9".repeat(400))).toBe(Number.POSITIVE_INFINITY);
  });
});

describe("a date", () => {
  test.each([
    ["IMF-fixdate", "Thu, 01 Jan 2026 12:00:30 GMT"],
    ["RFC 850", "Thursday, 01-Jan-26 12:00:30 GMT"],
    ["asctime", "Thu Jan  1 12:00:30 2026"],
  ])("as %s counts from now", (_form, date) => {
    expect(retryAfter(date)).toBe(30_000);
  });

  test("of two digits may lie in the last century: then it is past", () => {
    expect(retryAfter("Sunday, 06-Nov-94 08:49:37 GMT")).toBe(0);
  });

  test("counts from the response's own date where there is one, for our clock may be wrong", () => {
    expect(asked({ "retry-after": "Thu, 01 Jan 2026 15:00:30 GMT", date: "Thu, 01 Jan 2026 15:00:00 GMT" })).toBe(
      30_000,
    );
  });

  test("counts from now where the response's date is none", () => {
    expect(asked({ "retry-after": "Thu, 01 Jan 2026 12:00:30 GMT", date: "yesterday" })).toBe(30_000);
  });

  test("in the past is no wait", () => {
    expect(retryAfter("Thu, 01 Jan 2026 11:59:59 GMT")).toBe(0);
  });
});

describe("anything else is no wait that is asked for", () => {
  test.each([
    "",
    " ",
    "-1",
    "+1",
    "1.5",
    "1e3",
    "0x10",
    "5 seconds",
    "5s",
    "1, 2",
    "NaN",
    "Infinity",
    "soon",
    "2026-01-01T12:00:30Z",
    "2026-01-01",
    "Wait 2026",
    "Soon 5",
    "Thu, 2026",
    "January 2026",
    "Thu, 01 Jan 2026",
    "Thu, 01 Jan 2026 12:00:30",
    "Thu, 01 Jan 2026 12:00:30 +0000",
    "Thu, 01 Jan 2026 12:00:30 PST",
    "Thu, 01 Foo 2026 12:00:30 GMT",
    "Thu, 01 Jan 2026 25:61:61 GMT",
    "Thu, 01 Jan 2026 12:00:30 GMT, 5",
    "Thu Jan 1 2026",
  ])("%j", (value) => {
    expect(retryAfter(value)).toBeUndefined();
  });

  test("and no header at all", () => {
    expect(asked({})).toBeUndefined();
  });
});

describe("retry-after-ms", () => {
  test.each([
    ["0", 0],
    ["250", 250],
    ["1.5", 1.5],
    [" 20 ", 20],
  ])("%j is more precise", (value, ms) => {
    expect(asked({ "retry-after-ms": value, "retry-after": "60" })).toBe(ms);
  });

  test.each(["", "-1", "1e3", "soon", ".5", "5."])("%j is ignored", (value) => {
    expect(asked({ "retry-after-ms": value, "retry-after": "60" })).toBe(60_000);
  });
});

test("whatever a server writes, the wait is no NaN and not negative", () => {
  const text = fc.oneof(
    fc.string(),
    fc.stringMatching(/^[0-9A-Za-z:,. +-]*$/),
    fc.date({ noInvalidDate: true }).map((date) => date.toUTCString()),
    fc.integer().map(String),
    fc.double().map(String),
  );
  const headerOf = (value: string): string => value.replace(/[^\t\x20-\x7e]/g, "");
  fc.assert(
    fc.property(text, text, text, (value, precise, date) => {
      const headers = new Headers({
        "retry-after": headerOf(value),
        "retry-after-ms": headerOf(precise),
        date: headerOf(date),
      });
      const wait = retryAfterMs(headers, now);
      if (wait === undefined) return;
      expect(wait).not.toBeNaN();
      expect(wait).toBeGreaterThanOrEqual(0);
    }),
    { numRuns: 2_000 },
  );
});

test("every whole second to come is read from its date as it was written", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 3e8 }), (seconds) => {
      const date = new Date(now + seconds * 1_000).toUTCString();
      expect(retryAfter(date)).toBe(seconds * 1_000);
    }),
  );
});
