import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { offPolicies, retriesAfter } from "../../../tests/rig/rig.js";
import type { ErrorCode, Failure } from "../base/outcome.js";
import { isRetryable, wasNotProcessed } from "./failures.js";
import { decideRetry } from "./retry.js";
import type { Policies, RetryCondition, RetryPolicy } from "./types.js";

const classes: readonly Policies["repeat"][] = ["always", "keyed", "unprocessed"];

const failed = (code: ErrorCode, more: Partial<Failure> = {}): Failure => ({ ok: false, code, sent: "maybe", ...more });
const answered = (status: number, more: Partial<Failure> = {}): Failure =>
  failed("http", { sent: "yes", status, ...more });

/** Three retries, 100 ms apart, of what is retried by default. */
const policiesOf = (repeat: Policies["repeat"], retry: Partial<RetryPolicy> = {}): Policies => ({
  ...offPolicies,
  repeat,
  retry: retriesAfter(100, 3, retry),
});

const never = Number.POSITIVE_INFINITY;

/** What is decided after the first attempt, where chance gives one half. */
const decided = (
  failure: Failure,
  policies: Policies = policiesOf("always"),
  { attempts = 1, remainingMs = never, isReplayable = true, random = 0.5 } = {},
) => decideRetry(failure, policies, attempts, remainingMs, isReplayable, () => random);

describe("who is retried", () => {
  const onlyAnswers: Readonly<Record<string, readonly Policies["repeat"][]>> = {
    "400": [],
    "401": [],
    "403": [],
    "404": [],
    "408": ["always", "keyed"],
    "409": [],
    "410": [],
    "412": [],
    "413": [],
    "421": ["always", "keyed", "unprocessed"],
    "422": [],
    "425": ["always", "keyed", "unprocessed"],
    "429": ["always", "keyed"],
    "500": ["always", "keyed"],
    "501": [],
    "502": ["always", "keyed"],
    "503": ["always", "keyed"],
    "504": ["always", "keyed"],
    "505": [],
    "507": [],
    "200": [],
    "302": [],
  };

  describe.each(Object.entries(onlyAnswers))("an answer of %s", (status, expected) => {
    test.each(["http", "unexpected-response"] as const)(`as '%s': ${expected.join(", ") || "nobody"}`, (code) => {
      const failure = failed(code, { sent: "yes", status: Number(status) });
      expect(classes.filter((repeat) => isRetryable(failure, policiesOf(repeat)))).toEqual(expected);
    });
  });

  const asksToWait: Readonly<Record<string, readonly Policies["repeat"][]>> = {
    "400": [],
    "404": [],
    "409": ["keyed"],
    "422": [],
    "429": ["always", "keyed", "unprocessed"],
    "503": ["always", "keyed"],
  };

  test.each(Object.entries(asksToWait))("an answer of %s with Retry-After: %j", (status, expected) => {
    const failure = answered(Number(status), { retryAfterMs: 0 });
    expect(classes.filter((repeat) => isRetryable(failure, policiesOf(repeat)))).toEqual(expected);
  });

  test.each(["network", "timeout"] as const)(
    "a failure '%s' that may have been executed: not what may run only once",
    (code) => {
      for (const sent of ["maybe", "yes"] as const) {
        expect(classes.filter((repeat) => isRetryable(failed(code, { sent }), policiesOf(repeat)))).toEqual([
          "always",
          "keyed",
        ]);
      }
    },
  );

  test.each(["network", "timeout"] as const)("a failure '%s' before anything was sent: everybody", (code) => {
    expect(classes.filter((repeat) => isRetryable(failed(code, { sent: "no" }), policiesOf(repeat)))).toEqual(classes);
  });

  const neverAgain: readonly ErrorCode[] = [
    "deadline",
    "breaker-open",
    "bulkhead-full",
    "rate-limited",
    "decode",
    "too-large",
    "redirect",
    "invalid-request",
    "auth",
    "aborted",
    "closed",
  ];

  test.each(neverAgain)("a failure '%s' is nobody's to retry, whatever its status", (code) => {
    for (const repeat of classes) {
      for (const more of [{}, { sent: "no" }, { status: 503 }, { status: 409, retryAfterMs: 0 }] as const) {
        expect(isRetryable(failed(code, more), policiesOf(repeat, { on: ["network", "timeout", "5XX", 503] }))).toBe(
          false,
        );
      }
    }
  });

  test("a fault that stays (TLS, a URL that is none) is not retried, although nothing was sent", () => {
    const failure = failed("network", { sent: "no", permanent: true });
    expect(classes.filter((repeat) => isRetryable(failure, policiesOf(repeat)))).toEqual([]);
  });

  test("nobody where there is no retry policy", () => {
    expect(isRetryable(answered(503), { ...offPolicies, retry: false })).toBe(false);
    expect(isRetryable(answered(409, { retryAfterMs: 1 }), { ...offPolicies, repeat: "keyed" })).toBe(false);
  });
});

