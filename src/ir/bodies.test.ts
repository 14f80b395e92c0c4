import { describe, expect, test } from "vitest";
import { built, openapi, told } from "../../tests/support/stages.js";
import type { ApiOperation } from "./api.js";

async function operationOf(
  method: string,
  operation: object,
): Promise<{ operation: ApiOperation; problems: string[] }> {
  const { api, problems } = await built(openapi({ "/a": { [method]: { responses: {}, ...operation } } }));
  const [made] = api.groups.flatMap(({ operations }) => operations);
  if (made === undefined) throw new Error("no operation");
  return { operation: made, problems: told(problems) };
}

const object = { type: "object", properties: { a: { type: "string" } } };

describe("a body that fetch does not send", () => {
  test("is left out with a warning", async () => {
    const { operation, problems } = await operationOf("get", {
      requestBody: { content: { "application/json": { schema: object } } },
    });
    expect(operation.body).toBeUndefined();
    expect(problems).toEqual([expect.stringContaining("GET /a: fetch can't send a body with GET")]);
  });

  test("is left out without a word when nothing can be in it", async () => {
    const schema = { type: "object", properties: {}, additionalProperties: false };
    const { problems } = await operationOf("get", {
      requestBody: { content: { "application/x-www-form-urlencoded": { schema } } },
    });
    expect(problems).toEqual([]);
  });
});

describe("kinds of bodies", () => {
  test.each([
    ["application/json", "json"],
    ["application/vnd.api+json; charset=utf-8", "json"],
    ["application/x-www-form-urlencoded", "form"],
    ["multipart/form-data", "multipart"],
    ["text/plain", "text"],
    ["application/octet-stream", "binary"],
    ["image/png", "binary"],
  ])("%s is %s", async (mediaType, kind) => {
    const { operation } = await operationOf("post", { requestBody: { content: { [mediaType]: { schema: object } } } });
    expect(operation.body?.contents[0]).toMatchObject({ mediaType, type: { kind } });
  });

  test.each([
    ["text/event-stream", "stream"],
    ["application/x-ndjson", "stream"],
    ["application/problem+json", "json"],
  ])("an answer in %s is %s", async (mediaType, kind) => {
    const { operation } = await operationOf("get", {
      responses: { 200: { description: "", content: { [mediaType]: { schema: object } } } },
    });
    expect(operation.responses[0]?.contents[0]).toMatchObject({ mediaType, type: { kind } });
  });
});

test("an answer to HEAD has no body, whatever is described", async () => {
  const responses = { 200: { description: "", content: { "application/json": { schema: object } } } };
  const { operation } = await operationOf("head", { responses });
  expect(operation.responses).toMatchObject([{ status: "200", isBodiless: true, contents: [] }]);
});

test("a media type that no header can hold is left out: it would stand in Accept of every call", async () => {
  const content = { "application/json\r\nx: y": {}, "ﬁ/x": {}, "": {}, "application/json; v=1": {} };
  const { api, problems } = await built(
    openapi({ "/a": { get: { responses: { 200: { description: "", content } } } } }),
  );
  const [operation] = api.groups[0]?.operations ?? [];
  expect(operation?.responses[0]?.contents.map(({ mediaType }) => mediaType)).toEqual(["application/json; v=1"]);
  expect(told(problems).filter((line) => line.includes("RG3001"))).toHaveLength(3);
});

test("a body on a GET is told, but for an empty one that some generators write on every operation", async () => {
  const bodyOf = (schema: object): object => ({ requestBody: { content: { "application/json": { schema } } } });
  const { problems } = await built(
    openapi({
      "/a": { get: bodyOf({ type: "object", properties: {} }) },
      "/b": { get: bodyOf({ type: "object", properties: { filter: { type: "string" } } }) },
      "/c": { get: bodyOf({ type: "object", additionalProperties: { type: "string" } }) },
    }),
  );
  expect(problems.list.map(({ code, message }) => `${code} ${message.slice(0, 6)}`)).toEqual([
    "RG3003 GET /b",
    "RG3003 GET /c",
  ]);
});

test("a file of any type is a file", async () => {
  const content = { "*/*": { schema: { type: "string", format: "binary" } } };
  const { operation } = await operationOf("post", {
    requestBody: { content },
    responses: { 200: { description: "", content } },
  });
  expect(operation.body?.contents).toMatchObject([{ mediaType: "application/octet-stream", type: { kind: "binary" } }]);
  expect(operation.responses[0]?.contents).toMatchObject([{ mediaType: "*/*", type: { kind: "binary" } }]);
  expect(operation.policySet).toBe("mutatingStreamStandard");
});
