import { describe, expect, test } from "vitest";
import { openapi, resolved, told } from "../../tests/support/stages.js";
import { locate } from "../diagnostics/locate.js";
import type { OperationPolicies } from "./index.js";
import type { PresetName } from "./presets.js";

const ok = { responses: { 200: { description: "fine", content: { "application/json": { schema: {} } } } } };

interface Written {
  readonly root?: object;
  readonly path?: object;
  readonly operation?: object;
  readonly method?: string;
}

/** What comes of these blocks for one operation. */
async function decide(
  { root, path, operation, method = "get" }: Written,
  preset?: PresetName,
): Promise<OperationPolicies> {
  const at = (block: object | undefined): object => (block === undefined ? {} : { "x-resilience": block });
  const { of, problems } = await resolved(
    openapi({ "/a": { ...at(path), [method]: { ...ok, ...at(operation) } } }, at(root)),
    preset,
  );
  expect(told(problems)).toEqual([]);
  return of(`${method.toUpperCase()} /a`);
}

describe("what is more specific wins", () => {
  test("operation over path over all operations, key by key", async () => {
    const { policies } = await decide({
      root: { timeout: { attempt: "1s", total: "10s", idle: "5s" } },
      path: { timeout: { total: "20s", idle: "6s" } },
      operation: { timeout: { idle: "7s" } },
    });
    expect(policies.timeout).toEqual({ attempt: 1_000, total: 20_000, idle: 7_000 });
  });

  test("what is switched on with true keeps the numbers beneath", async () => {
    const root = { fallback: { stale: "1m" }, retry: 5, bulkhead: { concurrency: 3 } };
    const path = { fallback: false, retry: false, bulkhead: false };
    const { policies } = await decide({ root, path, operation: { fallback: true, retry: true, bulkhead: true } });
    expect(policies).toMatchObject({
      fallback: { stale: 60_000 },
      retry: { maxRetries: 5 },
      bulkhead: { concurrency: 3 },
    });
    expect((await decide({ operation: { fallback: true } })).policies.fallback).toEqual({ stale: 300_000 });
  });

  test("lists are replaced, not merged", async () => {
    const { policies } = await decide({
      root: { retry: { on: [500, 503] } },
      operation: { retry: { on: ["network"] } },
    });
    expect(policies.retry).toMatchObject({ on: ["network"], maxRetries: 3 });
  });

  test("a preset stands at its level, beneath the keys beside it", async () => {
    const { policies, preset } = await decide({
      root: { timeout: { attempt: "1s" }, retry: 2 },
      path: { preset: "internal", timeout: { total: "9s" } },
    });
    expect(preset).toBe("internal");
    expect(policies.timeout).toMatchObject({ attempt: 2_000, total: 9_000 });
    expect(policies.retry).toMatchObject({ maxRetries: 1 });
  });

  test("a preset on an operation takes back what stands above it", async () => {
    const { policies } = await decide({ root: { retry: false }, operation: { preset: "standard" } });
    expect(policies.retry).toMatchObject({ maxRetries: 3 });
  });

  test("a preset from the command line takes the place of the root's, and nothing that is written", async () => {
    const root = { preset: "off", timeout: { attempt: "1s" } };
    const { policies, preset } = await decide({ root }, "internal");
    expect(preset).toBe("internal");
    expect(policies.timeout).toMatchObject({ attempt: 1_000, total: 5_000 });
    expect((await decide({ root, operation: { preset: "off" } }, "internal")).policies.retry).toBe(false);
  });

  test("retry: false on an operation is lifted by nothing above it", async () => {
    const { policies } = await decide({ root: { retry: 5 }, path: { retry: 4 }, operation: { retry: false } });
    expect(policies.retry).toBe(false);
  });

  test("safe: false makes a GET a change, safe: true makes a POST a read", async () => {
    const careful = await decide({ operation: { safe: false } });
    expect(careful.kind).toBe("mutating");
    expect(careful.idempotencyKey).toEqual({ in: "header", name: "Idempotency-Key" });
    const reading = await decide({ method: "post", operation: { safe: true } });
    expect(reading.kind).toBe("safe");
    expect(reading.idempotencyKey).toBeUndefined();
    expect(reading.policies.repeat).toBe("always");
  });

  test("what the path item itself says wins over what it refers to", async () => {
    const { of } = await resolved({
      ...openapi({ "/a": { $ref: "#/components/pathItems/A", "x-resilience": { retry: 1 } } }),
      components: { pathItems: { A: { "x-resilience": { retry: 2, timeout: { attempt: "1s" } }, get: ok } } },
    });
    expect(of("GET /a").policies).toMatchObject({ retry: { maxRetries: 1 }, timeout: { attempt: 1_000 } });
  });
});

