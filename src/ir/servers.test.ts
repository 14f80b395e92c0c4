import { expect, test } from "vitest";
import { built, emitted } from "../../tests/support/stages.js";

const paths = { "/a": { get: { operationId: "getA", responses: {} } } };
const basePathOf = async (...urls: string[]): Promise<string | undefined> =>
  (await built({ openapi: "3.0.3", servers: urls.map((url) => ({ url })), paths })).api.basePath;

test("a document without a host has the base path of its first server that has one", async () => {
  expect(await basePathOf("/v1/")).toBe("/v1");
  expect(await basePathOf("./api/v1")).toBe("/api/v1");
  expect(await basePathOf("v1")).toBe("/v1");
  expect(await basePathOf("//api.example/v1")).toBe("/v1");
  expect(await basePathOf("/", "/v2")).toBe("/v2");
});

test("a document with a host, or without anything in front of its paths, has no base path", async () => {
  expect(await basePathOf("https://api.example/v1", "/v2")).toBeUndefined();
  for (const url of ["/", "", "../v1", "ftp://api.example/v1", "/v1?a=b"])
    expect(await basePathOf(url)).toBeUndefined();
});

test("variables of a base path have their defaults", async () => {
  const servers = [{ url: "/{version}", variables: { version: { default: "v3" } } }];
  expect((await built({ openapi: "3.0.3", servers, paths })).api.basePath).toBe("/v3");
});

test("the basePath of Swagger 2.0 is told at baseUrl, and the mocks know it", async () => {
  const files = await emitted({ swagger: "2.0", info: { title: "t", version: "1" }, basePath: "/v1", paths });
  expect(files.get("client.ts")).toContain("The document's paths are below `/v1`: `https://host/v1`.");
  expect(files.get("client.ts")).toContain('basePath: "/v1",');
  expect(files.get("mocks.ts")).toContain('const servers: readonly string[] = ["/v1"];');
});
