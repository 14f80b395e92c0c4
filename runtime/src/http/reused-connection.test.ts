import { describe, expect, test } from "vitest";
import { failedOnReuse } from "./reused-connection.js";

/** As fetch in Node reports it. */
function failed(cause: object): TypeError {
  return new TypeError("fetch failed", { cause });
}

const closed = { code: "UND_ERR_SOCKET", message: "other side closed" };

describe("a failed request was on a reused connection", () => {
  test.each([
    ["closed by the server after a response", failed({ ...closed, socket: { bytesRead: 40 } }), true],
    ["reset after a response", failed({ code: "ECONNRESET", socket: { bytesRead: 1 } }), true],
    ["closed before any response", failed({ ...closed, socket: { bytesRead: 0 } }), false],
    ["reset, with nothing known of the connection", failed({ code: "ECONNRESET" }), false],
    ["a timeout on a reused connection", failed({ code: "UND_ERR_HEADERS_TIMEOUT", socket: { bytesRead: 40 } }), false],
    ["a name that was not found", failed({ code: "ENOTFOUND" }), false],
    ["no error at all", undefined, false],
  ])("%s: %s", (_, error, expected) => {
    expect(failedOnReuse(error)).toBe(expected);
  });

  test("and causes that go in a circle are read to an end", () => {
    const error: { cause?: unknown } = {};
    error.cause = error;
    expect(failedOnReuse(error)).toBe(false);
  });
});
