import { pino } from "pino";
import { expect, test } from "vitest";
import { getWith, postWith, Rig, type RigOptions, retriesAfter } from "../../tests/rig/rig.js";
import { streamEnds } from "../../tests/rig/stream-ends.js";
import { propagate } from "../src/extensions/propagate.js";
import { defaults } from "../src/policies/defaults.js";
import { consoleLogger, type LogOptions, logEvents } from "./log.js";
import { type BreakerStore, memoryStore, sharedStore } from "./stores/index.js";

type Line = Record<string, unknown>;

/** A client that is logged by pino, and the lines. */
function logged(options: LogOptions = {}, rigOptions: RigOptions = {}) {
  const lines: Line[] = [];
  const write = (text: string): void => {
    const { pid, hostname, time, ...line } = JSON.parse(text) as Line;
    lines.push({ ...line, level: pino.levels.labels[Number(line["level"])] });
  };
  const logger = pino({ level: "debug" }, { write });
  const rig = new Rig(rigOptions);
  const detach = logEvents(rig.client, logger, options);
  return { rig, lines, logger, detach };
}

const getThing = getWith({ retry: retriesAfter(200, 1) }, { path: "/things/{id}" });
const input = { path: { id: "id-7" } };
const of = { client: "default", operation: "getThing", method: "GET", path: "/things/{id}", call: 1 };

test("a call that needs a retry is told in lines that say what, how and how long", async () => {
  const { rig, lines } = logged();
  rig.replies({ status: 503, after: 10 }, { after: 20 });
  await rig.end(getThing, input);
  expect(lines).toEqual([
    {
      ...of,
      level: "debug",
      event: "attempt",
      attempt: 1,
      outcome: "unexpected-response",
      status: 503,
      elapsedMs: 10,
      msg: "getThing: GET /things/{id}, attempt 1: 503 in 10 ms",
    },
    {
      ...of,
      level: "info",
      event: "retry",
      attempt: 1,
      because: "unexpected-response",
      status: 503,
      waitMs: 200,
      msg: "getThing: GET /things/{id}: 503, retry in 200 ms",
    },
    {
      ...of,
      level: "debug",
      event: "attempt",
      attempt: 2,
      outcome: "ok",
      status: 200,
      elapsedMs: 20,
      msg: "getThing: GET /things/{id}, attempt 2: 200 in 20 ms",
    },
    {
      ...of,
      level: "debug",
      event: "call",
      outcome: "ok",
      status: 200,
      attempts: 2,
      elapsedMs: 230,
      source: "network",
      sent: "yes",
      msg: "getThing: GET /things/{id}: ok, 200 in 230 ms, 2 attempts",
    },
  ]);
});

test("what failed is a warning, and says why it was given up", async () => {
  const { rig, lines } = logged();
  rig.replies(404);
  await rig.end(getThing, input);
  expect(lines.at(-1)).toMatchObject({
    level: "warn",
    gaveUp: "not-retryable",
    msg: "getThing: GET /things/{id}: 404 in 0 ms, 1 attempt, gave up: not-retryable",
  });
});

test("what the caller ended is no warning", async () => {
  const { rig, lines } = logged();
  await rig.end(getThing, input, { signal: AbortSignal.abort() });
  expect(lines.map(({ level, outcome }) => [level, outcome])).toEqual([["debug", "aborted"]]);
});

test("a breaker that opens is an error; that it closes again is news", async () => {
  const { rig, lines } = logged({ name: "shop" });
  const guarded = getWith({ breaker: { ...defaults.breaker, minimumCalls: 1 } });
  rig.replies(500);
  await rig.end(guarded);
  await rig.clock.advance("6s");
  await rig.end(guarded);
  const told = lines.filter(({ event }) => event === "breaker").map(({ level, msg }) => [level, msg]);
  expect(told).toEqual([
    ["error", "breaker of operation:getThing is open"],
    ["info", "breaker of operation:getThing is half-open"],
    ["info", "breaker of operation:getThing is closed"],
  ]);
  expect(new Set(lines.map(({ client }) => client))).toEqual(new Set(["shop"]));
});

