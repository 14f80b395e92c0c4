import { expect, test } from "vitest";
import { built, openapi } from "../../tests/support/stages.js";

const ok = { responses: { 200: { description: "fine", content: { "application/json": { schema: {} } } } } };

/** The name of the policy set of each operation. */
async function setsOf(paths: object, root: object): Promise<Record<string, string>> {
  const { api } = await built(openapi(paths, { "x-resilience": root }));
  const operations = api.groups.flatMap((group) => group.operations);
  return Object.fromEntries(operations.map(({ method, path, policySet }) => [`${method} ${path}`, policySet]));
}

test("another operation renames no set, also where it can do less than others of its class", async () => {
  const before = await setsOf({ "/b": { get: ok } }, { coalesce: true });
  const after = await setsOf({ "/a": { head: ok }, "/b": { get: ok } }, { coalesce: true });
  expect(before).toEqual({ "GET /b": "safeStandard" });
  expect(after).toEqual({ "HEAD /a": "headAPolicies", "GET /b": "safeStandard" });
});
