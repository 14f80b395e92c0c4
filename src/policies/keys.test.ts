import { describe, expect, test } from "vitest";
import { openapi, resolved, told } from "../../tests/support/stages.js";
import type { OperationPolicies } from "./index.js";

interface Written {
  readonly method?: string;
  readonly parameters?: readonly object[];
  readonly properties?: object;
  readonly block?: object;
  readonly root?: object;
}

async function decide({
  method = "post",
  parameters = [],
  properties,
  block,
  root,
}: Written): Promise<OperationPolicies> {
  const requestBody =
    properties === undefined ? {} : { requestBody: { content: { "application/json": { schema: { properties } } } } };
  const operation = { parameters, ...requestBody, ...(block === undefined ? {} : { "x-resilience": block }) };
  const { of, problems } = await resolved(
    openapi({ "/a": { [method]: operation } }, root === undefined ? {} : { "x-resilience": root }),
  );
  expect(told(problems)).toEqual([]);
  return of(`${method.toUpperCase()} /a`);
}

const header = (name: string, schema: object = {}): object => ({ name, in: "header", required: true, schema });

describe("a key that the document declares", () => {
  test.each(["Idempotency-Key", "idempotency-key", "X-Idempotency-Key", "x-idempotent-id", "PayPal-Request-Id"])(
    "is known by the header %s, and the server is taken to support it",
    async (name) => {
      const { idempotencyKey, policies, declaredKey } = await decide({ parameters: [header(name)] });
      expect(idempotencyKey).toEqual({ in: "header", name });
      expect(declaredKey?.name).toBe(name);
      expect(policies.repeat).toBe("keyed");
    },
  );

  test.each(["idempotency_key", "idempotencyKey", "idempotency-key"])(
    "is known by the query parameter %s",
    async (name) => {
      const { idempotencyKey } = await decide({ parameters: [{ name, in: "query" }] });
      expect(idempotencyKey).toEqual({ in: "query", name });
    },
  );

  test("is known by the member of a body", async () => {
    const { idempotencyKey, policies } = await decide({
      properties: { idempotency_key: { type: "string", maxLength: 40 } },
    });
    expect(idempotencyKey).toEqual({ in: "body", name: "idempotency_key", maxLength: 40 });
    expect(policies.repeat).toBe("keyed");
  });

  test.each(["X-Request-Id", "Key", "If-Match", "Idempotency-Key-Expiry"])("is not %s", async (name) => {
    const { idempotencyKey, declaredKey, policies } = await decide({ parameters: [header(name)] });
    expect(idempotencyKey).toEqual({ in: "header", name: "Idempotency-Key" });
    expect(declaredKey).toBeUndefined();
    expect(policies.repeat).toBe("unprocessed");
  });

  test("has the limits that its schema gives, if they can be checked", async () => {
    const { idempotencyKey } = await decide({
      parameters: [header("Idempotency-Key", { minLength: 8, maxLength: 36, pattern: "^[a-z-]+$" })],
    });
    expect(idempotencyKey).toMatchObject({ minLength: 8, maxLength: 36, pattern: "^[a-z-]+$" });
    const odd = await decide({
      parameters: [header("Idempotency-Key", { minLength: -1, maxLength: "long" })],
    });
    expect(odd.idempotencyKey).toEqual({ in: "header", name: "Idempotency-Key" });
  });

  test("is an ordinary parameter of what only reads", async () => {
    const { idempotencyKey, declaredKey } = await decide({ method: "get", parameters: [header("Idempotency-Key")] });
    expect(idempotencyKey).toBeUndefined();
    expect(declaredKey).toBeUndefined();
  });

  test("wins over a header that is written for all operations: it is the one that the server reads", async () => {
    const { idempotencyKey, declaredKey } = await decide({
      parameters: [header("PayPal-Request-Id")],
      root: { idempotency: { header: "X-Idem" } },
    });
    expect(idempotencyKey).toEqual({ in: "header", name: "PayPal-Request-Id" });
    expect(declaredKey?.name).toBe("PayPal-Request-Id");
  });

  test("gives way to what is written on the operation, and then is a parameter like others", async () => {
    const { idempotencyKey, declaredKey } = await decide({
      parameters: [header("Idempotency-Key", { maxLength: 5 })],
      block: { idempotency: { header: "X-Idem" } },
    });
    expect(idempotencyKey).toEqual({ in: "header", name: "X-Idem" });
    expect(declaredKey).toBeUndefined();
  });

  test("is the same where the operation writes its name in other letters", async () => {
    const { idempotencyKey, declaredKey } = await decide({
      parameters: [header("Idempotency-Key", { maxLength: 5 })],
      block: { idempotency: { header: "idempotency-key" } },
    });
    expect(idempotencyKey).toEqual({ in: "header", name: "idempotency-key", maxLength: 5 });
    expect(declaredKey?.name).toBe("Idempotency-Key");
  });
});

