import { describe, expect, test } from "vitest";
import { resolved, told } from "../../tests/support/stages.js";
import type { Problem } from "../diagnostics/index.js";

/** Lines of a block on an operation; its first line is line 5 of the document, 7 characters in. */
async function problemsOf(...block: string[]): Promise<readonly Problem[]> {
  const lines = ["openapi: 3.1.0", "paths:", "  /a:", "    get:", ...block.map((line) => `      ${line}`)];
  return (await resolved(lines.join("\n"))).problems.list;
}

async function toldOf(...block: string[]): Promise<string[]> {
  return told({ list: [...(await problemsOf(...block))] });
}

describe("an unknown key is told where it stands, with what was meant", () => {
  test.each([
    [["x-resilience:", "  retires: 3"], "6:9 RG2001 Unknown setting 'retires'. Did you mean 'retry'?", "retry"],
    [
      ["x-resilience:", "  timeout:", "    atempt: 2s"],
      "7:11 RG2001 Unknown setting 'timeout.atempt'. Did you mean 'attempt'?",
      "attempt",
    ],
    [
      ["x-resilience: { breaker: { minCalls: 3 } }"],
      "5:34 RG2001 Unknown setting 'breaker.minCalls'. Did you mean 'minimumCalls'?",
      "minimumCalls",
    ],
    [["x-resilience: { Retry: 3 }"], "5:23 RG2001 Unknown setting 'Retry'. Did you mean 'retry'?", "retry"],
  ])("%j", async (block, line, meant) => {
    const [problem, ...rest] = await problemsOf(...block);
    expect(rest).toEqual([]);
    expect(await toldOf(...block)).toEqual([line]);
    expect(problem?.message).toContain(`Did you mean '${meant}'?`);
  });

  test("without a guess where nothing is near", async () => {
    const [problem] = await problemsOf("x-resilience: { foo: 1 }");
    expect(problem?.hint).toMatch(/^Valid settings: preset, safe, idempotent, responses, timeout, /);
  });
});

describe("a wrong value is told where it stands, with what would be right", () => {
  test.each([
    [
      "timeout: 2s",
      "5:23 RG2001 'timeout' can't be \"2s\".",
      "Set { attempt: 2s } to limit each attempt, or { total: 2s }",
    ],
    ["timeout: 500", "5:23 RG2001 'timeout' can't be 500.", "{ attempt: 500 }"],
    ["timeout: [1]", "5:23 RG2001 'timeout' can't be [1].", "{ attempt: 5s }"],
    [
      "timeout: { total: 5 seconds }",
      "5:34 RG2001 'timeout.total' can't be \"5 seconds\".",
      "a string with a unit: 250ms, 2s, 5m, 1h",
    ],
    ["timeout: { total: -1 }", "5:34 RG2001 'timeout.total' must be at least 1 (was -1).", "a string with a unit"],
    ["timeout: { total: 0 }", "5:34 RG2001 'timeout.total' must be at least 1 (was 0).", "a string with a unit"],
    ["timeout: { attempt: 0s }", "5:34 RG2001 'timeout.attempt' is out of range (was '0s').", "from 1ms to 596h"],
    ["timeout: { total: 1000h }", "5:34 RG2001 'timeout.total' is out of range (was '1000h').", "from 1ms to 596h"],
    ["timeout: { total: .inf }", "5:34 RG2001 'timeout.total' can't be Infinity.", "a string with a unit"],
    [
      "retry: { budget: { burst: 1ms } }",
      "5:42 RG2001 'retry.budget.burst' is out of range (was '1ms').",
      "from 100ms to 1h",
    ],
    ["hedge: 1000h", "5:23 RG2001 'hedge.after' is out of range (was '1000h').", "from 0ms to 596h"],
    ["timeout: { attempt: [1] }", "5:34 RG2001 'timeout.attempt' can't be [1].", "a string with a unit"],
    ["retry: -1", "5:23 RG2001 'retry' must be at least 0 (was -1).", "A number is maxRetries"],
    ["retry: 1.5", "5:23 RG2001 'retry' can't be 1.5.", "A number is maxRetries"],
    [
      "retry: { on: [teapot] }",
      "5:37 RG2001 'retry.on[0]' can't be \"teapot\".",
      "Use network, timeout, 5XX, or status codes",
    ],
    [
      "retry: { on: [200] }",
      "5:37 RG2001 'retry.on[0]' must be at least 300 (was 200).",
      "status codes from 300 to 599",
    ],
    ["retry: { on: [500, 500] }", "5:32 RG2001 'retry.on' contains an item twice.", ""],
    [
      "retry: { backoff: { factor: 0.5 } }",
      "5:43 RG2001 'retry.backoff.factor' must be at least 1 (was 0.5).",
      "a number from 1 to 100. Factor by which",
    ],
    ["breaker: { probes: 0 }", "5:34 RG2001 'breaker.probes' must be at least 1 (was 0).", "Use an integer from 1 to"],
    [
      "breaker: { failureRate: 0 }",
      "5:34 RG2001 'breaker.failureRate' must be at least 0.001 (was 0).",
      "Use a number from 0.001 to 1.",
    ],
    ["breaker: { failureRate: 50 }", "5:34 RG2001 'breaker.failureRate' must be at most 1 (was 50).", ""],
    ["breaker: { window: {} }", "5:34 RG2001 'breaker.window' needs 'calls'.", ""],
    ["bulkhead: 0", "5:23 RG2001 'bulkhead' must be at least 1 (was 0).", ""],
    ["maxResponse: 5TB", "5:23 RG2001 'maxResponse' can't be \"5TB\".", "500kB, 50MB"],
    [
      "idempotency: { key: always }",
      "5:38 RG2001 'idempotency.key' can't be \"always\".",
      "required, optional, generated, none",
    ],
    ["idempotency: { header: 'a b' }", "5:38 RG2001 'idempotency.header' can't be \"a b\".", "Name of the header"],
    [
      "preset: standart",
      "5:23 RG2001 'preset' can't be \"standart\". Did you mean 'standard'?",
      "Did you mean 'standard'?",
    ],
    ["safe: yes", "5:23 RG2001 'safe' can't be \"yes\".", "Use true or false."],
  ])("%s", async (setting, line, hint) => {
    const block = `x-resilience: { ${setting} }`;
    expect(await toldOf(block)).toEqual([line]);
    const [problem] = await problemsOf(block);
    expect(`${problem?.message} ${problem?.hint}`).toContain(hint);
  });

  test.each([
    ["x-resilience: true", "5:7 RG2001 'x-resilience' can't be true."],
    ["x-resilience:", "5:7 RG2001 'x-resilience' can't be null."],
    ["x-resilience: [retry]", "5:7 RG2001 'x-resilience' can't be [\"retry\"]."],
  ])("%s", async (block, line) => {
    expect((await problemsOf(block))[0]?.hint).toContain("{ retry: 2 }");
    expect(await toldOf(block)).toEqual([line]);
  });

  test("a value of the wrong kind is told once", async () => {
    expect(await toldOf("x-resilience: { preset: 5 }")).toEqual(["5:23 RG2001 'preset' can't be 5."]);
  });
});

