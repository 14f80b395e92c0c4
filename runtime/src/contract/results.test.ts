import { describe, expect, onTestFinished, test } from "vitest";
import { getWith, postWith, Rig } from "../../../tests/rig/rig.js";
import { staleFallback } from "../extensions/stale-fallback.js";
import { valueFallback } from "../extensions/value-fallback.js";
import type { Call } from "./results.js";

/** Rejections that nobody handled while a test ran. */
function unhandledRejections(): unknown[] {
  const all: unknown[] = [];
  const listener = (reason: unknown): void => void all.push(reason);
  process.on("unhandledRejection", listener);
  onTestFinished(() => void process.off("unhandledRejection", listener));
  return all;
}

/** Turns of the event loop in which an unhandled rejection would be told. */
const turns = async (): Promise<void> => {
  for (let turn = 0; turn < 3; turn++) await new Promise((next) => setImmediate(next));
};

type Ask = (call: Call<unknown, unknown>) => unknown;

/** What the `call` event of a failed call says, after something was asked of it. */
async function observed(ask: Ask, closed = false): Promise<boolean | undefined> {
  const rig = new Rig().replies({ status: 500, after: 10 });
  if (closed) await rig.client.close();
  const call = rig.call(getWith({}));
  ask(call);
  await rig.clock.advance(100);
  return rig.heard("call")[0]?.observed;
}

describe("a call whose end nobody asks for", () => {
  test("is no unhandled rejection, and says so in its event", async () => {
    const unhandled = unhandledRejections();
    expect(await observed(() => {})).toBe(false);
    await turns();
    expect(unhandled).toEqual([]);
  });

  test("results may be asked for one after another", async () => {
    const unhandled = unhandledRejections();
    const rig = new Rig().replies({ after: 100 }, 404);
    const slow = rig.call(getWith({}));
    const failing = rig.call(getWith({}));
    expect(await rig.clock.run(slow.result())).toMatchObject({ ok: true });
    await turns();
    expect(await failing.result()).toMatchObject({ ok: false });
    expect(unhandled).toEqual([]);
  });
});

describe("a call is observed", () => {
  const asks: [what: string, Ask][] = [
    [
      "awaited",
      async (call) => {
        await call.catch(() => {});
      },
    ],
    [
      "awaited within try",
      async (call) => {
        try {
          await call;
        } catch {
          // It was to fail.
        }
      },
    ],
    ["asked by then", (call) => call.then(undefined, () => {})],
    ["asked by finally", (call) => call.finally(() => {}).catch(() => {})],
    ["one of Promise.all", (call) => Promise.all([call]).catch(() => {})],
    ["one of Promise.allSettled", (call) => Promise.allSettled([call])],
    ["one of Promise.race", (call) => Promise.race([call]).catch(() => {})],
    ["what a promise resolves to", (call) => new Promise((resolve) => resolve(call)).catch(() => {})],
    ["returned by an async function", (call) => (async () => call)().catch(() => {})],
    ["asked for its result", (call) => call.result()],
    ["asked for its response", (call) => call.withResponse().catch(() => {})],
  ];

  test.each(asks)("%s", async (_what, ask) => {
    expect(await observed(ask)).toBe(true);
  });

  test.each(asks)("%s, although it is refused at once", async (_what, ask) => {
    expect(await observed(ask, true)).toBe(true);
  });
});

test("a call is a native promise, and what is made of it are ordinary ones", async () => {
  const rig = new Rig();
  const call = rig.call(getWith({}));
  expect(call).toBeInstanceOf(Promise);
  expect(Object.getPrototypeOf(call.then(() => {}))).toBe(Promise.prototype);
  expect(await rig.clock.run(call)).toEqual({});
});

describe("withResponse always gives a response", () => {
  const withResponse = async (call: Call<unknown, unknown>, rig: Rig) => {
    const { data, response } = await rig.clock.run(call.withResponse());
    return { data, status: response.status, type: response.headers.get("content-type") };
  };

  test("of a fallback's value: the documented success", async () => {
    const rig = new Rig({ extensions: [valueFallback] }).replies(503);
    const operation = getWith(
      { fallback: { stale: false, value: { a: 1 } } },
      { responses: { "201": "application/json", default: "application/json" } },
    );
    expect(await withResponse(rig.call(operation), rig)).toEqual({
      data: { a: 1 },
      status: 201,
      type: "application/json",
    });
  });

  test.each([
    ["a text", "text/plain", "text/plain"],
    [new Blob(["x"], { type: "image/png" }), "image/png", "image/png"],
  ])("of a value of another kind: %s", async (value, documented, type) => {
    const rig = new Rig({ extensions: [valueFallback] }).replies(503);
    const operation = getWith({ fallback: { stale: false, value: () => value } }, { responses: { "200": documented } });
    const given = await rig.clock.run(rig.call(operation).withResponse());
    expect(given.response.headers.get("content-type")).toContain(type);
    expect(await given.response.text()).toBe(await new Response(value).text());
  });

  test("of an earlier response: what was kept of it", async () => {
    const rig = new Rig({ extensions: [staleFallback], responses: "public" });
    rig.replies({ status: 200, body: { a: 1 }, headers: { "x-kept": "yes" } }, 503);
    const operation = getWith({ fallback: { stale: 60_000 } });
    await rig.end(operation);
    await turns();
    const given = await rig.clock.run(rig.call(operation).withResponse());
    expect([given.data, given.response.status, given.response.headers.get("x-kept")]).toEqual([{ a: 1 }, 200, "yes"]);
  });

  test("of a mutation that was answered with nothing", async () => {
    const rig = new Rig().replies({ status: 204 });
    const operation = postWith({}, { responses: { "204": "" } });
    expect(await withResponse(rig.call(operation), rig)).toEqual({ data: undefined, status: 204, type: null });
  });
});
