// What is written of many lines of one kind, and what the lines say.
import { afterEach, expect, test, vi } from "vitest";
import { connectionError, getWith, Rig, type RigOptions, retriesAfter } from "../../../tests/rig/rig.js";
import { defaults } from "../../src/policies/defaults.js";
import { type Level, type LogOptions, logEvents } from "../log.js";

interface Line {
  readonly level: Level;
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

function logged(options: LogOptions = {}, rigOptions: RigOptions = {}) {
  const lines: Line[] = [];
  const write =
    (level: Level) =>
    (fields: object, message: string): void =>
      void lines.push({ level, message, fields: { ...fields } });
  const logger = { debug: write("debug"), info: write("info"), warn: write("warn"), error: write("error") };
  const rig = new Rig(rigOptions);
  const detach = logEvents(rig.client, logger, options);
  const messages = (event?: string): string[] =>
    lines.filter(({ fields }) => event === undefined || fields["event"] === event).map(({ message }) => message);
  return { rig, lines, detach, messages };
}

/** Moves the time that the sampling looks at. */
function at(ms: number): void {
  vi.spyOn(performance, "now").mockReturnValue(ms);
}

afterEach(() => vi.restoreAllMocks());

const breaker = { ...defaults.breaker, minimumCalls: 2, cooldown: 60_000 };

test("two hundred refusals in a second write the first lines, and then how many there were", async () => {
  at(1_000);
  const { rig, lines } = logged({ sample: { first: 2, every: "10s" }, levels: { attempt: "off" } });
  rig.replies(500, 500);
  for (let call = 0; call < 202; call++) await rig.end(getWith({ breaker }));
  const refused = () =>
    lines.filter(({ fields }) => fields["event"] === "call" && fields["outcome"] === "breaker-open");
  expect(refused()).toHaveLength(2);
  at(12_000);
  await rig.end(getWith({ breaker }));
  const summary = refused()[2];
  expect(summary?.fields).toMatchObject({ suppressed: 198, periodMs: 11_000 });
  expect(summary?.message).toMatch(/\(198 more in 11 s\)$/);
});

test("each operation, error, and status is a kind of its own: the first of each is written", async () => {
  at(1_000);
  const { rig, messages } = logged({ sample: { first: 1 } });
  for (const id of ["getA", "getB"]) {
    for (const status of [500, 503, 500, 503]) {
      rig.replies(status);
      await rig.end(getWith({}, { id }));
    }
  }
  expect(messages("call").map((message) => message.replace(/ in .*/, ""))).toEqual([
    "getA: GET /thing: 500",
    "getA: GET /thing: 503",
    "getB: GET /thing: 500",
    "getB: GET /thing: 503",
  ]);
});

test("what was counted is written when the log ends, and when the client is closed", async () => {
  for (const end of ["detach", "close"] as const) {
    at(1_000);
    const { rig, detach, messages } = logged({ sample: { first: 1 } });
    rig.usually = 500;
    for (let call = 0; call < 4; call++) await rig.end(getWith({}));
    expect(messages("call")).toHaveLength(1);
    if (end === "detach") detach();
    else await rig.client.close();
    expect(messages("call")[1]).toMatch(/\(3 more in 0 s\)$/);
  }
});

test("successes and breakers are never sampled, and sampling can be off", async () => {
  at(1_000);
  const { rig, messages } = logged({ sample: { first: 1 }, levels: { success: "info" } });
  for (let call = 0; call < 20; call++) await rig.end(getWith({}));
  expect(messages("call")).toHaveLength(20);
  const all = logged({ sample: false });
  all.rig.usually = 500;
  for (let call = 0; call < 20; call++) await all.rig.end(getWith({}));
  expect(all.messages("call")).toHaveLength(20);
});

test("a level can be set for each kind", async () => {
  const { rig, lines } = logged({ levels: { refusal: "warn", failure: "off", open: "info" } });
  rig.replies(500, 500);
  for (let call = 0; call < 3; call++) await rig.end(getWith({ breaker }));
  const seen = lines
    .map(({ level, fields }) => `${fields["event"]} ${level}`)
    .filter((line) => !line.startsWith("attempt"));
  expect(seen).toEqual(["breaker info", "refusal warn"]);
});

test("lines say why: the code, the reused connection, the page, the refusal, and where the time went", async () => {
  const socket = { bytesRead: 1 };
  const reset = Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET", socket });
  const cases: [RigOptions, (rig: Rig) => Promise<unknown>, RegExp][] = [
    [
      { transport: () => Promise.reject(connectionError("ENOTFOUND")) },
      (rig) => rig.end(getWith({})),
      /: network ENOTFOUND in/,
    ],
    [
      { transport: () => Promise.reject(new TypeError("fetch failed", { cause: reset })) },
      (rig) => rig.end(getWith({})),
      /: network ECONNRESET on a reused connection in/,
    ],
    [
      {},
      (rig) => rig.replies({ status: 502, headers: { "content-type": "text/html" }, body: "<html>" }).end(getWith({})),
      /: 502 \(text\/html instead of application\/json\) in/,
    ],
    [
      {},
      async (rig) => {
        rig.replies(500, 500);
        for (let call = 0; call < 3; call++) await rig.end(getWith({ breaker }));
      },
      /: not sent, breaker-open, retry at \d{4}-\d\d-\d\dT/,
    ],
    [
      {},
      (rig) => rig.replies(503).end(getWith({ retry: retriesAfter(200, 1) })),
      /2 attempts \(queued 0 ms, waiting for retries 200 ms, attempting 0 ms\)/,
    ],
  ];
  for (const [rigOptions, run, pattern] of cases) {
    const { rig, messages } = logged({}, rigOptions);
    await run(rig);
    expect(
      messages().some((message) => pattern.test(message)),
      String(pattern),
    ).toBe(true);
  }
});

test("the correlation ID that the log makes is on the wire, on the lines, and on the error", async () => {
  const { rig, lines } = logged({ correlation: { id: () => "req-9" } });
  rig.replies(500);
  const error = await rig.error(getWith({}));
  expect(error.correlationId).toBe("req-9");
  expect(rig.received[0]?.headers["x-correlation-id"]).toBe("req-9");
  expect(new Set(lines.map(({ fields }) => fields["correlationId"]))).toEqual(new Set(["req-9"]));
});
