import { describe, expect, test } from "vitest";
import { resolved, told } from "../../tests/support/stages.js";

/** What is told of a block on an operation, which begins on line 5. */
async function refusals(block: string, method = "get", above = ""): Promise<string[]> {
  const head = `openapi: 3.1.0\n${above}paths:\n  /a:\n    ${method}:\n`;
  const lines = block.split("\n").map((line) => `      ${line}\n`);
  return told((await resolved(head + lines.join(""))).problems);
}

describe("two written numbers that do not go together are refused at their line", () => {
  test.each([
    [
      "an attempt above the deadline",
      "x-resilience:\n  timeout: { attempt: 20s, total: 15s }",
      "6:20 RG2002 GET /a: timeout.attempt is 20s, which exceeds timeout.total (15s).",
    ],
    [
      "an attempt after which no retry fits",
      "x-resilience: { timeout: { attempt: 950ms, total: 1s }, retry: { backoff: { initial: 100ms, jitter: equal } } }",
      "5:34 RG2002 GET /a: timeout.attempt is 950ms, which leaves no time for a retry within timeout.total (1s).",
    ],
    [
      "an attempt as long as the deadline",
      "x-resilience: { timeout: { attempt: 1s, total: 1s } }",
      "5:34 RG2002 GET /a: timeout.attempt is 1s, which leaves no time for a retry within timeout.total (1s).",
    ],
    [
      "a first wait as long as the deadline",
      "x-resilience: { timeout: { total: 2s }, retry: { backoff: { initial: 2s, jitter: none } } }",
      "5:67 RG2002 GET /a: retry.backoff.initial is 2s, which leaves no time for a retry within timeout.total (2s).",
    ],
    [
      "a window below twice the attempt",
      "x-resilience:\n  timeout: { attempt: 4s }\n  breaker: { window: 7s }",
      "7:20 RG2002 GET /a: breaker.window is 7s, which is less than twice timeout.attempt (4s, line 6).",
    ],
    [
      "a count window below the fewest calls",
      "x-resilience:\n  breaker:\n    window: { calls: 9 }\n    minimumCalls: 10",
      "7:11 RG2002 GET /a: breaker.window holds 9 calls, fewer than breaker.minimumCalls (10).",
    ],
    [
      "a first wait above the longest",
      "x-resilience: { retry: { backoff: { initial: 3s, max: 2s } } }",
      "5:43 RG2002 GET /a: retry.backoff.initial is 3s, which exceeds retry.backoff.max (2s).",
    ],
    [
      "a first pause above the longest",
      "x-resilience: { breaker: { cooldown: 3s, cooldownMax: 2s } }",
      "5:34 RG2002 GET /a: breaker.cooldown is 3s, which exceeds breaker.cooldownMax (2s).",
    ],
    [
      "a hedge after the attempt has ended",
      "x-resilience: { hedge: 2s, timeout: { attempt: 2s, total: 9s } }",
      "5:23 RG2002 GET /a: hedge.after is 2s, which is not below timeout.attempt (2s).",
    ],
  ])("%s", async (_what, block, expected) => {
    expect(await refusals(block)).toEqual([expected]);
  });
});

describe("what an operation cannot do is refused where it is written for it", () => {
  test.each([
    [
      "an earlier answer for a change",
      "post",
      "x-resilience: { fallback: { stale: 5m } }",
      "5:35 RG2002 POST /a: 'fallback.stale' works for read-only operations only.",
    ],
    [
      "a hedge of a change",
      "put",
      "x-resilience: { hedge: 100ms }",
      "5:23 RG2002 PUT /a: 'hedge' would send a write twice.",
    ],
    [
      "one call for several changes",
      "post",
      "x-resilience: { coalesce: true }",
      "5:23 RG2002 POST /a: 'coalesce' works for GET only.",
    ],
    [
      "a retry of what takes no key",
      "post",
      "x-resilience:\n  idempotency: { key: none }\n  retry: 2",
      "7:9 RG2002 POST /a: 'retry' requires an idempotency key, and this operation takes none.",
    ],
    [
      "a key for what only reads",
      "get",
      "x-resilience: { idempotency: { key: required } }",
      "5:38 RG2002 GET /a: a read-only operation takes no idempotency key.",
    ],
    [
      "a key in a body that there is not",
      "delete",
      "x-resilience: { idempotency: { body: key } }",
      "5:38 RG2002 DELETE /a: 'idempotency.body' requires a request body.",
    ],
    [
      "a retry of 422",
      "get",
      "x-resilience: { retry: { on: [422, 503] } }",
      "5:32 RG2002 GET /a: 'retry.on' can't contain 400 or 422, because the same request fails again.",
    ],
  ])("%s", async (_what, method, block, expected) => {
    expect(await refusals(block.replace(/^/gm, ""), method)).toEqual([expected]);
  });

  test.each([
    ["an earlier answer", "{ fallback: { stale: 5m } }"],
    ["a hedge", "{ hedge: 100ms }"],
    ["coalescing", "{ coalesce: true }"],
  ])("%s that is written for all operations passes over those that it does not fit", async (_what, block) => {
    const { of, problems } = await resolved(
      `openapi: 3.1.0\nx-resilience: ${block}\npaths: { /a: { post: {}, get: {} } }\n`,
    );
    expect(told(problems)).toEqual([]);
    const { fallback, hedge, coalesce } = of("POST /a").policies;
    expect([fallback, hedge, coalesce]).toEqual([undefined, undefined, undefined]);
    expect(Object.keys(of("GET /a").policies)).toEqual(
      expect.arrayContaining([
        Object.keys(JSON.parse(block.replace(/(\w+):/g, '"$1":').replace(/: (\d+m?s?)\b/g, ': "$1"')))[0],
      ]),
    );
  });
});