test("everything that is wrong with a block is told at once", async () => {
  const lines = await toldOf(
    "x-resilience:",
    "  retires: 3",
    "  timeout: { total: soon }",
    "  breaker: { probes: 0, color: red }",
  );
  expect(lines.map((line) => line.split(" ")[0]).sort()).toEqual(["6:9", "7:20", "8:20", "8:31"]);
});

describe("what says something of one operation is refused above it", () => {
  const settings: [string, string][] = [
    ["safe: true", "'safe'"],
    ["idempotent: true", "'idempotent'"],
    ["responses: public", "'responses'"],
    ["fallback: { value: [] }", "'fallback.value'"],
    ["idempotency: { body: key }", "'idempotency.body'"],
    ["idempotency: { query: key }", "'idempotency.query'"],
    ["retry: { on: [409] }", "409"],
  ];
  test.each(settings)("%s at the root", async (setting, name) => {
    const { problems } = await resolved(`openapi: 3.1.0\nx-resilience: { ${setting} }\npaths: { /a: { get: {} } }\n`);
    expect(told(problems)).toHaveLength(1);
    expect(told(problems)[0]).toMatch(/^2:\d+ RG2003 /);
    expect(told(problems)[0]).toContain(name);
  });

  test.each(settings)("%s on a path", async (setting, name) => {
    const { problems } = await resolved(
      `openapi: 3.1.0\npaths:\n  /a:\n    x-resilience: { ${setting} }\n    get: {}\n`,
    );
    expect(told(problems)).toHaveLength(1);
    expect(told(problems)[0]).toMatch(/^4:\d+ RG2003 /);
    expect(told(problems)[0]).toContain(name);
  });
});

test("extensions of other vendors are none of our business", async () => {
  expect(await toldOf("x-retry: nonsense", "x-amazon-apigateway-integration: { timeout: soon }")).toEqual([]);
});

describe("a header that means something else is refused", () => {
  const names = ["Authorization", "content-type", "COOKIE", "Host", "If-Match", "Sec-Fetch-Mode", "X-Forwarded-For"];

  test.each(names)("for an idempotency key: %s", async (name) => {
    expect(await toldOf(`x-resilience: { idempotency: { header: ${name} } }`)).toEqual([
      `5:38 RG2001 'idempotency.header' can't be '${name}', because that header has another meaning.`,
    ]);
  });

  test.each(["deadline", "retryCount", "correlationId"])("for what is told to the server: %s", async (member) => {
    expect(await toldOf(`x-resilience: { propagate: { ${member}: Authorization } }`)).toEqual([
      expect.stringContaining(`RG2001 'propagate.${member}' can't be 'Authorization'`),
    ]);
  });

  test("and no other", async () => {
    for (const name of ["Idempotency-Key", "X-Request-Id", "Contentious", "X-Accept", "Hosted", "PayPal-Request-Id"])
      expect(await toldOf(`x-resilience: { idempotency: { header: ${name} } }`)).not.toContain("RG2001");
  });
});
