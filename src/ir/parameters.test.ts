import { expect, test } from "vitest";
import { built, openapi, told } from "../../tests/support/stages.js";

const responses = { 200: { description: "Fine." } };
const texts = { type: "array", items: { type: "string" } };

async function problemsOf(...parameters: object[]): Promise<string[]> {
  return told((await built(openapi({ "/a": { get: { parameters, responses } } }))).problems);
}

test("a cookie of several values has no style in OpenAPI before 3.2, and people are told", async () => {
  const undefinedStyle = expect.stringContaining(
    "1:94 RG3014 OpenAPI doesn't define how to send several values of cookie 'c' with style 'form'. They become separate cookies.",
  );
  expect(await problemsOf({ name: "c", in: "cookie", schema: texts })).toEqual([undefinedStyle]);
  expect(await problemsOf({ name: "c", in: "cookie", schema: texts, explode: false })).toEqual([]);
  expect(await problemsOf({ name: "c", in: "cookie", schema: texts, style: "cookie" })).toEqual([]);
  expect(await problemsOf({ name: "c", in: "cookie", schema: { type: "string" } })).toEqual([]);
});

test("a parameter that is the whole query stands alone", async () => {
  const whole = { name: "q", in: "querystring", content: { "text/plain": { schema: { type: "string" } } } };
  const beside = { name: "page", in: "query", schema: { type: "integer" } };
  const { api, problems } = await built(openapi({ "/a": { get: { parameters: [beside, whole], responses } } }));
  expect(told(problems)).toEqual([expect.stringContaining("'q' is the whole query")]);
  const operation = api.groups[0]?.operations[0];
  expect(operation?.querystring).toMatchObject({ name: "q", style: "simpleStyle" });
  expect(operation?.parameters.query).toEqual([]);
});
