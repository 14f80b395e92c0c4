import { describe, expect, test } from "vitest";
import { openapi, resolved, told } from "../../tests/support/stages.js";
import type { OperationPolicies } from "./index.js";

const ok = { responses: { 200: { description: "fine" } } };
const usual = {
  strategy: "backoff",
  backoff: { initialInterval: 500, maxInterval: 60_000, maxElapsedTime: 3_600_000, exponent: 1.5 },
  statusCodes: ["5XX"],
  retryConnectionErrors: true,
};

async function decide(root: object, operation: object = {}, method = "get"): Promise<OperationPolicies> {
  const { of, problems } = await resolved(openapi({ "/a": { [method]: { ...ok, ...operation } } }, root));
  expect(told(problems)).toEqual([]);
  return of(`${method.toUpperCase()} /a`);
}

const retries = (block: object): object => ({ "x-speakeasy-retries": block });

describe("x-speakeasy-retries is read under our caps", () => {
  test("waits and conditions are its own; how often, how long in all and the longest wait stay ours", async () => {
    const { policies } = await decide(retries(usual));
    expect(policies.retry).toMatchObject({
      maxRetries: 3,
      backoff: { initial: 500, factor: 1.5, max: 5_000 },
      on: ["network", "timeout", "5XX"],
      budget: { ratio: 0.2, minPerSecond: 3, burst: 2_000 },
    });
    expect(policies.timeout).toMatchObject({ attempt: 5_000, total: 15_000 });
  });

  test.each([
    [{ maxInterval: 900 }, { maxRetries: 3, max: 900 }],
    [
      { initialInterval: 100, exponent: 2, maxElapsedTime: 300 },
      { maxRetries: 2, max: 5_000 },
    ],
    [
      { initialInterval: 100, exponent: 2, maxElapsedTime: 299 },
      { maxRetries: 1, max: 5_000 },
    ],
    [
      { initialInterval: 1_000, maxElapsedTime: 999 },
      { maxRetries: 0, max: 5_000 },
    ],
    [
      { initialInterval: 1_000, maxInterval: 400, maxElapsedTime: 800 },
      { maxRetries: 2, max: 400 },
    ],
    [{ maxElapsedTime: 1_250 }, { maxRetries: 2, max: 5_000 }],
    [
      { initialInterval: 0, maxElapsedTime: 1 },
      { maxRetries: 3, max: 5_000 },
    ],
  ])("it may ask for less: %j", async (backoff, { maxRetries, max }) => {
    const { leaves, policies } = await decide(retries({ ...usual, backoff }));
    expect(leaves.get("retry.maxRetries")?.value).toBe(maxRetries);
    expect(leaves.get("retry.backoff.max")?.value).toBe(max);
    expect(policies.timeout).toMatchObject({ attempt: 5_000, total: 15_000 });
  });

  test("a first wait above our longest gives way, and is no mistake", async () => {
    const { policies } = await decide(retries({ ...usual, backoff: { initialInterval: 9_000 } }));
    expect(policies.retry).toMatchObject({ backoff: { initial: 5_000, max: 5_000 } });
  });

  test("a POST is not repeated because of it", async () => {
    const { policies } = await decide({}, retries(usual), "post");
    expect(policies.repeat).toBe("unprocessed");
    expect(policies.timeout).toMatchObject({ attempt: false, total: 30_000 });
  });

  test.each([
    [["5xx", 429], undefined, ["network", "timeout", "5XX", 429]],
    [["4XX"], true, ["network", "timeout", 408, 421, 425, 429]],
    [["503"], false, [503]],
    [undefined, false, [408, 421, 425, 429, 500, 502, 503, 504]],
  ])("statusCodes %j, retryConnectionErrors %j", async (statusCodes, retryConnectionErrors, on) => {
    const { policies } = await decide(retries({ strategy: "backoff", statusCodes, retryConnectionErrors }));
    expect(policies.retry).toMatchObject({ on });
  });

  test("strategy none: no retry", async () => {
    expect((await decide(retries(usual), retries({ strategy: "none" }))).policies.retry).toBe(false);
  });
});

describe("it stands beneath x-resilience of its level", () => {
  test("on the root", async () => {
    const { policies } = await decide({ ...retries(usual), "x-resilience": { retry: { backoff: { initial: "1s" } } } });
    expect(policies.retry).toMatchObject({ backoff: { initial: 1_000, factor: 1.5 } });
  });

  test("on the operation, over what the root says", async () => {
    const root = { "x-resilience": { retry: { backoff: { initial: "1s" }, on: [503] } } };
    const { policies, leaves, isOwn } = await decide(root, retries(usual));
    expect(policies.retry).toMatchObject({ backoff: { initial: 500 }, on: ["network", "timeout", "5XX"] });
    expect(leaves.get("retry.backoff.initial")?.origin).toMatchObject({
      level: "operation",
      detail: "x-speakeasy-retries",
    });
    expect(isOwn).toBe(true);
    expect(policies.ownKeys).toContain("retry.backoff.initial");
  });

  test("preset off stays off", async () => {
    expect((await decide({ ...retries(usual), "x-resilience": { preset: "off" } })).policies.retry).toBe(false);
  });
});

test("what cannot be taken is told at its place and left out", async () => {
  const { problems, of } = await resolved(
    [
      "openapi: 3.1.0",
      "x-speakeasy-retries:",
      "  strategy: backoff",
      "  backoff: { initialInterval: soon, exponent: 0.5 }",
      "  statusCodes: [422, 409, 200, 503]",
      "paths:",
      "  /a: { get: { x-speakeasy-retries: { strategy: linear } } }",
    ].join("\n"),
  );
  expect(told(problems).sort()).toEqual([
    "4:14 RG2006 x-speakeasy-retries: 'initialInterval' must be a number of at least 0. It is ignored.",
    "4:37 RG2006 x-speakeasy-retries: 'exponent' must be a number of at least 1. It is ignored.",
    "5:17 RG2006 x-speakeasy-retries: retrying doesn't help with status 422. It is ignored.",
    "5:22 RG2006 x-speakeasy-retries: retrying doesn't help with status 409. It is ignored.",
    "5:27 RG2006 x-speakeasy-retries: '200' is not a status code that can be retried. It is ignored.",
    "7:39 RG2006 x-speakeasy-retries: the strategy must be 'backoff' or 'none'. It is ignored.",
  ]);
  expect(problems.count("error")).toBe(0);
  expect(of("GET /a").policies.retry).toMatchObject({ backoff: { initial: 100 }, on: ["network", "timeout", 503] });
});
