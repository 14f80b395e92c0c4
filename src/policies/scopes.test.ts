import { expect, test } from "vitest";
import { openapi, resolved, told } from "../../tests/support/stages.js";

const ok = { responses: { 200: { description: "fine", content: { "application/json": { schema: {} } } } } };
const get = (block: object): object => ({ get: { ...ok, "x-resilience": block } });

test("one scope with two written sets of numbers is refused at the second, naming the first", async () => {
  const { problems } = await resolved(
    [
      "openapi: 3.1.0",
      "paths:",
      "  /a: { get: { x-resilience: { breaker: { scope: pay, minimumCalls: 5 } } } }",
      "  /b: { get: { x-resilience: { breaker: { scope: pay, minimumCalls: 7 } } } }",
    ].join("\n"),
  );
  expect(told(problems)).toEqual([
    "4:55 RG2004 GET /b: scope 'pay' has different values of breaker.minimumCalls: 5 (GET /a, line 3) and 7.",
  ]);
});

test("every policy with a scope is looked at", async () => {
  const { problems } = await resolved(
    openapi({
      "/a": get({ bulkhead: { scope: "x", concurrency: 1 }, rateLimit: { scope: "x", calls: 1 } }),
      "/b": get({ bulkhead: { scope: "x", concurrency: 2 }, rateLimit: { scope: "x", calls: 2 } }),
    }),
  );
  expect(problems.list.map(({ code, message }) => `${code} ${message}`)).toEqual([
    "RG2004 GET /b: scope 'x' has different values of bulkhead.concurrency: 1 (GET /a) and 2.",
    "RG2004 GET /b: scope 'x' has different values of rateLimit.calls: 1 (GET /a) and 2.",
  ]);
});

test("a written number holds for all of its scope, an unwritten one gives way", async () => {
  const { of, problems } = await resolved(
    openapi({ "/a": get({ breaker: { scope: "pay" } }), "/b": get({ breaker: { scope: "pay", minimumCalls: 7 } }) }),
  );
  expect(told(problems)).toEqual([]);
  for (const key of ["GET /a", "GET /b"]) expect(of(key).policies.breaker).toMatchObject({ minimumCalls: 7 });
});

test("of unwritten numbers that differ the largest holds for all of the scope", async () => {
  const { of } = await resolved({
    ...openapi({ "/a": get({ timeout: { attempt: "8s" } }), "/b": get({}) }),
    "x-resilience": { breaker: { scope: "service" } },
  });
  for (const key of ["GET /a", "GET /b"]) expect(of(key).policies.breaker).toMatchObject({ window: 16_000 });
});

test("what gives way to a number of the scope does so in all of it", async () => {
  const { of } = await resolved(
    openapi({
      "/a": get({ breaker: { scope: "pay", cooldownMax: "500ms", window: "8s" } }),
      "/b": get({ breaker: { scope: "pay" } }),
    }),
  );
  for (const key of ["GET /a", "GET /b"]) {
    const { breaker, timeout } = of(key).policies;
    expect(breaker).toMatchObject({ cooldown: 500, cooldownMax: 500, window: 8_000 });
    expect(timeout.attempt).toBe(4_000);
  }
});

test("operations of one scope each have their own numbers when the scope is the operation", async () => {
  const { of, problems } = await resolved(
    openapi({ "/a": get({ breaker: { minimumCalls: 5 } }), "/b": get({ breaker: { minimumCalls: 7 } }) }),
  );
  expect(told(problems)).toEqual([]);
  expect(of("GET /a").policies.breaker).toMatchObject({ minimumCalls: 5 });
  expect(of("GET /b").policies.breaker).toMatchObject({ minimumCalls: 7 });
});

test("a policy that is off takes no part in its scope", async () => {
  const { problems } = await resolved({
    ...openapi({ "/a": get({ breaker: { minimumCalls: 5 } }), "/b": get({ breaker: false }) }),
    "x-resilience": { breaker: { scope: "service" } },
  });
  expect(told(problems)).toEqual([]);
});
