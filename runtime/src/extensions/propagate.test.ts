import { describe, expect, test } from "vitest";
import { getWith, Rig, retriesAfter } from "../../../tests/rig/rig.js";
import type { PropagatePolicy } from "../policies/types.js";
import { propagate } from "./propagate.js";

const names: PropagatePolicy = { deadline: "x-time-left", retryCount: "x-retries", correlationId: "x-correlation-id" };
const timeout = { attempt: false, total: 10_000, idle: false } as const;
const told = (policy: Partial<PropagatePolicy> = {}, more = {}) =>
  getWith({ propagate: { ...names, ...policy }, timeout, ...more }, { extensions: [propagate] });

const headersOf = (rig: Rig, name: string) => rig.received.map(({ headers }) => headers[name]);

describe("the called service is told", () => {
  test("how much time is left and how often it was tried, at each attempt anew", async () => {
    const rig = new Rig().replies({ after: 500, status: 503 }, { after: 250, status: 503 });
    await rig.end(told({}, { retry: retriesAfter(1_000, 2) }));
    expect(headersOf(rig, "x-time-left")).toEqual(["10000", "8500", "7250"]);
    expect(headersOf(rig, "x-retries")).toEqual(["0", "1", "2"]);
  });

  test("what the call belongs to, the same at all attempts, as observers are", async () => {
    const rig = new Rig({ correlationId: () => "order-17" }).replies(503);
    await rig.end(told({}, { retry: retriesAfter(1_000, 2) }));
    expect(headersOf(rig, "x-correlation-id")).toEqual(["order-17", "order-17"]);
    expect(new Set(rig.events.map((event) => Reflect.get(event, "correlationId")))).toEqual(new Set(["order-17"]));
  });

  test("an id of our own making where the client gives none", async () => {
    for (const correlationId of [undefined, () => undefined, () => "", () => "\r\n"]) {
      const rig = new Rig({ correlationId }).replies(503);
      await rig.end(told({}, { retry: retriesAfter(1_000, 2) }));
      const [first, second] = headersOf(rig, "x-correlation-id");
      expect(first).toMatch(/^[0-9a-f-]{36}$/);
      expect(second).toBe(first);
    }
  });

  test("no id that could become another header, and none without end", async () => {
    const rig = new Rig({ correlationId: () => `a\r\nx-evil: 1${"b".repeat(1_000)}` });
    await rig.end(told());
    expect(headersOf(rig, "x-correlation-id")[0]).toMatch(/^ax-evil:1b{110,120}$/);
    expect(headersOf(rig, "x-evil")).toEqual([undefined]);
  });

  test("only what the policy names", async () => {
    const rig = new Rig();
    await rig.end(told({ retryCount: false, correlationId: false }, { timeout: { ...timeout, total: false } }));
    expect(Object.keys(rig.received[0]?.headers ?? {})).toEqual(["accept"]);
  });

  test("what the caller sets in place of it", async () => {
    const rig = new Rig();
    await rig.end(told(), {}, { headers: { "X-Correlation-Id": "mine" } });
    expect(headersOf(rig, "x-correlation-id")).toEqual(["mine"]);
  });
});
