import { describe, expect, test } from "vitest";
import { openapi, resolved } from "../../tests/support/stages.js";

describe("a POST that appears to be read-onlys is pointed out", () => {
  test.each([
    ["/orders/search", "anything", true],
    ["/orders/_search", "anything", true],
    ["/orders:batchGet", "anything", false],
    ["/orders:query", "anything", true],
    ["/orders/{id}", "listOrders", true],
    ["/orders", "orders.search", true],
    ["/orders", "createOrder", false],
    ["/orders", "settle", false],
    ["/orders", "SearchOrders", true],
    ["/terminal/readers", "PostTerminalReaders", false],
    ["/repos/{repo}/check-runs", "checks/create", false],
    ["/applications/{client_id}/token", "apps/check-token", true],
    ["/carts/checkout", "checkout", false],
    ["/exports", "createExport", false],
  ])("%s %s: %j", async (path, operationId, expected) => {
    const { of } = await resolved(openapi({ [path]: { post: { operationId } } }));
    expect(of(`POST ${path}`).looksLikeRead).toBe(expected);
  });

  test("but not when somebody has said what it is", async () => {
    for (const safe of [true, false]) {
      const { of } = await resolved(openapi({ "/search": { post: { "x-resilience": { safe } } } }));
      expect(of("POST /search").looksLikeRead).toBe(false);
    }
  });
});

describe("streams, uploads and downloads have the timeouts of transfers", () => {
  const answer = (...types: string[]): object => ({
    responses: { 200: { description: "", content: Object.fromEntries(types.map((type) => [type, {}])) } },
  });
  const body = (type: string, schema: object = {}): object => ({
    ...answer("application/json"),
    requestBody: { content: { [type]: { schema } } },
  });

  test.each([
    ["server-sent events", "get", answer("text/event-stream"), true],
    ["JSON or server-sent events", "get", answer("application/json", "text/event-stream"), true],
    ["lines of JSON", "get", answer("application/x-ndjson"), true],
    ["a file", "get", answer("application/octet-stream"), true],
    ["an image", "get", answer("image/png", "image/webp"), true],
    ["JSON or a file", "get", answer("application/json", "application/pdf"), false],
    ["JSON", "get", answer("application/problem+json; charset=utf-8"), false],
    ["text", "get", answer("text/csv"), false],
    ["nothing", "get", { responses: { 204: { description: "" } } }, false],
    ["a file that is sent", "put", body("application/octet-stream"), true],
    ["a form with a file", "post", body("multipart/form-data", { properties: { a: { format: "binary" } } }), true],
    [
      "a form with files",
      "post",
      body("multipart/form-data", { properties: { a: { type: "array", items: { contentMediaType: "image/png" } } } }),
      true,
    ],
    ["a form without a file", "post", body("multipart/form-data", { properties: { a: { type: "string" } } }), false],
  ])("%s", async (_what, method, operation, expected) => {
    const { of } = await resolved(openapi({ "/a": { [method]: operation } }));
    expect(of(`${method.toUpperCase()} /a`).policies.streaming).toBe(expected);
  });

  test("a file among errors does not make a transfer", async () => {
    const { of } = await resolved(
      openapi({
        "/a": {
          get: {
            responses: {
              ...(answer("application/json") as { responses: object }).responses,
              400: { description: "", content: { "application/pdf": {} } },
            },
          },
        },
      }),
    );
    expect(of("GET /a").policies.streaming).toBe(false);
  });
});
