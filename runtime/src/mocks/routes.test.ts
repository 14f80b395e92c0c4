import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Routes } from "./routes.js";
import type { MockOperation, MockOptions } from "./types.js";

/** Operations by `METHOD /path`, with the servers that some have of their own. */
function routesOf(
  keys: readonly string[],
  {
    servers = [],
    own = {},
    ...options
  }: MockOptions & { servers?: readonly string[]; own?: Record<string, string> } = {},
): (request: string) => readonly string[] {
  const operations = Object.fromEntries(
    keys.map((key): [string, MockOperation] => {
      const [method = "", path = ""] = key.split(" ");
      const server = own[key];
      return [key, { method, path, answers: {}, ...(server === undefined ? {} : { server }) }];
    }),
  );
  const routes = new Routes(operations, options, servers);
  return (request) => {
    const [method = "", address = ""] = request.split(" ");
    const url = new URL(address, "https://api.test").href;
    return keys.filter((key) => routes.pattern(key).test(url) && routes.isOwn(key, { method, url }));
  };
}

describe("a request belongs to the operation that fits it best", () => {
  test.each<[string, readonly string[], string, string]>([
    ["a written segment over a parameter", ["GET /people/{id}", "GET /people/me"], "GET /people/me", "GET /people/me"],
    ["a parameter with any other value", ["GET /people/{id}", "GET /people/me"], "GET /people/you", "GET /people/{id}"],
    [
      "a longer path",
      ["GET /orders", "GET /customers/{id}/orders"],
      "GET /customers/c/orders",
      "GET /customers/{id}/orders",
    ],
    [
      "a longer path below a base path",
      ["GET /orders", "GET /customers/{id}/orders"],
      "GET /v1/customers/c/orders",
      "GET /customers/{id}/orders",
    ],
    [
      "a longer path that ends in a parameter",
      ["GET /{id}", "GET /orders/{id}"],
      "GET /orders/o-1",
      "GET /orders/{id}",
    ],
    ["the root", ["GET /", "GET /orders"], "GET /v1/", "GET /"],
    ["a path over the root with an ignored slash", ["GET /", "GET /orders"], "GET /orders/", "GET /orders"],
    ["a slash at the end, where both are described", ["GET /orders", "GET /orders/"], "GET /orders/", "GET /orders/"],
    ["no slash at the end, where both are described", ["GET /orders", "GET /orders/"], "GET /orders", "GET /orders"],
    [
      "text beside a parameter over the parameter alone",
      ["GET /files/{name}", "GET /files/{name}.json"],
      "GET /files/a.json",
      "GET /files/{name}.json",
    ],
    [
      "a custom verb behind a parameter",
      ["POST /jobs/{id}", "POST /jobs/{id}:cancel"],
      "POST /jobs/1:cancel",
      "POST /jobs/{id}:cancel",
    ],
    ["more written segments", ["GET /a/{b}/{c}", "GET /{a}/b/c"], "GET /a/b/c", "GET /{a}/b/c"],
    ["of as many, the one that is written first", ["GET /{a}/b", "GET /a/{b}"], "GET /a/b", "GET /a/{b}"],
    [
      "its own method, though a path of another one says more",
      ["GET /people/{id}", "PUT /people/me"],
      "GET /people/me",
      "GET /people/{id}",
    ],
    [
      "the query of its path",
      ["POST /messages", "POST /messages?beta=true"],
      "POST /messages?limit=1&beta=true",
      "POST /messages?beta=true",
    ],
    [
      "a path without the query",
      ["POST /messages", "POST /messages?beta=true"],
      "POST /messages?beta=false",
      "POST /messages",
    ],
    ["more of the query", ["GET /q?a=1", "GET /q?a=1&b=2"], "GET /q?b=2&a=1", "GET /q?a=1&b=2"],
    ["a parameter within the query", ["GET /q", "GET /q?type={type}"], "GET /q?type=x", "GET /q?type={type}"],
    [
      "characters that an address escapes",
      ["GET /caf\u00e9/{id}", "GET /{a}/{b}"],
      "GET /caf\u00e9/x",
      "GET /caf\u00e9/{id}",
    ],
    [
      "a value with an escaped slash",
      ["GET /files/{path}", "GET /files/{path}/parts"],
      "GET /files/a%2Fparts",
      "GET /files/{path}",
    ],
  ])("%s", (_, keys, request, owner) => {
    expect(routesOf(keys)(request)).toEqual([owner]);
  });

  test("and none where it fits none, also with a path alike", () => {
    const ownersOf = routesOf(["GET /orders/{id}", "POST /orders?beta=true"]);
    for (const request of ["GET /orders", "GET /orders/", "PUT /orders/1", "POST /orders", "GET /orders/1/2"])
      expect(ownersOf(request)).toEqual([]);
  });
});

