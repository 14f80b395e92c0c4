import { expect, test } from "vitest";
import { type Built, built, openapi } from "../../tests/support/stages.js";

test("paths that differ by a fragment only are operations of their own, sent without it", async () => {
  const { api } = await built(openapi({ "/#Action=Send": { get: {} }, "/#Action=Receive": { get: {} } }));
  const operations = api.groups.flatMap((group) => group.operations);
  expect(operations.map(({ name, path }) => [name, path])).toEqual([
    ["getActionSend", "/"],
    ["getActionReceive", "/"],
  ]);
});

/** A document with three references that lead nowhere, and so many operations besides. */
async function withDangling(others: number): Promise<Built> {
  const content = { "application/json": { schema: { $ref: "#/components/schemas/Nope" } } };
  const paths = Array.from({ length: others }, (_, index) => [`/other/${index}`, { get: { responses: {} } }]);
  const get = {
    operationId: "getA",
    parameters: [{ $ref: "#/components/parameters/nope" }, { name: "q", in: "query" }],
    responses: { 200: { description: "", content }, 404: { $ref: "#/components/responses/Nope" } },
  };
  return built(openapi({ "/a": { get }, ...Object.fromEntries(paths) }));
}

test("in a large document references that lead nowhere are warned of, and what they stand for may be anything", async () => {
  const { api, problems } = await withDangling(19);
  expect(problems.list.map(({ code, severity }) => `${code} ${severity}`)).toEqual(Array(3).fill("RG1006 warning"));
  const operation = api.groups.flatMap(({ operations }) => operations).find(({ name }) => name === "getA");
  expect(operation?.parameters.query.map(({ name }) => name)).toEqual(["q"]);
  expect(operation?.responses.map(({ status, contents }) => [status, contents.map(({ type }) => type)])).toEqual([
    ["200", [{ kind: "json", schema: true }]],
    ["404", []],
  ]);
});

test("in a small document they are errors", async () => {
  const { problems } = await withDangling(18);
  expect(problems.list.map(({ code, severity }) => `${code} ${severity}`)).toEqual(Array(3).fill("RG1006 error"));
});

test("an example that leads nowhere is warned of in any document", async () => {
  const content = { "application/json": { schema: {}, examples: { a: { $ref: "#/components/examples/Nope" } } } };
  const { problems } = await built(openapi({ "/a": { get: { responses: { 200: { description: "", content } } } } }));
  expect(problems.list.map(({ code, severity }) => `${code} ${severity}`)).toEqual(["RG1006 warning"]);
});
