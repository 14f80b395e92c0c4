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
