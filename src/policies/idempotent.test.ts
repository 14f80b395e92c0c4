import { describe, expect, test } from "vitest";
import { emitted, openapi, resolved, told } from "../../tests/support/stages.js";

const ok = { responses: { 200: { description: "fine", content: { "application/json": { schema: {} } } } } };
const document = (policies: object, method = "post") =>
  openapi({ "/a": { [method]: { operationId: "run", ...ok, "x-resilience": policies } } });

async function decided(policies: object, method = "post") {
  const { of, problems } = await resolved(document(policies, method));
  expect(told(problems)).toEqual([]);
  return of(`${method.toUpperCase()} /a`);
}

describe("idempotent: true", () => {
  test("makes a POST what a PUT is: retried, with the attempt timeout, and with a key", async () => {
    const { kind, policies, idempotencyKey } = await decided({ idempotent: true });
    const { policies: put } = await decided({}, "put");
    expect(kind).toBe("idempotent");
    expect(policies.repeat).toBe("always");
    expect(policies.timeout).toEqual(put.timeout);
    expect(idempotencyKey).toEqual({ in: "header", name: "Idempotency-Key" });
  });

  test("allows a retry to be written although the operation takes no key", async () => {
    const { policies } = await decided({ idempotent: true, retry: 2, idempotency: { key: "none" } });
    expect(policies).toMatchObject({ repeat: "always", retry: { maxRetries: 2 } });
    const { problems } = await resolved(document({ retry: 2, idempotency: { key: "none" } }));
    expect(told(problems)).toEqual([
      expect.stringContaining(
        "1:205 RG2002 POST /a: 'retry' requires an idempotency key, and this operation takes none.",
      ),
    ]);
  });

  test("is what the generated operation says, where its method says otherwise", async () => {
    const textOf = async (policies: object, method?: string): Promise<string> =>
      [...(await emitted(document(policies, method))).values()].join("\n");
    expect(await textOf({ idempotent: true })).toContain("idempotent: true");
    expect(await textOf({ idempotent: true }, "put")).not.toContain("idempotent:");
    expect(await textOf({ idempotent: false }, "put")).toContain("idempotent: false");
  });

  test("and false says that repeating a PUT does harm; of a GET it makes no sense", async () => {
    expect((await decided({ idempotent: false }, "put")).policies.repeat).toBe("unprocessed");
    const { problems } = await resolved(document({ idempotent: false }, "get"));
    expect(told(problems)).toEqual([expect.stringContaining("a safe operation is always idempotent")]);
  });
});

test("key: generated makes the key optional for callers, and the operation makes one", async () => {
  const { idempotencyKey } = await decided({ idempotency: { key: "generated" } });
  expect(idempotencyKey).toEqual({ in: "header", name: "Idempotency-Key", optional: true, generated: true });
});

describe("a timeout that is unlikely to be meant is warned of, at its line", () => {
  test.each<[object, string]>([
    [{ attempt: 5 }, "timeout.attempt is 5 ms"],
    [{ total: "20ms" }, "timeout.total is 20 ms"],
    [{ attempt: "301s", total: "1000s" }, "timeout.attempt is 301s, but fetch in Node ends an attempt after 300 s"],
  ])("%j", async (timeout, message) => {
    const { problems } = await resolved(document({ timeout, retry: false }, "get"));
    expect(told(problems)).toContainEqual(expect.stringMatching(/^1:\d+ RG2009 GET \/a: /));
    expect(told(problems).join()).toContain(message);
    expect(problems.list.map(({ severity }) => severity)).toContain("warning");
  });

  test("5 is asked about: 5s?", async () => {
    const { problems } = await resolved(document({ timeout: { total: 5 }, retry: false }, "get"));
    expect(problems.list.map(({ hint }) => hint).join()).toContain("Did you mean 5s?");
  });
});

test("a budget that never holds a whole retry is refused", async () => {
  const { problems } = await resolved(document({ retry: { budget: { ratio: 0, minPerSecond: 0.1 } } }, "get"));
  expect(told(problems)).toEqual([expect.stringContaining("retry.budget never holds a whole retry")]);
});
