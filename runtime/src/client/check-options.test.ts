import { describe, expect, test } from "vitest";
import { getWith } from "../../../tests/rig/rig.js";
import { callOperation } from "../call/call.js";
import type { RuntimeOptions } from "../contract/options.js";
import { byKy } from "../http/ky.js";
import { optionNames } from "./check-options.js";
import { buildClient } from "./client.js";

const api = { contract: 1, servers: ["https://api.example"], operations: ["getOrder", "createOrder"] } as const;

function made(options: object): unknown {
  return buildClient(api, options as RuntimeOptions);
}

test("every option of the type is known, and no other", () => {
  // The compiler checks that none is missing.
  const names: Readonly<Record<keyof RuntimeOptions, true>> = {
    auth: true,
    baseUrl: true,
    clock: true,
    correlationId: true,
    extensions: true,
    fetchOptions: true,
    headers: true,
    identity: true,
    middleware: true,
    observe: true,
    operations: true,
    origin: true,
    random: true,
    resilience: true,
    responses: true,
    server: true,
    staleCache: true,
    store: true,
    transport: true,
    variables: true,
  };
  expect(optionNames.split(" ")).toEqual(Object.keys(names));
});

test("a client that sends by ky takes an instance of it, one that sends by fetch does not know that option", () => {
  const options = { ky: {} } as object as RuntimeOptions;
  expect(() => buildClient({ ...api, sender: byKy }, {})).not.toThrow();
  expect(() => buildClient(api, options)).toThrow("Unknown option 'ky'");
});

describe("origin stands for the base URL less the document's base path", () => {
  const below = { contract: 1, servers: [], basePath: "/v1" } as const;
  const madeBelow = (options: object): unknown => buildClient(below, options as RuntimeOptions);

  test("whose requests go to both, joined", async () => {
    const sent: string[] = [];
    const transport = async (url: URL | Request): Promise<Response> => {
      sent.push(String(url));
      return Response.json({});
    };
    const client = buildClient(below, { origin: "https://api.example:8443", transport });
    await callOperation(client, getWith({}), {}, {});
    expect(sent).toEqual(["https://api.example:8443/v1/thing"]);
  });

  test.each<[object, string]>([
    [{ origin: "https://api.example/v1" }, "origin is https://api.example/v1. Use scheme and host without a path"],
    [{ origin: "api.example" }, "origin is api.example."],
    [{ origin: undefined }, "origin is undefined."],
    [{ origin: "https://user:secret@api.example" }, "origin is https://…@api.example."],
    [{ origin: "https://api.example", baseUrl: "https://api.example" }, "baseUrl and origin exclude each other"],
  ])("unless it is wrong: %o", (options, message) => {
    expect(() => madeBelow(options)).toThrow(message);
  });

  test("only where the document has one", () => {
    expect(() => made({ origin: "https://api.example" })).toThrow("origin needs a document whose server is a path");
  });
});

