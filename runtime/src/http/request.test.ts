import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { getWith, postWith, type Received, Rig, type RigOptions, retriesAtOnce } from "../../../tests/rig/rig.js";
import type { CallOptions } from "../contract/call-options.js";
import type { ResilienceError } from "../contract/errors.js";
import type { Operation } from "../contract/operation.js";
import { formBody, jsonBody, multipart, plainBody } from "../serialize/body.js";
import { labelStyle, listStyle, reservedStyle } from "../serialize/styles.js";
import type { OperationInput } from "./operation-facts.js";

/** The request that a call sends. */
async function sentBy(
  operation: Operation,
  input?: OperationInput,
  options?: CallOptions<object>,
  client: RigOptions = {},
): Promise<Received> {
  const rig = new Rig(client);
  const end = await rig.end(operation, input, options);
  const [request] = rig.received;
  if (request === undefined) throw new Error(end.ok ? "nothing was sent" : end.error.message);
  return request;
}

/** The error of a call that sends nothing. */
async function refusalOf(
  operation: Operation,
  input?: OperationInput,
  options?: CallOptions<object>,
  client: RigOptions = {},
): Promise<ResilienceError> {
  const rig = new Rig(client);
  const error = await rig.error(operation, input, options);
  expect([error.code, error.sent, error.attempts, rig.requests]).toEqual(["invalid-request", "no", 0, 0]);
  return error;
}

const at = (path: string, more: Partial<Operation> = {}): Operation => getWith({}, { path, ...more });

describe("the URL", () => {
  test.each([
    ["https://api.example", "https://api.example/pets"],
    ["https://api.example/", "https://api.example/pets"],
    ["https://api.example/v1", "https://api.example/v1/pets"],
    ["https://api.example/v1//", "https://api.example/v1/pets"],
    ["http://localhost:3000/a/b", "http://localhost:3000/a/b/pets"],
    ["http://[::1]:3000", "http://[::1]:3000/pets"],
  ])("of base %s keeps the base's path", async (baseUrl, url) => {
    expect((await sentBy(at("/pets"), {}, {}, { baseUrl })).url).toBe(url);
  });

  test.each([
    "",
    "api.example",
    "/v1",
    "//api.example",
    "ftp://api.example",
    "file:///etc/passwd",
    "https://",
    "https://user:secret@api.example",
    "https://user@api.example",
    "https://api.example?key=secret",
    "https://api.example#x",
    "https://api.example/a b",
    "https://api.exam ple",
    "https://api.example\\@evil.example",
    "https://api.example:99999",
    "https://[::1",
  ])("of base '%s' is refused before anything is sent, without telling it", async (baseUrl) => {
    const error = await refusalOf(at("/pets"), {}, {}, { baseUrl, api: { servers: [] } });
    expect(error.parameter).toBe("baseUrl");
    expect(JSON.stringify(error)).not.toContain("secret");
  });

  test("comes from the operation's own server, absolute or relative to the document's", async () => {
    expect((await sentBy(at("/a", { server: "https://other.example/x" }))).url).toBe("https://other.example/x/a");
    const api = { servers: ["https://api.example/v1/"] };
    expect((await sentBy(at("/a", { server: "/v2" }), {}, {}, { api })).url).toBe("https://api.example/v2/a");
  });

  test("of the caller's choice goes before every server, and may depend on the operation", async () => {
    const baseUrl = ({ operation, server }: { operation: string; server: string | undefined }): string =>
      `https://${operation.toLowerCase()}.example/${new URL(server ?? "").host}`;
    expect((await sentBy(at("/a"), {}, {}, { baseUrl })).url).toBe("https://getthing.example/api.example/a");
  });

  test("of a server with variables takes the given values, else the usual ones", async () => {
    const api = { servers: ["https://{region}.example/{version}"], variables: { region: "eu", version: "v1" } };
    expect((await sentBy(at("/a"), {}, {}, { api })).url).toBe("https://eu.example/v1/a");
    expect((await sentBy(at("/a"), {}, {}, { api, variables: { region: "us" } })).url).toBe("https://us.example/v1/a");
  });

  test("has no question mark without a query", async () => {
    expect((await sentBy(at("/a"), { query: { x: undefined, y: null, z: [] } })).url).toBe("https://api.example/a");
  });

  test("takes the query in the order of its members, each in its style", async () => {
    const operation = at("/a", { styles: { query: { b: listStyle, c: reservedStyle } } });
    expect((await sentBy(operation, { query: { a: [1, 2], b: [3, 4], c: "x/y" } })).url).toBe(
      "https://api.example/a?a=1&a=2&b=3,4&c=x/y",
    );
  });

  test("of a path that has a query already goes on with it", async () => {
    expect((await sentBy(at("/a?fixed=1"), { query: { b: 2 } })).url).toBe("https://api.example/a?fixed=1&b=2");
  });

  test("names of parameters that objects have by nature are like others", async () => {
    const query = JSON.parse('{"__proto__": 1, "constructor": 2}') as object;
    expect((await sentBy(at("/a"), { query })).url).toBe("https://api.example/a?__proto__=1&constructor=2");
    await refusalOf(at("/{constructor}"), { path: {} });
  });
});