describe("servers tell operations apart", () => {
  const keys = ["GET /orders", "GET /{tenant}/orders"];

  test("by the base path of the description, on any host", () => {
    const ownersOf = routesOf(keys, { servers: ["https://shop.test/v1", "/v2", "not a server"] });
    expect(ownersOf("GET http://127.0.0.1:80/v1/orders")).toEqual(["GET /orders"]);
    expect(ownersOf("GET /v2/orders")).toEqual(["GET /orders"]);
    expect(ownersOf("GET /v1/acme/orders")).toEqual(["GET /{tenant}/orders"]);
    expect(routesOf(keys, { servers: ["https://shop.test"] })("GET /v1/orders")).toEqual(["GET /{tenant}/orders"]);
  });

  test("by a base path with variables", () => {
    const ownersOf = routesOf(keys, { servers: ["https://{region}.shop.test/{version}"] });
    expect(ownersOf("GET https://EU.shop.test/v7/orders")).toEqual(["GET /orders"]);
  });

  test("by the server of an operation", () => {
    const both = ["GET /people/{id}", "GET /people/me"];
    const ownersOf = routesOf(both, {
      servers: ["https://api.test"],
      own: { "GET /people/me": "https://self.test" },
    });
    expect(ownersOf("GET https://api.test/people/me")).toEqual(["GET /people/{id}"]);
    expect(ownersOf("GET https://self.test/people/me")).toEqual(["GET /people/me"]);
    // A client's base URL stands for both servers.
    expect(ownersOf("GET http://localhost/people/me")).toEqual(["GET /people/me"]);
  });

  test("by the base URL of the mocks, which is the only base then, beside an operation's own server", () => {
    const ownersOf = routesOf(keys, {
      baseUrl: "https://shop.test/api/v2",
      servers: ["https://shop.test"],
      own: { "GET /orders": "https://orders.test" },
    });
    expect(ownersOf("GET https://shop.test/api/v2/orders")).toEqual(["GET /orders"]);
    expect(ownersOf("GET https://orders.test/orders")).toEqual(["GET /orders"]);
    expect(ownersOf("GET https://shop.test/api/orders")).toEqual([]);
    expect(ownersOf("GET https://shop.test/orders")).toEqual([]);
  });

  test("an invalid base URL is refused where it is given", () => {
    expect(() => routesOf(keys, { baseUrl: "shop" })).toThrow(TypeError);
  });
});

test("whatever the paths: a request that fits any of them belongs to exactly one", () => {
  const segment = fc.constantFrom("a", "b", "{x}", "{y}.json", "a{z}");
  const path = fc.array(segment, { minLength: 1, maxLength: 3 }).map((segments) => `/${segments.join("/")}`);
  const shape = (key: string): string => key.replace(/\{\w\}/g, "{}");
  const keys = fc
    .uniqueArray(fc.tuple(fc.constantFrom("GET", "PUT"), path, fc.constantFrom("", "?q=1")), {
      selector: ([method, text, query]) => shape(`${method} ${text}${query}`),
      minLength: 1,
      maxLength: 8,
    })
    .map((all) => all.map(([method, text, query]) => `${method} ${text}${query}`));
  fc.assert(
    fc.property(keys, fc.nat(), fc.constantFrom("", "/v1"), fc.string({ minLength: 1 }), (all, pick, base, value) => {
      const request = (all[pick % all.length] ?? "").replace(
        /\{\w\}/g,
        encodeURIComponent(value).replace(/^\.+$/, "v"),
      );
      const [method = "", address = ""] = request.split(" ");
      expect(routesOf(all)(`${method} ${base}${address}`)).toHaveLength(1);
    }),
  );
});