test("a shared store that is away is told once, and so is that it is back", async () => {
  let isAway = true;
  const memory = memoryStore();
  const store: BreakerStore = {
    exchange: (scope, request) => (isAway ? Promise.reject(new Error("s3cret")) : memory.exchange(scope, request)),
  };
  const { rig, lines } = logged({ levels: { success: "off", attempt: "off" } }, { store: sharedStore(store) });
  const shared = getWith({ breaker: { ...defaults.breaker, shared: true } });
  const calls = async () => {
    for (let call = 0; call < 5; call++) {
      await rig.end(shared);
      await rig.clock.advance("30s");
    }
  };
  await calls();
  isAway = false;
  await calls();
  expect(lines.map(({ level, msg }) => [level, msg])).toEqual([
    ["warn", "shared store is away: error"],
    ["warn", "shared store is back"],
  ]);
});

test("levels are settable one by one", async () => {
  const { rig, lines } = logged({ levels: { attempt: "off", retry: "warn", success: "info", failure: undefined } });
  rig.replies(503, 200, 404);
  await rig.end(getThing, input);
  await rig.end(getThing, input);
  expect(lines.map(({ level, event }) => `${level} ${event}`)).toEqual(["warn retry", "info call", "warn call"]);
});

test("no line holds a credential, a query, a header or a body, whatever happens", async () => {
  const { rig, lines } = logged({ correlation: true }, { headers: { "x-api-key": "s3cret" } });
  rig.replies(
    { status: 503, body: { detail: "s3cret" }, headers: { "x-trace": "s3cret" } },
    { fails: "s3cret" },
    { status: 303, headers: { location: "https://user:s3cret@elsewhere.example/?s3cret" } },
  );
  const encoder = (body: unknown) => ({ content: JSON.stringify(body), contentType: "application/json" });
  const post = postWith(
    { repeat: "keyed", retry: retriesAfter(1, 3) },
    { body: { "application/json": encoder }, idempotencyKey: { in: "header", name: "Idempotency-Key" } },
  );
  const { keys } = await import("../src/extensions/idempotency-key.js");
  const secret = { body: { card: "s3cret" }, query: { token: "s3cret" }, idempotencyKey: "s3cret" };
  await rig.end({ ...post, extensions: [keys] }, secret, { headers: { authorization: "Bearer s3cret" } });
  expect(rig.received[0]?.headers).toMatchObject({ "idempotency-key": "s3cret", "x-api-key": "s3cret" });
  expect(rig.requests).toBe(4);
  expect(lines.length).toBeGreaterThan(5);
  expect(JSON.stringify(lines)).not.toContain("s3cret");
});

test("by itself no correlation id is sent, and the client's own is logged", async () => {
  const { rig, lines } = logged({}, { correlationId: () => "req-1\r\nx: y" });
  await rig.end(getThing, input);
  expect(rig.received[0]?.headers).not.toHaveProperty("x-correlation-id");
  expect(new Set(lines.map(({ correlationId }) => correlationId))).toEqual(new Set(["req-1x:y"]));
});

test("asked for, one id per call is sent with each of its attempts, and logged", async () => {
  const { rig, lines } = logged({ correlation: true });
  rig.replies(503, 200, 200);
  await rig.end(getThing, input);
  await rig.end(getThing, input);
  const [first, second, third] = rig.received.map(({ headers }) => headers["x-correlation-id"]);
  expect(first).toMatch(/^[0-9a-f-]{36}$/);
  expect([second, third === first]).toEqual([first, false]);
  expect(lines.map(({ call, correlationId }) => [call, correlationId])).toEqual([
    ...Array(4).fill([1, first]),
    ...Array(2).fill([2, third]),
  ]);
});

