import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { getWith, Rig } from "../../../tests/rig/rig.js";
import { defaults } from "../policies/defaults.js";

const guarded = getWith({ breaker: { ...defaults.breaker, minimumCalls: 1 } });

async function refusal() {
  const rig = new Rig();
  await rig.replies(500).end(guarded);
  return rig.error(guarded);
}

describe("a refusal", () => {
  const message = "getThing: GET /thing was not sent (breaker-open), gave up: breaker-open";

  test("captures no stack, but its stack says what it is", async () => {
    const error = await refusal();
    expect(error).toMatchObject({ code: "breaker-open", message, stack: `ResilienceError: ${message}` });
    expect(error).toBeInstanceOf(Error);
    expect(inspect(error)).toContain(message);
  });

  test("leaves other errors their stacks", async () => {
    const limit = Error.stackTraceLimit;
    await refusal();
    expect(Error.stackTraceLimit).toBe(limit);
    expect(new Error("other").stack).toContain("call-error.test");
  });

  test("lists its facts, and no stack", async () => {
    const error = await refusal();
    const facts = ["attempts", "code", "elapsedMs", "gaveUp", "name", "operation", "retryAt", "sent"];
    expect(Object.keys(error).sort()).toEqual(facts);
    expect(Object.keys(JSON.parse(JSON.stringify(error))).sort()).toEqual([...facts, "message"].sort());
  });
});

describe("the message of a failure tells its status", () => {
  const policies = { retry: { ...defaults.retry, budget: false, maxRetries: 1 } } as const;

  const problem = { status: 503, body: { title: "busy" } };
  const html = { status: 503, body: "<p>", headers: { "content-type": "text/html; charset=utf-8" } };
  const onlySuccess = { responses: { "200": "application/json" } };

  test.each([
    ["described", problem, {}, ""],
    ["not described", problem, onlySuccess, " (undocumented status 503)"],
    ["of another media type", html, {}, " (text/html instead of application/json)"],
    ["without a body", { status: 503 }, {}, " (no body instead of application/json)"],
    ["with broken JSON", { status: 503, body: "{" }, {}, " (no valid application/json)"],
  ])("%s", async (_what, reply, described, more) => {
    const rig = new Rig({ random: () => 0 });
    const { message } = await rig.replies(reply, reply).error(getWith(policies, described));
    expect(message).toBe(`getThing: GET /thing answered 503, 2 attempts in 0 ms, gave up: max-retries${more}`);
  });

  test("and of a success what was wrong with it", async () => {
    const html = { body: "<p>", headers: { "content-type": "text/html" } };
    const error = await new Rig().replies(html).error(getWith({}, { responses: { "200": "application/json" } }));
    expect(error.message).toContain(
      "answered 200 (unexpected-response: text/html instead of application/json), 1 attempt in",
    );
  });
});

test("an error of a call that was sent has a stack", async () => {
  const error = await new Rig().replies(500).error(getWith({}));
  expect(error.stack).toContain("call-error");
});

test("asking again at retryAt is not too early, though dates have whole milliseconds", async () => {
  const rig = new Rig({ random: () => 0.1234 });
  await rig.replies(500).end(guarded);
  const { retryAt } = await rig.error(guarded);
  await rig.clock.advance((retryAt?.getTime() ?? 0) - rig.clock.date());
  expect(await rig.end(guarded)).toMatchObject({ ok: true });
});

describe("of a cause, no secret is told", () => {
  test.each([
    "GET https://me:s3cret@host/path?sig=s3cret#s3cret failed",
    "Authorization: Bearer s3cret",
    "authorization: Digest s3cret",
    "authorization: s3cret",
    "x-api-key: s3cret",
    "X-Amz-Security-Token=s3cret",
    "X-Amz-Signature=s3cret",
    "X-Amz-Credential=s3cret/20260101/eu/s3",
    "AWSAccessKeyId=s3cret",
    "SharedAccessSignature sig=s3cret",
    "password: 's3cret'",
    '{"client_secret":"s3cret"}',
    "passwd=s3cret",
    "cookie: theme=dark; session=s3cret; other=s3cret",
    "Set-Cookie: id=s3cret; Path=/",
    "invalid header value Basic s3cret",
  ])("%s", async (text) => {
    const rig = new Rig({ transport: () => Promise.reject(new TypeError(text, { cause: new Error(text) })) });
    const error = await rig.error(getWith({}));
    expect(error.cause).toBeInstanceOf(Error);
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain("s3cret");
  });

  test("and what is none stays", async () => {
    const text = "connect ECONNREFUSED 127.0.0.1:80 at https://host/keys/secretary for the key holder's tokens";
    const rig = new Rig({ transport: () => Promise.reject(new TypeError(text)) });
    expect(String(((await rig.error(getWith({}))).cause as Error).message)).toContain("ECONNREFUSED 127.0.0.1:80");
  });
});