describe("true switches on", () => {
  test("a policy, with the numbers beneath", async () => {
    const { policies } = await decide({
      root: { breaker: { minimumCalls: 7 } },
      path: { breaker: false },
      operation: { breaker: true },
    });
    expect(policies.breaker).toMatchObject({ minimumCalls: 7 });
  });

  test("a limit that is off, with the usual number", async () => {
    const { policies } = await decide({
      root: { timeout: false, maxResponse: false, bulkhead: { queueTimeout: false } },
      operation: { timeout: { attempt: true, total: true }, maxResponse: true, bulkhead: { queueTimeout: true } },
    });
    expect(policies.timeout).toEqual({ attempt: 5_000, total: 15_000, idle: false });
    expect(policies.maxResponse).toBe(50_000_000);
    expect(policies.bulkhead).toMatchObject({ queueTimeout: 2_000 });
  });

  test("a limit that is on, with the number that it has", async () => {
    const { policies } = await decide({
      root: { preset: "internal", maxResponse: "1MB" },
      operation: { timeout: true, maxResponse: true },
    });
    expect(policies.timeout).toMatchObject({ attempt: 2_000, total: 5_000 });
    expect(policies.maxResponse).toBe(1_000_000);
  });

  test("all timeouts that were off", async () => {
    const { policies } = await decide({ root: { timeout: false }, operation: { timeout: true } });
    expect(policies.timeout).toEqual({ attempt: 5_000, total: 15_000, idle: 60_000 });
  });
});

describe("every value knows where it came from", () => {
  test("by source, level and place", async () => {
    const { of } = await resolved(
      [
        "openapi: 3.1.0",
        "x-resilience:",
        "  preset: internal",
        "  retry: 2",
        "paths:",
        "  /a:",
        "    x-resilience: { timeout: { total: 9s } }",
        "    get:",
        "      x-resilience:",
        "        breaker:",
        "          cooldown: 1s",
      ].join("\n"),
    );
    const origin = (name: string): string => {
      const { source, level, detail, at } = of("GET /a").leaves.get(name)?.origin ?? {};
      const place = at === undefined ? undefined : locate(at);
      return [source, level, detail, place && `${place.line}:${place.column}`].filter(Boolean).join(" ");
    };
    expect(origin("retry.maxRetries")).toBe("spec all 4:3");
    expect(origin("timeout.total")).toBe("spec path 7:32");
    expect(origin("breaker.cooldown")).toBe("spec operation 11:11");
    expect(origin("timeout.attempt")).toBe("preset all internal");
    expect(origin("timeout.idle")).toBe("preset all internal");
    const { of: plain } = await resolved(openapi({ "/a": { get: ok } }));
    expect(plain("GET /a").leaves.get("timeout.attempt")?.origin).toMatchObject({ source: "default", level: "all" });
  });

  test("a value that gave way says why", async () => {
    const { leaves } = await decide({ operation: { timeout: { attempt: "10s" } } });
    expect(leaves.get("timeout.total")).toMatchObject({
      value: 30_000,
      origin: { source: "derived", detail: "at least three attempts" },
    });
  });
});

describe("one block at many places, by an alias", () => {
  const text = (operation: string): string =>
    [
      "openapi: 3.1.0",
      "paths:",
      "  /a:",
      "    x-resilience: &block { hedge: 100ms }",
      "    get: {}",
      "    post:",
      `      x-resilience: ${operation}`,
    ].join("\n");

  test("is judged at each level by itself", async () => {
    const above = await resolved(text("{}"));
    expect(told(above.problems)).toEqual([]);
    const on = await resolved(text("*block"));
    expect(told(on.problems)).toEqual(["7:7 RG2002 POST /a: 'hedge' would send a write twice."]);
  });

  test("wrong ones are told at each place", async () => {
    const { problems } = await resolved(
      "openapi: 3.1.0\nx-resilience: 5\npaths:\n  /a:\n    get: { x-resilience: 5 }\n    put: { x-resilience: 5 }\n",
    );
    expect(told(problems)).toEqual([
      "2:1 RG2001 'x-resilience' can't be 5.",
      "5:12 RG2001 'x-resilience' can't be 5.",
      "6:12 RG2001 'x-resilience' can't be 5.",
    ]);
  });
});

test("a block that is wrong leaves the rest of the document as it is", async () => {
  const { of, problems } = await resolved(
    openapi({ "/a": { get: { ...ok, "x-resilience": { retry: "often" } }, put: ok } }),
  );
  expect(problems.count("error")).toBe(1);
  expect(of("PUT /a").policies.retry).toMatchObject({ maxRetries: 3 });
});
