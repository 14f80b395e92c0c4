import { describe, expect, test } from "vitest";
import { connectionError, getWith, postWith, type Reply, Rig, retriesAtOnce } from "../../../tests/rig/rig.js";
import { defaults } from "../policies/defaults.js";
import { mayRetry, outcomeOf } from "./errors.js";
import type { Operation } from "./operation.js";

const keyed = postWith({ repeat: "keyed" });
const plain = postWith({});
const read = getWith({});

async function errorOf(operation: Operation, reply: number | Reply): Promise<unknown> {
  return new Rig().replies(reply).error(operation, { idempotencyKey: "key-1" });
}

const refused: Reply = { fails: "ECONNREFUSED" };
const lost: Reply = { fails: "ECONNRESET" };
const html: Reply = { body: "<p>", headers: { "content-type": "text/html" } };
const problem = (status: number, headers = {}): Reply => ({ status, body: {}, headers });

describe("what a failed mutation came to, and whether a new call is safe", () => {
  test.each<[what: string, Reply, outcome: string, plain: boolean, keyed: boolean]>([
    ["nobody took the connection", refused, "not-done", true, true],
    ["the connection was lost", lost, "unknown", false, true],
    ["a certificate is wrong", { fails: "CERT_HAS_EXPIRED" }, "not-done", false, false],
    ["the server refused it", problem(422), "not-done", false, false],
    ["the server was not ready (425)", problem(425), "not-done", true, true],
    ["there were too many", problem(429, { "retry-after": "3" }), "not-done", true, true],
    ["the request took too long (408)", problem(408), "unknown", false, true],
    ["the first one is under way (409)", problem(409), "unknown", false, false],
    ["the server failed", problem(500), "unknown", false, true],
    ["a gateway failed", problem(503, { "retry-after": "3" }), "unknown", false, true],
    ["the method is not implemented", problem(501), "not-done", false, false],
    [
      "a success could not be read",
      { body: "{", headers: { "content-type": "application/json" } },
      "done",
      false,
      false,
    ],
    ["a success is of another type", html, "done", false, false],
    ["it was redirected", { status: 302, headers: { location: "/elsewhere" } }, "not-done", false, false],
  ])("%s", async (_what, reply, outcome, isSafe, isSafeWithKey) => {
    const [one, other] = [await errorOf(plain, reply), await errorOf(keyed, reply)];
    expect([outcomeOf(one), outcomeOf(other)]).toEqual([outcome, outcome]);
    expect([mayRetry(one) !== false, mayRetry(other) !== false]).toEqual([isSafe, isSafeWithKey]);
  });
});

test("a refusal after an attempt that may have been executed leaves the outcome unknown", async () => {
  const operation = postWith({ repeat: "keyed", retry: retriesAtOnce(1) });
  const error = await new Rig().replies(503, problem(422)).error(operation, { idempotencyKey: "key-1" });
  expect(error).toMatchObject({ status: 422, maybeDone: true });
  expect(outcomeOf(error)).toBe("unknown");
});

test("a new call may come when the server, or an open breaker, lets it", async () => {
  const rig = new Rig({ random: () => 0 });
  const busy = await rig.replies(problem(503, { "retry-after": "3" })).error(read);
  expect(mayRetry(busy)).toEqual(new Date(rig.clock.date() + 3_000));
  const guarded = postWith({ breaker: { ...defaults.breaker, minimumCalls: 1 } });
  await rig.replies(500).error(guarded);
  const open = await rig.error(guarded);
  expect(open.code).toBe("breaker-open");
  expect([outcomeOf(open), mayRetry(open)]).toEqual(["not-done", open.retryAt]);
});

test.each([
  ["an abort", async () => new Rig().error(read, {}, { signal: AbortSignal.abort() })],
  ["a missing path value", async () => new Rig().error(getWith({}, { path: "/things/{id}" }))],
])("%s is not done, and no new call is proposed", async (_what, fail) => {
  const error = await fail();
  expect([outcomeOf(error), mayRetry(error)]).toEqual(["not-done", false]);
});

test.each([[connectionError("ECONNREFUSED")], [undefined], ["text"], [{ code: "network", sent: "no" }]])(
  "of what is none of our errors nothing is known: %s",
  (error) => {
    expect([outcomeOf(error), mayRetry(error)]).toEqual(["unknown", false]);
  },
);