describe("what the list says", () => {
  const on = (...list: RetryCondition[]): Policies => policiesOf("always", { on: list });

  test.each([
    [failed("network"), "network"],
    [failed("timeout"), "timeout"],
    [answered(503), 503],
    [answered(404), 404],
  ] as const)("what it does not name is not retried: %j", (failure, condition) => {
    expect(isRetryable(failure, on(condition))).toBe(true);
    expect(isRetryable(failure, on())).toBe(false);
  });

  test("naming 'network' does not mean timeouts, nor the other way round", () => {
    expect(isRetryable(failed("timeout"), on("network"))).toBe(false);
    expect(isRetryable(failed("network"), on("timeout"))).toBe(false);
  });

  test("'5XX' names every server error and nothing else", () => {
    expect([499, 500, 501, 599, 404, 200].filter((status) => isRetryable(answered(status), on("5XX")))).toEqual([
      500, 501, 599,
    ]);
  });

  test("a status in it is still not retried where it may have been executed", () => {
    expect(isRetryable(answered(503), policiesOf("unprocessed", { on: [503, "5XX"] }))).toBe(false);
    expect(isRetryable(answered(404), policiesOf("unprocessed", { on: [404] }))).toBe(false);
  });

  test("a 409 in it is retried, for the operation knows what it means by it", () => {
    for (const repeat of classes) expect(isRetryable(answered(409), policiesOf(repeat, { on: [409] }))).toBe(true);
  });

  test.each([400, 422])("%i is never retried, for the same request stays wrong", (status) => {
    for (const repeat of classes) {
      expect(isRetryable(answered(status), policiesOf(repeat, { on: [status] }))).toBe(false);
      expect(isRetryable(answered(status, { retryAfterMs: 0 }), policiesOf(repeat, { on: [status] }))).toBe(false);
    }
  });
});

describe("it is certain that a request was not executed", () => {
  test.each([
    [failed("network", { sent: "no" })],
    [answered(421)],
    [answered(425)],
    [answered(429, { retryAfterMs: 0 })],
  ])("%j", (failure) => {
    expect(wasNotProcessed(failure)).toBe(true);
  });

  test.each([
    [failed("network")],
    [failed("network", { sent: "yes" })],
    [failed("timeout")],
    [answered(429)],
    [answered(503)],
    [answered(503, { retryAfterMs: 0 })],
    [answered(408)],
    [answered(409, { retryAfterMs: 0 })],
  ])("but not here: %j", (failure) => {
    expect(wasNotProcessed(failure)).toBe(false);
  });
});