describe("createClient throws for an option that is wrong, and names it, its value and what is allowed", () => {
  test.each<[object, string]>([
    [{ timeout: "2s" }, "Unknown option 'timeout'. Use one of auth, baseUrl, "],
    [{ baseUrl: undefined }, "baseUrl is undefined. Pass an absolute URL or a function, or omit the option"],
    [{ baseUrl: null }, "baseUrl is null."],
    [{ operations: { getOrders: {} } }, "Unknown operation 'getOrders'. Use one of getOrder, createOrder"],
    [{ resilience: { retries: 2 } }, "Unknown setting 'resilience.retries'"],
    [{ resilience: { breaker: { minCalls: 2 } } }, "Unknown setting 'resilience.breaker.minCalls'"],
    [{ operations: { getOrder: { color: 1 } } }, "Unknown setting 'operations.getOrder.color'"],
    [{ resilience: { safe: true } }, "Unknown setting 'resilience.safe'"],
    [{ resilience: 5 }, "resilience is 5. Use an object"],
    [{ resilience: { timeout: "2s" } }, "resilience.timeout is '2s'. Limit 'attempt' or 'total'"],
    [
      { resilience: { timeout: { attempt: 0 } } },
      "resilience.timeout.attempt is 0. Use false or a duration from 1ms to 596h",
    ],
    [{ resilience: { timeout: { total: "10 seconds" } } }, "resilience.timeout.total is '10 seconds'."],
    [{ resilience: { timeout: { total: "1000h" } } }, "resilience.timeout.total is '1000h'."],
    [{ resilience: { timeout: { total: Number.NaN } } }, "resilience.timeout.total is NaN."],
    [{ resilience: { retry: 21 } }, "resilience.retry.maxRetries is 21. Use an integer from 0 to 20"],
    [{ resilience: { retry: { maxRetries: 1.5 } } }, "resilience.retry.maxRetries is 1.5."],
    [{ resilience: { retry: { on: [200] } } }, "resilience.retry.on is [200]. Use a list of"],
    [{ resilience: { retry: { backoff: { factor: 0.5 } } } }, "resilience.retry.backoff.factor is 0.5."],
    [{ resilience: { retry: { backoff: { jitter: "some" } } } }, "Use full or equal or none"],
    [{ resilience: { retry: { budget: { burst: "2h" } } } }, "resilience.retry.budget.burst is '2h'."],
    [
      { resilience: { breaker: { failureRate: 50 } } },
      "resilience.breaker.failureRate is 50. Use a number from 0.001 to 1",
    ],
    [{ resilience: { breaker: { probes: 0 } } }, "resilience.breaker.probes is 0."],
    [{ resilience: { breaker: { window: {} } } }, "resilience.breaker.window is {}."],
    [{ resilience: { breaker: { scope: "" } } }, "resilience.breaker.scope is ''."],
    [{ resilience: { breaker: { shared: 1 } } }, "resilience.breaker.shared is 1. Use true or false"],
    [{ operations: { getOrder: { bulkhead: 0 } } }, "operations.getOrder.bulkhead.concurrency is 0."],
    [{ resilience: { hedge: { max: 11 } } }, "resilience.hedge.max is 11. Use an integer from 1 to 10"],
    [{ resilience: { maxResponse: -1 } }, "resilience.maxResponse is -1."],
    [{ staleCache: { entries: -1 } }, "staleCache.entries is -1."],
    [{ staleCache: { size: 1 } }, "Unknown option 'staleCache.size'"],
    [{ fetchOptions: { method: "PUT" } }, "fetchOptions.method is set by the client"],
  ])("%j", (options, message) => {
    expect(() => made(options)).toThrow(TypeError);
    expect(() => made(options)).toThrow(message);
  });

  test.each<[object, string]>([
    [{ timeout: { attempt: "6s", total: "5s" } }, "timeout.attempt is '6s', above timeout.total ('5s')"],
    [{ timeout: { attempt: "5s", total: "5s" } }, "timeout.attempt is '5s', after which no retry fits"],
    [{ retry: { backoff: { initial: "6s", max: "5s" } } }, "retry.backoff.initial is '6s', above retry.backoff.max"],
    [
      { retry: { backoff: { initial: "3s", jitter: "none" } }, timeout: { attempt: "2s", total: "5s" } },
      "no retry fits",
    ],
    [{ breaker: { cooldown: "20s", cooldownMax: "10s" } }, "breaker.cooldown is '20s', above breaker.cooldownMax"],
    [
      { breaker: { window: { calls: 5 }, minimumCalls: 6 } },
      "breaker.window.calls is 5, below breaker.minimumCalls (6)",
    ],
    [
      { breaker: { window: "5s" }, timeout: { attempt: "3s" } },
      "timeout.attempt is '3s', more than 1/2 of breaker.window",
    ],
    [{ hedge: "2s", timeout: { attempt: "2s" } }, "hedge.after is '2s', not below timeout.attempt ('2s')"],
  ])("%j contradicts itself", (resilience, message) => {
    expect(() => made({ resilience })).toThrow(
      `resilience.${message.includes("no retry") && !message.startsWith("timeout") ? "" : message}`,
    );
    expect(() => made({ operations: { getOrder: resilience } })).toThrow(message);
  });

  test("what is set for an operation may contradict what is set for all", () => {
    const options = {
      resilience: { timeout: { total: "3s" } },
      operations: { getOrder: { timeout: { attempt: "4s" } } },
    };
    expect(() => made(options)).toThrow("operations.getOrder.timeout.attempt is '4s', above timeout.total ('3s')");
  });
});

test.each<object>([
  {},
  { baseUrl: "https://other.example", headers: undefined, observe: undefined },
  { resilience: undefined, operations: { getOrder: undefined } },
  { resilience: { timeout: { attempt: "20s" }, retry: false, breaker: false, bulkhead: 5, maxResponse: false } },
  { resilience: { timeout: { attempt: "5s", total: "5s" }, retry: false } },
  { resilience: { timeout: false, breaker: { cooldown: "60s" }, hedge: { after: "2s" } } },
  { resilience: { fallback: { value: { retry: "anything" }, message: "Later", stale: false }, coalesce: true } },
  { operations: { createOrder: { retry: { maxRetries: 0, budget: false }, breaker: { window: { calls: 20 } } } } },
  // What is off contradicts nothing.
  { resilience: { timeout: { attempt: "8s" } }, operations: { getOrder: { breaker: false } } },
  { staleCache: { entries: 0, bytes: 1_000 }, fetchOptions: { cache: "no-store", next: { revalidate: 60 } } },
])("%j is taken", (options) => {
  expect(() => made(options)).not.toThrow();
});

test("client.resilience.operation throws for a name that no operation has", () => {
  const client = buildClient(api, {});
  expect(() => client.resilience.operation("nope")).toThrow(
    "Unknown operation 'nope'. Use one of getOrder, createOrder.",
  );
});
