import { expect, test } from "vitest";
import { built, loaded, told } from "../../tests/support/stages.js";

const list = { type: "array", items: { type: "string" } };
const swagger = (parameters: object[], more: object = {}): object => ({
  swagger: "2.0",
  info: { title: "Shop", version: "1" },
  consumes: ["application/x-www-form-urlencoded"],
  paths: { "/a": { post: { operationId: "send", parameters, responses: { 200: { description: "fine" } } } } },
  ...more,
});

/** The styles of the members of the one operation's form. */
async function stylesOf(document: object): Promise<unknown> {
  const { api } = await built(document);
  return api.groups[0]?.operations[0]?.body?.contents[0]?.encoding;
}

test.each([
  [undefined, { style: "listStyle" }],
  ["csv", { style: "listStyle" }],
  ["ssv", { style: "spaceDelimitedStyle" }],
  ["pipes", { style: "pipeDelimitedStyle" }],
])("a list in a form of Swagger 2.0 keeps its format: %s", async (collectionFormat, encoding) => {
  const parameter = { name: "tags", in: "formData", ...list, collectionFormat };
  expect(await stylesOf(swagger([parameter]))).toEqual({ tags: encoding });
  const shared = swagger([{ $ref: "#/parameters/tags" }], { parameters: { tags: parameter } });
  expect(await stylesOf(shared)).toEqual({ tags: encoding });
});

test.each([
  ["multi", { ...list, collectionFormat: "multi" }],
  ["files", { type: "array", items: { type: "file" } }],
  ["no list", { type: "string" }],
  ["no format", { ...list, collectionFormat: "constructor" }],
])("what is sent as it always was: %s", async (_what, schema) => {
  expect(await stylesOf(swagger([{ name: "tags", in: "formData", ...schema }]))).toEqual({});
});

test("a member of a form may be called as it likes", async () => {
  const document = swagger([
    { name: "toString", in: "formData", ...list },
    { name: "constructor", in: "formData", ...list },
  ]);
  expect(Object.keys((await stylesOf(document)) as object).sort()).toEqual(["constructor", "toString"]);
});

test("a format that OpenAPI 3 does not have is warned of, at its place", async () => {
  const { problems } = await loaded(
    swagger([
      { name: "a", in: "query", ...list, collectionFormat: "tsv" },
      { name: "b", in: "header", ...list, collectionFormat: "pipes" },
      { name: "c", in: "query", ...list, collectionFormat: "pipes" },
      { name: "d", in: "query", ...list, collectionFormat: "csv" },
    ]),
  );
  expect(told(problems)).toEqual([
    expect.stringContaining("RG3014 OpenAPI 3 has no style for collectionFormat 'tsv' of 'a'"),
    expect.stringContaining("RG3014 OpenAPI 3 has no style for collectionFormat 'pipes' of 'b'"),
  ]);
});
