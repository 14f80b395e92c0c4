import { describe, expect, test } from "vitest";
import { getWith, Rig, retriesAfter } from "../../../tests/rig/rig.js";
import { defaults } from "../policies/defaults.js";
import { type Observer, observersAsOne, type ResilienceEvent } from "./events.js";

const event = {
  type: "store",
  available: false,
  because: "error",
  cause: undefined,
} as const;

describe("observers", () => {
  test("are none when there are none, so that nobody makes events for nobody", () => {
    expect(observersAsOne([])).toBe(undefined);
  });

  test("may fail later, too: what an async one throws ends no process", async () => {
    const unhandled: unknown[] = [];
    const hear = (reason: unknown): void => void unhandled.push(reason);
    process.on("unhandledRejection", hear);
    const throws: Observer = async () => {
      throw new Error("mine");
    };
    observersAsOne([throws])?.(event);
    await new Promise((resolve) => setImmediate(resolve));
    process.off("unhandledRejection", hear);
    expect(unhandled).toEqual([]);
  });

  test("hear all of it, whichever of them throws", () => {
    const heard: ResilienceEvent[] = [];
    const throws: Observer = () => {
      throw new Error("mine");
    };
    observersAsOne([throws, (told) => heard.push(told), throws, (told) => heard.push(told)])?.(event);
    observersAsOne([(told) => heard.push(told)])?.(event);
    expect(heard).toEqual([event, event, event]);
  });
});

describe("what happens in a call is told as it happens", () => {
  test("from its beginning to its end, with one number", async () => {
    const rig = new Rig().replies({ status: 503, after: 20 }, { after: 30 });
    await rig.end(getWith({ retry: retriesAfter(100, 2) }));
    const common = { operation: "getThing", method: "GET", path: "/thing", call: 1 };
    const noBody = "no body instead of application/json";
    expect(rig.events).toEqual([
      { type: "start", ...common },
      {
        type: "attempt",
        ...common,
        attempt: 1,
        outcome: "unexpected-response",
        status: 503,
        reason: noBody,
        queuedMs: 0,
        elapsedMs: 20,
      },
      {
        type: "retry",
        ...common,
        attempt: 1,
        because: "unexpected-response",
        status: 503,
        reason: noBody,
        waitMs: 100,
      },
      { type: "attempt", ...common, attempt: 2, outcome: "ok", status: 200, queuedMs: 0, elapsedMs: 30 },
      {
        type: "call",
        ...common,
        outcome: "ok",
        status: 200,
        attempts: 2,
        elapsedMs: 150,
        queuedMs: 0,
        waitedMs: 100,
        attemptingMs: 50,
        source: "network",
        sent: "yes",
        gaveUp: undefined,
        observed: true,
      },
    ]);
  });

  test("each call has a number of its own", async () => {
    const rig = new Rig();
    await rig.end(getWith({}));
    await rig.end(getWith({}));
    expect(rig.heard("call").map(({ call }) => call)).toEqual([1, 2]);
  });

  test("a refusal, and why", async () => {
    const rig = new Rig().replies({ after: 100 });
    const bulkhead = { ...defaults.bulkhead, concurrency: 1, queue: 0 };
    const busy = rig.call(getWith({ bulkhead }));
    await rig.error(getWith({ bulkhead }));
    expect(rig.heard("refusal")).toMatchObject([{ because: "bulkhead-full", reason: "queue-full", call: 2 }]);
    expect(rig.heard("attempt")).toEqual([]);
    await rig.clock.run(busy);
  });

  test("an abort, of the attempt and of the call", async () => {
    const rig = new Rig().replies({ after: "never" });
    const controller = new AbortController();
    rig.clock.setTimer(() => controller.abort(), 10);
    await rig.error(getWith({}), {}, { signal: controller.signal });
    expect(rig.heard("attempt")).toMatchObject([{ outcome: "aborted", elapsedMs: 10 }]);
    expect(rig.heard("call")).toMatchObject([{ outcome: "aborted", sent: "maybe", attempts: 1 }]);
  });

  test("the breaker's way, with its scope's full name", async () => {
    const rig = new Rig({ random: () => 0 }).replies(500, 500);
    const breaker = { ...defaults.breaker, minimumCalls: 2, scope: "service" };
    for (let call = 0; call < 2; call++) await rig.end(getWith({ breaker }));
    await rig.clock.advance("5s");
    await rig.end(getWith({ breaker }));
    expect(rig.heard("breaker").map(({ scope, state }) => `${scope} ${state}`)).toEqual([
      "service:https://api.example open",
      "service:https://api.example half-open",
      "service:https://api.example closed",
    ]);
  });

  test("nothing in it is secret", async () => {
    const rig = new Rig({ headers: { authorization: "Bearer s3cret" } }).replies({
      status: 500,
      body: { leak: "s3cret" },
    });
    await rig.end(getWith({}), { query: { token: "s3cret" } });
    expect(JSON.stringify(rig.events)).not.toContain("s3cret");
  });
});