test.each([
  ["x-request-id", "x-request-id", /^[0-9a-f-]{36}$/],
  [{ id: (): string => "req-9" }, "x-correlation-id", /^req-9$/],
  [{ header: "x-job", id: (): string => "a b\r\nevil: 1" }, "x-job", /^abevil:1$/],
  [{ id: (): string => "é" }, "x-correlation-id", /^[0-9a-f-]{36}$/],
  [{ id: (): string => "x".repeat(500) }, "x-correlation-id", /^x{128}$/],
] as const)("correlation %j is sent in %s", async (correlation, header, value) => {
  const { rig, lines } = logged({ correlation });
  await rig.end(getThing, input);
  expect(rig.received[0]?.headers[header]).toMatch(value);
  expect(lines.at(-1)?.["correlationId"]).toBe(rig.received[0]?.headers[header]);
  expect(rig.received[0]?.headers).not.toHaveProperty("evil");
});

test("a header that is none is found at once, and not by the calls", () => {
  expect(() => logEvents(new Rig().client, consoleLogger(), { correlation: "x id" })).toThrow(TypeError);
});

test("a source of ids that throws fails no call", async () => {
  const id = (): string => {
    throw new Error("no context");
  };
  const { rig } = logged({ correlation: { id } });
  expect(await rig.end(getThing, input)).toMatchObject({ ok: true });
  expect(rig.received[0]?.headers).not.toHaveProperty("x-correlation-id");
});

test("an id that is sent anyway, by the caller or a policy, is the one that is logged", async () => {
  const { rig, lines } = logged({ correlation: true }, { extensions: [propagate] });
  await rig.end(getThing, input, { headers: { "X-Correlation-Id": "mine" } });
  const policy = { deadline: false, retryCount: false, correlationId: "x-correlation-id" } as const;
  await rig.end(getWith({ propagate: policy }));
  const [, byPolicy] = rig.received.map(({ headers }) => headers["x-correlation-id"]);
  expect(lines.map(({ correlationId }) => correlationId)).toEqual(["mine", "mine", byPolicy, byPolicy]);
});

test("a client is logged once to each logger", async () => {
  const { rig, lines, logger } = logged();
  logEvents(rig.client.with({}), logger);
  const others: string[] = [];
  const other = () => others.push("line");
  const detach = logEvents(rig.client, { debug: other, info: other, warn: other, error: other });
  await rig.end(getThing, input);
  expect([lines.length, others.length]).toEqual([2, 2]);
  detach();
  await rig.end(getThing, input);
  expect([lines.length, others.length]).toEqual([4, 2]);
});

test("a console gets the message and the fields", async () => {
  const said: unknown[][] = [];
  const say =
    (level: string) =>
    (...data: unknown[]) =>
      void said.push([level, ...data]);
  const rig = new Rig().replies(404);
  const target = { debug: say("debug"), info: say("info"), warn: say("warn"), error: say("error") };
  logEvents(rig.client, consoleLogger(target), { levels: { attempt: "off" } });
  await rig.end(getThing, input);
  expect(said).toMatchObject([
    ["warn", expect.stringContaining("GET /things/{id}: 404"), { ...of, event: "call", status: 404 }],
  ]);
});

test("a failed call that nothing was waiting for is an error; others stay as they are", async () => {
  const { rig, lines } = logged();
  rig.usually = 500;
  void rig.call(getThing, input);
  await rig.clock.advance("1s");
  await rig.end(getThing, input);
  const ends = lines.filter(({ event }) => event === "call");
  expect(ends).toMatchObject([{ level: "error", observed: false }, { level: "warn" }]);
  expect(ends[0]?.["msg"]).toContain("is an await missing?");
  expect(ends[1]).not.toHaveProperty("observed");
});

test.each(streamEnds)(
  "a stream's end is a line, at the level of its kind, with its call's id: $outcome",
  async (end) => {
    const { rig, lines } = logged({ correlation: { id: () => "c-1" } });
    await end.run(rig);
    expect(lines.filter(({ event }) => event === "stream")).toMatchObject([
      { level: end.isError ? "warn" : "debug", outcome: end.outcome, call: 1, correlationId: "c-1" },
    ]);
    expect(String(lines.at(-1)?.["msg"])).toContain(`getThing: GET /thing: stream ended, ${end.outcome} after`);
  },
);