describe("a part of the path", () => {
  test.each(["", ".", "..", undefined, null, [], ["."], {}])("refuses %j, by its name", async (id) => {
    const error = await refusalOf(at("/pets/{id}"), { path: { id } });
    expect(error.parameter).toBe("id");
    expect(error.message).toContain("path.id ");
  });

  test("refuses to be missing", async () => {
    expect((await refusalOf(at("/pets/{id}"))).parameter).toBe("id");
  });

  test("of a style that writes something before an empty value is refused too", async () => {
    const operation = at("/pets/{id}", { styles: { path: { id: labelStyle } } });
    expect((await refusalOf(operation, { path: { id: "" } })).parameter).toBe("id");
    expect((await sentBy(operation, { path: { id: "x" } })).url).toBe("https://api.example/pets/.x");
  });

  test("may stand beside text", async () => {
    expect((await sentBy(at("/a/{id}.json"), { path: { id: 7 } })).url).toBe("https://api.example/a/7.json");
  });

  test("whatever its value, stays one part of the path", async () => {
    const value = fc.oneof(
      fc.string({ unit: "grapheme" }),
      fc.constantFrom("../x", "a/b", "%2e%2e", "?", "#", "\\", "a;b"),
    );
    await fc.assert(
      fc.asyncProperty(value, async (id) => {
        fc.pre(!["", ".", ".."].includes(id));
        const { pathname, search, hash } = new URL((await sentBy(at("/a/{id}/b"), { path: { id } })).url);
        const parts = pathname.split("/");
        expect([parts.length, parts[1], decodeURIComponent(parts[2] ?? ""), parts[3], search, hash]).toEqual([
          4,
          "a",
          id,
          "b",
          "",
          "",
        ]);
      }),
    );
  });

  test("that cannot be written as text is refused, without telling it", async () => {
    const error = await refusalOf(at("/a/{id}"), { path: { id: "secret\ud800" } });
    expect([error.parameter, error.message.includes("secret")]).toEqual(["id", false]);
  });
});

describe("headers", () => {
  const headersOf = async (...given: Parameters<typeof sentBy>) => (await sentBy(...given)).headers;

  test("come from the client, the call and the parameters, each before the ones before it", async () => {
    const client = { headers: { "X-A": "client", "X-B": "client", "X-C": "client" } };
    const headers = await headersOf(
      at("/a"),
      { header: { "x-c": "input" } },
      { headers: { "x-b": "call", "x-c": "call" } },
      client,
    );
    expect(headers).toMatchObject({ "x-a": "client", "x-b": "call", "x-c": "input" });
  });

  test("of the client may be a function, asked at each call", async () => {
    let calls = 0;
    const rig = new Rig({ headers: () => ({ "x-call": String(++calls) }) });
    await rig.end(at("/a"));
    await rig.end(at("/a"));
    expect(rig.received.map(({ headers }) => headers["x-call"])).toEqual(["1", "2"]);
  });

  test("of clients made from a client come on top of its own", async () => {
    const rig = new Rig({ headers: { "x-a": "1", "x-b": "1" } });
    await rig.clock.run(rig.call(at("/a"), {}, {}, rig.client.with({ headers: { "x-b": "2" } })));
    expect(rig.received[0]?.headers).toMatchObject({ "x-a": "1", "x-b": "2" });
  });

  test("that are `undefined` or empty are taken away", async () => {
    const headers = await headersOf(
      at("/a"),
      {},
      { headers: { accept: undefined, "x-a": "" } },
      { headers: { "x-a": "1" } },
    );
    expect([headers["accept"], headers["x-a"]]).toEqual([undefined, undefined]);
  });

  test("may hold what HTTP lets them hold", async () => {
    expect((await headersOf(at("/a"), { header: { "x-a": "a b\t~é" } }))["x-a"]).toBe("a b\t~é");
  });

  test.each(["secret\r\nx: y", "secret\n", "secret\0", "secret\x7f", "secret\u0100", "secret\u2028"])(
    "with %j are refused, without telling it",
    async (value) => {
      for (const [input, options] of [
        [{ header: { "X-A": value } }, {}],
        [{}, { headers: { "X-A": value } }],
      ] as const) {
        const error = await refusalOf(at("/a"), input, options);
        expect([error.parameter, error.message.includes("secret")]).toEqual(["X-A", false]);
      }
    },
  );

  test.each(["", "a b", "a:b", "a\r\nb", "é", "(a)"])("of name %j are refused", async (name) => {
    await refusalOf(at("/a"), {}, { headers: { [name]: "1" } });
  });

  test("ask for the media types of all answers, JSON first", async () => {
    const responses = { "200": "text/csv, application/json", "404": "application/problem+json", "204": "" };
    expect((await headersOf(at("/a", { responses })))["accept"]).toBe(
      "application/json, application/problem+json, text/csv",
    );
  });

  test("ask for nothing where nothing is described", async () => {
    expect((await headersOf(at("/a", { responses: { "204": "" } })))["accept"]).toBeUndefined();
  });

  test("hold the cookies that are parameters", async () => {
    const operation = at("/a", { styles: { cookie: { b: listStyle } } });
    expect((await headersOf(operation, { cookie: { a: "x y", b: [1, 2], c: undefined } }))["cookie"]).toBe(
      "a=x%20y; b=1,2",
    );
  });
});