describe("where nothing is declared", () => {
  test.each(["post", "put", "patch", "delete"])("%s takes a key in the usual header", async (method) => {
    expect((await decide({ method })).idempotencyKey).toEqual({ in: "header", name: "Idempotency-Key" });
  });

  test.each(["get", "head", "options"])("%s takes none", async (method) => {
    expect((await decide({ method })).idempotencyKey).toBeUndefined();
  });

  test("a written place, form and name are used", async () => {
    expect(
      (await decide({ root: { idempotency: { header: "X-Idem", format: "structured" } } })).idempotencyKey,
    ).toEqual({
      in: "header",
      name: "X-Idem",
      structured: true,
    });
    expect((await decide({ properties: {}, block: { idempotency: { body: "key" } } })).idempotencyKey).toEqual({
      in: "body",
      name: "key",
    });
    expect((await decide({ block: { idempotency: { query: "key" } } })).idempotencyKey).toEqual({
      in: "query",
      name: "key",
    });
  });

  test("a key may be optional, or none", async () => {
    expect((await decide({ block: { idempotency: { key: "optional" } } })).idempotencyKey).toMatchObject({
      optional: true,
    });
    expect((await decide({ block: { idempotency: { key: "none" } } })).idempotencyKey).toBeUndefined();
  });
});

describe("when a request may be sent again", () => {
  test.each([
    ["a GET", { method: "get" }, "always"],
    ["a POST that only reads", { block: { safe: true } }, "always"],
    ["a DELETE", { method: "delete", block: { idempotency: { key: "none" } } }, "always"],
    ["a POST", {}, "unprocessed"],
    ["a PATCH", { method: "patch" }, "unprocessed"],
    ["a GET that changes something", { method: "get", block: { safe: false } }, "unprocessed"],
    ["a POST whose server supports keys", { block: { idempotency: { supported: true } } }, "keyed"],
    [
      "a POST whose server supports keys, where none is taken",
      { block: { idempotency: { supported: true, key: "none" } } },
      "unprocessed",
    ],
    [
      "a POST that declares a key that the server is said not to support",
      { parameters: [header("Idempotency-Key")], block: { idempotency: { supported: false } } },
      "unprocessed",
    ],
    ["all POSTs, where that is written for all", { root: { idempotency: { supported: true } } }, "keyed"],
  ] as [string, Written, string][])("%s: %s", async (_what, written, repeat) => {
    expect((await decide(written)).policies.repeat).toBe(repeat);
  });
});

describe("a pattern of the document", () => {
  const post = (pattern: string): object =>
    openapi({ "/a": { post: { parameters: [header("Idempotency-Key", { pattern })], responses: {} } } });

  test("is checked by the client where that takes linear time", async () => {
    const { of, problems } = await resolved(post("^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"));
    expect(of("POST /a").idempotencyKey).toMatchObject({ pattern: "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$" });
    expect(told(problems)).toEqual([]);
  });

  test.each([
    ["^(([0-9a-f]+)-?)+!$", "could take exponential or quadratic time"],
    ["([a", "is not a regular expression"],
  ])("%s is left to the server, with a warning", async (pattern, why) => {
    const { of, problems } = await resolved(post(pattern));
    expect(of("POST /a").idempotencyKey).not.toHaveProperty("pattern");
    expect(told(problems)).toEqual([expect.stringContaining(why)]);
  });
});
