import { expect, test } from "vitest";
import { built, openapi } from "../../fixtures/support/stages.js";

test("paths that differ by a fragment only are operations of their own, sent without it", async () => {
  const { api } = await built(openapi({ "/#Action=Send": { get: {} }, "/#Action=Receive": { get: {} } }));
  const operations = api.groups.flatMap((group) => group.operations);
  expect(operations.map(({ name, path }) => [name, path])).toEqual([
    ["getActionSend", "/"],
    ["getActionReceive", "/"],
  ]);
});

test("references that lead nowhere are told, and what they stand for may be anything; the rest is there", async () => {
  const content = { "application/json": { schema: { $ref: "#/components/schemas/Nope" } } };
  const { api, problems } = await built(
    openapi({
      "/a": {
        get: {
          operationId: "getA",
          parameters: [{ $ref: "#/components/parameters/nope" }, { name: "q", in: "query" }],
          responses: { 200: { description: "", content }, 404: { $ref: "#/components/responses/Nope" } },
        },
      },
    }),
  );
  expect(problems.list.map(({ code, severity }) => `${code} ${severity}`)).toEqual(Array(3).fill("RG1006 warning"));
  const [operation] = api.groups[0]?.operations ?? [];
  expect(operation?.parameters.query.map(({ name }) => name)).toEqual(["q"]);
  expect(operation?.responses.map(({ status, contents }) => [status, contents.map(({ type }) => type)])).toEqual([
    ["200", [{ kind: "json", schema: true }]],
    ["404", []],
  ]);
});