describe("why there is no further attempt", () => {
  test("the failure is none to retry", () => {
    expect(decided(answered(404))).toBe("not-retryable");
    expect(decided(answered(503), { ...offPolicies, retry: false })).toBe("not-retryable");
  });

  test("the deadline has ended the attempt", () => {
    expect(decided(failed("deadline"))).toBe("deadline");
    expect(decided(failed("deadline"), { ...offPolicies, retry: false })).toBe("deadline");
  });

  test("the body cannot be sent twice; but only where it would have been", () => {
    expect(decided(answered(503), undefined, { isReplayable: false })).toBe("body-not-replayable");
    expect(decided(answered(404), undefined, { isReplayable: false })).toBe("not-retryable");
  });

  test("`maxRetries` attempts after the first were made", () => {
    expect(decided(answered(503), undefined, { attempts: 3 })).toBe(100);
    expect(decided(answered(503), undefined, { attempts: 4 })).toBe("max-retries");
    expect(decided(answered(503), policiesOf("always", { maxRetries: 0 }))).toBe("max-retries");
  });

  test("the wait would not end before the deadline", () => {
    expect(decided(answered(503), undefined, { remainingMs: 100.5 })).toBe(100);
    expect(decided(answered(503), undefined, { remainingMs: 100 })).toBe("deadline");
    expect(decided(answered(503), undefined, { remainingMs: -5 })).toBe("deadline");
  });

  test("the server asks for a wait that would not end before the deadline", () => {
    const failure = answered(503, { retryAfterMs: 1_000 });
    expect(decided(failure, undefined, { remainingMs: 1_000 })).toBe("retry-after");
    expect(decided(failure, undefined, { remainingMs: 1_000.5 })).toBe(1_000);
  });

  test("a wait beyond all bounds is not begun even where there is no deadline", () => {
    expect(decided(answered(503, { retryAfterMs: never }))).toBe("retry-after");
  });

  test("a server that asks for no wait does not excuse a deadline that is over", () => {
    expect(decided(answered(503, { retryAfterMs: 0 }), undefined, { remainingMs: 50 })).toBe("deadline");
  });
});

describe("how long to wait", () => {
  test("the backoff counts the attempts that were made", () => {
    const policies = policiesOf("always", { backoff: { initial: 100, factor: 2, max: 5_000, jitter: "none" } });
    expect([1, 2, 3].map((attempts) => decided(answered(503), policies, { attempts }))).toEqual([100, 200, 400]);
  });

  test("Retry-After is a minimum, with up to a tenth on top", () => {
    const failure = answered(503, { retryAfterMs: 1_000 });
    expect([0, 0.5, 0.99].map((random) => decided(failure, undefined, { random }))).toEqual([1_000, 1_050, 1_099]);
  });

  test("the tenth on top is left out where it would not end before the deadline", () => {
    const failure = answered(503, { retryAfterMs: 1_000 });
    expect(decided(failure, undefined, { remainingMs: 1_051 })).toBe(1_050);
    expect(decided(failure, undefined, { remainingMs: 1_050 })).toBe(1_000);
  });

  test("a longer backoff stays", () => {
    expect(decided(answered(503, { retryAfterMs: 50 }))).toBe(100);
    expect(decided(answered(503, { retryAfterMs: 0 }))).toBe(100);
  });

  test("Retry-After is not heard where the policy says so", () => {
    const policies = policiesOf("always", { retryAfter: false });
    expect(decided(answered(503, { retryAfterMs: 60_000 }), policies, { remainingMs: 1_000 })).toBe(100);
  });

  test("never less than asked, never to the deadline, whatever the numbers", () => {
    const ms = fc.integer({ min: 0, max: 100_000 });
    fc.assert(
      fc.property(ms, ms, ms, fc.integer({ min: 1, max: 5 }), (asked, backoff, remainingMs, attempts) => {
        const policies = policiesOf("always", {
          maxRetries: 3,
          backoff: { initial: backoff, factor: 2, max: 5_000, jitter: "full" },
        });
        const wait = decided(answered(503, { retryAfterMs: asked }), policies, { remainingMs, attempts });
        if (typeof wait !== "number") return;
        expect(attempts).toBeLessThanOrEqual(3);
        expect(wait).toBeGreaterThanOrEqual(asked);
        expect(wait).toBeLessThan(remainingMs);
        expect(wait).toBeLessThanOrEqual(Math.max(5_000, asked * 1.1));
      }),
    );
  });
});

test.each([
  ["that was never sent", { code: "network", sent: "no" }],
  ["that was answered 421", { code: "http", sent: "yes", status: 421 }],
  ["that was answered 429 with a time", { code: "http", sent: "yes", status: 429, retryAfterMs: 1_000 }],
] satisfies [string, Partial<Failure>][])(
  "a request %s behind a redirect may have been processed before it",
  (_what, failure) => {
    const behind: Failure = { ok: false, ...failure, wasRedirected: true };
    expect(wasNotProcessed(behind)).toBe(false);
    expect(wasNotProcessed({ ok: false, ...failure })).toBe(true);
  },
);
