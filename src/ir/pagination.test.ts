import { describe, expect, test } from "vitest";
import { built, told } from "../../tests/support/stages.js";
import { problemCodes } from "../diagnostics/codes.js";

const schema =
  "{ type: object, properties: { data: { type: array, items: { type: object, properties: { id: { type: string } } } }, " +
  "next: { type: string }, more: { type: boolean }, any: {} } }";

/** What is told of a block, which begins on line 6. */
async function refusals(block: string, { method = "get", answer = schema } = {}): Promise<string[]> {
  const { problems } = await built(`openapi: 3.1.0
info: { title: T, version: "1" }
paths:
  /a:
    ${method}:
      x-pagination: ${block}
      parameters: [{ name: after, in: query, schema: { type: string } }]
      responses: { "200": { description: A., content: { application/json: { schema: ${answer} } } } }
`);
  return told(problems);
}

describe("x-pagination that fits is taken", () => {
  test.each([
    "{ by: cursor, parameter: after, items: /data, next: /next }",
    "{ by: cursor, parameter: after, items: /data, lastItem: /id, more: /more }",
    "{ by: cursor, parameter: after, items: /any/list, next: /any/cursor }",
    "{ by: page, parameter: after, items: /data, start: 0 }",
    "{ by: link, items: /data }",
  ])("%s", async (block) => expect(await refusals(block)).toEqual([]));

  test("at the answer itself", async () => {
    expect(await refusals("{ by: link }", { answer: "{ type: array, items: {} }" })).toEqual([]);
  });
});

describe("x-pagination that does not fit is refused at its place", () => {
  test.each([
    [
      "{ by: cursor, parameter: before, items: /data, next: /next }",
      "6:46 GET /a: invalid x-pagination: unknown query parameter 'before'",
    ],
    ["{ by: link, items: /items }", "6:35 GET /a: invalid x-pagination: the response has no 'items'"],
    ["{ by: link, items: /next }", "6:35 GET /a: invalid x-pagination: 'items' points to string"],
    ["{ by: link }", "6:21 GET /a: invalid x-pagination: 'items' points to object"],
    ["{ by: link, items: /data, next: /more }", "6:48 GET /a: invalid x-pagination: 'next' points to boolean"],
    ["{ by: link, items: /data, more: /next }", "6:48 GET /a: invalid x-pagination: 'more' points to string"],
    [
      "{ by: cursor, parameter: after, items: /data, lastItem: /key }",
      "6:72 GET /a: invalid x-pagination: the response has no 'key'",
    ],
    ["{ by: cursors }", "6:23 'by' can't be \"cursors\""],
    ["{ by: link, item: /data }", "6:33 Unknown setting 'item'."],
    ["{ by: page }", "6:21 'x-pagination' needs 'parameter'"],
    ["{ by: cursor, parameter: after }", "6:21 'x-pagination' needs 'next'"],
    ["{ by: link, next: data }", "'next' can't be \"data\""],
  ])("%s", async (block, expected) => {
    const list = await refusals(block);
    expect(list[0]).toContain(`${problemCodes.pagination.code} ${expected.replace(/^\d+:\d+ /, "")}`);
    const [place] = /^\d+:/.exec(expected) ?? [];
    if (place !== undefined) expect(list[0]).toMatch(new RegExp(`^${place}`));
  });

  test("on an operation that changes something", async () => {
    expect(await refusals("{ by: link, items: /data }", { method: "post" })).toEqual([
      expect.stringContaining("6:7 RG7001 POST /a: invalid x-pagination: it changes something."),
    ]);
  });

  test("of an answer that is not JSON", async () => {
    const { problems } = await built(
      'openapi: 3.1.0\ninfo: { title: T, version: "1" }\npaths: { /a: { get: { x-pagination: { by: link }, responses: { "204": { description: No. } } } } }\n',
    );
    expect(told(problems)).toEqual([expect.stringContaining("its answer is not JSON")]);
  });
});

test("another program's block of this name is left alone, with a warning", async () => {
  const block = "{ limitParam: page_size, resultsPath: data }";
  const { problems } = await built(
    `openapi: 3.1.0\ninfo: { title: T, version: "1" }\npaths: { /a: { get: { x-pagination: ${block}, responses: {} } } }\n`,
  );
  expect(problems.list.map(({ code, severity }) => `${code} ${severity}`)).toEqual(["RG7001 warning"]);
});
