import { expect, test } from "vitest";
import { built, openapi, told } from "../../fixtures/support/stages.js";

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
