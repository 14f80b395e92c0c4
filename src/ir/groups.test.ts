import { expect, test } from "vitest";
import { built, openapi } from "../../tests/support/stages.js";
import { moduleNames } from "./groups.js";

/** How many operations each file has, for GETs of these paths. */
async function filesOf(paths: readonly string[], tags?: readonly string[]): Promise<Record<string, number>> {
  const get = { ...(tags === undefined ? {} : { tags }), responses: {} };
  const { api } = await built(openapi(Object.fromEntries(paths.map((path) => [path, { get }]))));
  return Object.fromEntries(api.groups.map(({ file, operations }) => [file, operations.length]));
}

const many = (count: number, prefix: string): string[] => Array.from({ length: count }, (_, n) => `${prefix}${n}`);

test("operations with a tag share its file", async () => {
  expect(await filesOf(["/a", "/b"], ["Order Items", "other"])).toEqual({ "order-items": 2 });
});

test("operations without share the one of the first path segment that tells them apart", async () => {
  expect(await filesOf(["/api/v1/users", "/api/v1/users/{id}", "/api/v1/pets"])).toEqual({ users: 2, pets: 1 });
});

test("a large tag falls apart by the segment that tells its paths apart, and what is still large once more", async () => {
  const paths = [
    ...many(5, "/user/x"),
    ...many(90, "/repos/{owner}/branches/b"),
    ...many(30, "/repos/{owner}/tags/t"),
    "/repos",
  ];
  expect(await filesOf(paths, ["repos"])).toEqual({
    "repos-user": 5,
    "repos-branches": 90,
    "repos-tags": 30,
    repos: 1,
  });
});

test("a large group whose paths nothing tells apart stays one file", async () => {
  const paths = Array.from({ length: 120 }, (_, n) => `/a/{x${n}}${"/{y}".repeat(n % 60)}`);
  expect(await filesOf(paths, ["a"])).toEqual({ a: 120 });
});

test("a tag cannot name a file elsewhere, nor one that Windows does not let a file have", async () => {
  expect(await filesOf(["/a"], ["../../etc/passwd"])).toEqual({ "etc-passwd": 1 });
  expect(await filesOf(["/a"], ["CON"])).toEqual({ "con-": 1 });
  expect(await filesOf(["/a"], ["🙂"])).toEqual({ operations: 1 });
  expect(Object.keys(await filesOf(["/a"], ["x".repeat(500)]))[0]).toHaveLength(60);
});

test("what stands behind the path tells no operations apart", async () => {
  expect(await filesOf(["/#Action=Send", "/#Action=Receive", "/?list"])).toEqual({ operations: 3 });
});

test("modules are called like their files, unless a keyword or something beside them is called so", () => {
  const files = ["pet-store", "delete", "client", "create-client", "a-1", "a1"];
  expect(Object.fromEntries(moduleNames(files))).toEqual({
    "pet-store": "petStore",
    delete: "delete_",
    client: "client_",
    "create-client": "createClient_",
    "a-1": expect.stringMatching(/^a1/),
    a1: "a1",
  });
});
