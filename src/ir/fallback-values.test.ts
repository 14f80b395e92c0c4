import { expect, test } from "vitest";
import { built, openapi, told } from "../../tests/support/stages.js";

const schemas = {
  Order: {
    type: "object",
    required: ["id"],
    properties: { id: { type: "string" }, lines: { $ref: "#/components/schemas/Lines" } },
  },
  Lines: { type: "array", items: { type: "integer" } },
};

/** What a value that stands for an order is refused with. */
async function refusals(value: unknown, responses: object = orders): Promise<string[]> {
  const get = { "x-resilience": { fallback: { value } }, responses };
  const { problems } = await built(openapi({ "/orders": { get } }, { components: { schemas } }));
  return told(problems);
}

const answer = (schema: object): object => ({ description: "", content: { "application/json": { schema } } });
const orders = { 200: answer({ $ref: "#/components/schemas/Order" }), 404: answer({ type: "string" }) };

test.each([{ id: "o-1" }, { id: "o-1", lines: [1, 2], more: true }])("%j fits", async (value) => {
  expect(await refusals(value)).toEqual([]);
});

test.each([5, "gone", null, [], {}, { id: 5 }, { id: "o-1", lines: ["1"] }])(
  "%j is refused at its line",
  async (value) => {
    expect(await refusals(value)).toEqual([
      expect.stringMatching(
        /^1:\d+ RG2002 GET \/orders: fallback\.value doesn't match the schema of a successful response\.$/,
      ),
    ]);
  },
);

test("one of several successful answers is enough", async () => {
  const responses = { ...orders, 202: answer({ type: "null" }) };
  expect(await refusals(null, responses)).toEqual([]);
});

test("an answer that is not described may be anything", async () => {
  expect(await refusals(5, { 204: { description: "" } })).toEqual([]);
});