describe("the body", () => {
  const post = (body: Operation["body"]): Operation => postWith({}, body === undefined ? {} : { body });
  const types = post({ "application/json": jsonBody, "text/csv": plainBody });

  test("is written as the preferred media type, unless another is chosen", async () => {
    const [preferred, chosen] = [
      await sentBy(types, { body: "a" }),
      await sentBy(types, { body: "a", contentType: "text/csv" }),
    ];
    expect([preferred.body, preferred.headers["content-type"]]).toEqual(['"a"', "application/json"]);
    expect([chosen.body, chosen.headers["content-type"]]).toEqual(["a", "text/csv"]);
  });

  test("of a type of a documented range is written as the range is", async () => {
    const image = post({ "image/*": plainBody });
    const request = await sentBy(image, { body: "x", contentType: "image/png" });
    expect([request.body, request.headers["content-type"]]).toEqual(["x", "image/png"]);
  });

  test("that is not there has no type", async () => {
    const request = await sentBy(types);
    expect([request.body, request.headers["content-type"]]).toEqual([undefined, undefined]);
  });

  test("of an operation that takes none is not sent", async () => {
    expect((await sentBy(post(undefined), { body: { a: 1 } })).body).toBeUndefined();
  });

  test("`null` and `false` are bodies", async () => {
    expect([(await sentBy(types, { body: null })).body, (await sentBy(types, { body: false })).body]).toEqual([
      "null",
      "false",
    ]);
  });

  test("that cannot be written is refused, without telling it", async () => {
    const circle: Record<string, unknown> = { secret: "secret" };
    circle["self"] = circle;
    const error = await refusalOf(types, { body: circle });
    expect([error.parameter, error.message.includes("secret")]).toEqual(["body", false]);
  });

  test("whose own code throws is refused", async () => {
    const body = {
      toJSON() {
        throw new Error("secret");
      },
    };
    expect((await refusalOf(types, { body })).parameter).toBe("body");
  });

  test.each([
    ["JSON", { "application/json": jsonBody }, { a: 1 }],
    ["a form", { "application/x-www-form-urlencoded": formBody }, { a: 1 }],
    ["a multipart form", { "multipart/form-data": multipart }, { a: 1 }],
    ["bytes", { "application/octet-stream": plainBody }, new Uint8Array([1, 2, 3])],
  ])(
    "as %s goes out with the same bytes and type on each attempt, whatever becomes of the object",
    async (_kind, body, value) => {
      const rig = new Rig().replies(503, 503, 200);
      const operation = postWith({ repeat: "keyed", retry: retriesAtOnce(3) }, { body });
      const call = rig.call(operation, { body: value, idempotencyKey: "k" });
      if (value instanceof Uint8Array) value.fill(9);
      else Object.assign(value, { a: 2, b: 3 });
      await rig.clock.run(call);
      const sent = await Promise.all(
        rig.received.map(async ({ body: content, headers }) => [
          headers["content-type"],
          await new Response(content as BodyInit).text(),
        ]),
      );
      expect(sent).toHaveLength(3);
      expect(new Set(sent.map((one) => JSON.stringify(one))).size).toBe(1);
      expect(sent[0]?.[1]).not.toMatch(/b"|b=|[29]$/);
    },
  );
});

describe("what the caller's own code throws", () => {
  const thrower = (): never => {
    throw new Error("secret=hunter2");
  };

  test.each<[string, RigOptions]>([
    ["baseUrl", { baseUrl: thrower }],
    ["headers", { headers: thrower }],
  ])("in `%s` ends as an error of the call", async (_name, client) => {
    const error = await refusalOf(at("/a"), {}, {}, client);
    expect(error.message).not.toContain("hunter2");
    expect((error.cause as Error).message).toContain("secret");
    expect((error.cause as Error).message).not.toContain("hunter2");
  });

  test("in `correlationId` ends as an error of the call", async () => {
    await refusalOf(at("/a"), {}, {}, { correlationId: thrower });
  });

  test("in a getter of the input ends as an error of the call", async () => {
    const query = {
      get a() {
        return thrower();
      },
    };
    await refusalOf(at("/a"), { query });
  });
});

test("a header that is none is named as the caller wrote it", async () => {
  const parameter = "X-Trace-Id";
  const rig = new Rig();
  expect(await rig.error(getWith({}), { header: { [parameter]: "a\nb" } })).toMatchObject({ parameter });
  expect(await rig.error(getWith({}), {}, { headers: { [parameter]: "a\nb" } })).toMatchObject({ parameter });
});