describe("what makes sense is not refused", () => {
  test.each([
    ["a deadline without retries as short as the attempt", "{ timeout: { attempt: 1s, total: 1s }, retry: false }"],
    ["the same by zero retries", "{ timeout: { attempt: 1s, total: 1s }, retry: 0 }"],
    [
      "full jitter, which may wait for nothing",
      "{ timeout: { attempt: 950ms, total: 1s }, retry: { backoff: 100ms } }",
    ],
    ["a small window without a breaker", "{ timeout: { attempt: 4s }, breaker: false }"],
    ["a late hedge that is off", "{ hedge: false, timeout: { attempt: 200ms } }"],
    ["403, which some servers mean for now", "{ retry: { on: [403] } }"],
    ["409 on one operation", "{ retry: { on: [409] } }"],
  ])("%s", async (_what, block) => {
    expect(await refusals(`x-resilience: ${block}`)).toEqual([]);
  });

  test("a PUT without a key may be retried: HTTP makes that harmless", async () => {
    expect(await refusals("x-resilience: { retry: 2, idempotency: { key: none } }", "put")).toEqual([]);
  });

  test("zero retries of what takes no key", async () => {
    expect(await refusals("x-resilience: { retry: 0, idempotency: { key: none } }", "post")).toEqual([]);
  });

  test("a POST may be as long as its deadline: it has no second attempt to fit in", async () => {
    expect(await refusals("x-resilience: { timeout: { attempt: 1s, total: 1s } }", "post")).toEqual([]);
  });
});

describe("numbers of several levels", () => {
  test("are refused at the more specific one, which is easier to mend", async () => {
    const above = "x-resilience: { timeout: { attempt: 20s } }\n";
    expect(await refusals("x-resilience: { timeout: { total: 15s } }", "get", above)).toEqual([
      "6:34 RG2002 GET /a: timeout.attempt is 20s (line 2), which exceeds timeout.total (15s).",
    ]);
  });

  test("that are written for all operations are told once, not for each", async () => {
    const { problems } = await resolved(
      "openapi: 3.1.0\nx-resilience: { timeout: { attempt: 20s, total: 15s } }\npaths: { /a: { get: {}, put: {} }, /b: { get: {} } }\n",
    );
    expect(told(problems)).toEqual(["2:28 RG2002 timeout.attempt is 20s, which exceeds timeout.total (15s)."]);
  });
});

test("every fault of a document is told in one run", async () => {
  const { problems } = await resolved(
    [
      "openapi: 3.1.0",
      "paths:",
      "  /a:",
      "    get: { x-resilience: { timeout: { attempt: 20s, total: 15s }, breaker: { cooldown: 3s, cooldownMax: 2s } } }",
      "    post: { x-resilience: { hedge: 100ms } }",
    ].join("\n"),
  );
  expect(told(problems).map((line) => line.split(" ")[0])).toEqual(["4:39", "4:78", "5:29"]);
});

describe("responses that do not depend on the caller", () => {
  test("are declared by an operation, and named in its policies", async () => {
    const { of, problems } = await resolved(
      "openapi: 3.1.0\npaths: { /a: { get: { x-resilience: { coalesce: true, responses: public } } }, /b: { get: {} } }\n",
    );
    expect(told(problems)).toEqual([]);
    expect(of("GET /a").policies.responses).toBe("public");
    expect(of("GET /b").policies).not.toHaveProperty("responses");
  });

  test.each([
    ["above an operation", "openapi: 3.1.0\nx-resilience: { responses: public }\npaths: { /a: { get: {} } }\n"],
    ["in another word", "openapi: 3.1.0\npaths: { /a: { get: { x-resilience: { responses: private } } } }\n"],
  ])("are refused %s", async (_what, document) => {
    const { problems } = await resolved(document);
    expect(told(problems)).toHaveLength(1);
  });
});
