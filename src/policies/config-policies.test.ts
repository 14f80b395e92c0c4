import { describe, expect, test } from "vitest";
import { openapi, resolved, told } from "../../tests/support/stages.js";
import { locate } from "../diagnostics/locate.js";
import { renderProblems } from "../diagnostics/render.js";
import { plainTerminal } from "../diagnostics/terminal.js";

const ok = { responses: { 200: { description: "fine" } } };
const shop = openapi({
  "/orders": { get: { ...ok, operationId: "listOrders", tags: ["orders"] }, post: { ...ok, tags: ["orders"] } },
  "/orders/{id}": { get: { ...ok, operationId: "getOrder", tags: ["orders", "public"] } },
  "/orders/{id}/items": { get: { ...ok, operationId: "listItems" } },
  "/stock(now)": { get: { ...ok, operationId: "stock" } },
});

/** Of these operations, the ones whose attempts may take 1 s: what the address leads to. */
async function addressed(address: string): Promise<string[]> {
  const { operations, of, problems } = await resolved(shop, undefined, { [address]: { timeout: { attempt: "1s" } } });
  expect(told(problems)).toEqual([]);
  return operations.map(({ key }) => key).filter((key) => of(key).policies.timeout.attempt === 1_000);
}

const reads = ["GET /orders", "GET /orders/{id}", "GET /orders/{id}/items", "GET /stock(now)"];

describe("an address leads to", () => {
  test.each([
    ["*", [...reads.slice(0, 1), "POST /orders", ...reads.slice(1)]],
    ["getOrder", ["GET /orders/{id}"]],
    ["GET /orders/{id}", ["GET /orders/{id}"]],
    ["get /orders/{id}", ["GET /orders/{id}"]],
    ["GET /stock(now)", ["GET /stock(now)"]],
    ["POST /**", ["POST /orders"]],
    ["/orders/*", ["GET /orders/{id}"]],
    ["/orders/{id}/**", ["GET /orders/{id}", "GET /orders/{id}/items"]],
    ["/orders", ["GET /orders", "POST /orders"]],
    ["/stock(*)", ["GET /stock(now)"]],
    ["tag:public", ["GET /orders/{id}"]],
    ["public", ["GET /orders/{id}"]],
    ["tag:pub*", ["GET /orders/{id}"]],
    ["list*", ["GET /orders", "GET /orders/{id}/items"]],
  ])("%s", async (address, keys) => {
    expect(await addressed(address)).toEqual(keys);
  });
});

describe("what is more specific wins, and within one level the configuration over the document", () => {
  const at = (root: object, path: object, operation: object): object =>
    openapi(
      { "/a": { "x-resilience": path, get: { ...ok, operationId: "a", tags: ["t"], "x-resilience": operation } } },
      { "x-resilience": root },
    );

  test.each([
    ["*", "/a", "all"],
    ["tag:t", "/a", "path"],
    ["/*", "/a", "path"],
    ["a", "/a", "operation"],
    ["GET /a", "/a", "operation"],
  ])("%s stands above what the document says on its level", async (address, _path, level) => {
    const blocks = ["all", "path", "operation"].map((own) => (own === level ? { timeout: { idle: "1s" } } : {}));
    const { of, problems } = await resolved(at(...(blocks as [object, object, object])), undefined, {
      [address]: { timeout: { idle: "2s" } },
    });
    expect(told(problems)).toEqual([]);
    expect(of("GET /a").policies.timeout.idle).toBe(2_000);
    expect(of("GET /a").leaves.get("timeout.idle")?.origin).toMatchObject({ source: "config", level });
  });

  test("a path of the configuration gives way to an operation of the document", async () => {
    const { of } = await resolved(at({}, {}, { timeout: { idle: "1s" } }), undefined, {
      "/**": { timeout: { idle: "2s" } },
      "*": { timeout: { idle: "3s" } },
    });
    expect(of("GET /a").policies.timeout.idle).toBe(1_000);
  });

  test("retry: false on the operation is lifted for that operation only", async () => {
    const document = at({}, {}, { retry: false });
    expect((await resolved(document, undefined, { "tag:t": { retry: 2 } })).of("GET /a").policies.retry).toBe(false);
    const { of } = await resolved(document, undefined, { a: { retry: 2 } });
    expect(of("GET /a").policies.retry).toMatchObject({ maxRetries: 2 });
  });

  test("a preset stands beneath everything that is written on its level, also by the document", async () => {
    const document = at({ preset: "internal", timeout: { attempt: "1s" } }, {}, {});
    const { of } = await resolved(document, undefined, { "*": { preset: "microservices" } });
    expect(of("GET /a")).toMatchObject({
      preset: "microservices",
      policies: { timeout: { attempt: 1_000, total: 6_000 } },
    });
  });

  test("of two blocks on one level the later one wins, key by key", async () => {
    const { of } = await resolved(at({}, {}, {}), undefined, {
      "tag:t": { timeout: { attempt: "1s", total: "9s" } },
      "/a": { timeout: { total: "8s" } },
    });
    expect(of("GET /a").policies.timeout).toMatchObject({ attempt: 1_000, total: 8_000 });
  });
});

test("a value knows the line of the configuration", async () => {
  const { of } = await resolved(shop, undefined, "getOrder:\n  timeout:\n    total: 9s\n");
  const { origin } = of("GET /orders/{id}").leaves.get("timeout.total") ?? {};
  expect(origin?.at && locate(origin.at)).toEqual({ file: "config.yaml", line: 3, column: 5 });
});

describe("refused at its place", () => {
  test.each([
    ["getOrdr: { retry: 1 }", "1:1 RG2005 'getOrdr' matches no operation", "Did you mean 'getOrder'?"],
    ["/order/*: { retry: 1 }", "1:1 RG2005 '/order/*' matches no operation", "Did you mean '/orders'?"],
    ["getOrder: { retires: 1 }", "1:13 RG2001 Unknown setting 'retires'.", "Did you mean 'retry'?"],
    ["getOrder: 5", "1:1 RG2001 'x-resilience' can't be 5", ""],
    ["tag:orders: { safe: true }", "1:15 RG2003 'safe' applies to single operations only", ""],
    [
      "getOrder: { timeout: { attempt: 9s, total: 8s } }",
      "1:24 RG2002 GET /orders/{id}: timeout.attempt is 9s, which exceeds timeout.total (8s).",
      "",
    ],
  ])("%s", async (config, line, hint) => {
    const { problems } = await resolved(shop, undefined, config);
    expect(told(problems)).toEqual([expect.stringContaining(line)]);
    expect(`${problems.list[0]?.message} ${problems.list[0]?.hint}`).toContain(hint);
  });

  test("a name of an operation and of a tag", async () => {
    const document = openapi({ "/a": { get: { ...ok, operationId: "orders", tags: ["orders"] } } });
    const { problems } = await resolved(document, undefined, { orders: { retry: 1 } });
    expect(problems.list).toMatchObject([{ code: "RG2005", hint: expect.stringContaining("tag:orders") }]);
    expect((await resolved(document, undefined, { "tag:orders": { retry: 1 } })).problems.list).toEqual([]);
  });

  test("in a value that a program made, by its keys", async () => {
    const { problems } = await resolved(shop, undefined, { getOrder: { retry: { maxRetries: "many" } } });
    expect(renderProblems(problems.list, { terminal: plainTerminal, isVerbose: false })).toMatch(
      /^Error RG2001: 'retry.maxRetries' can't be "many"\.\n {2}options: getOrder\.retry\.maxRetries\n/,
    );
  });
});
