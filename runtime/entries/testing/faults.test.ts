import { afterEach, describe, expect, test, vi } from "vitest";
import type { Transport } from "../../src/http/transport.js";
import { type FaultOptions, faultTransport, seededRandom, VirtualClock } from "./index.js";

const url = new URL("https://api.example/things");

/** A fault transport on a virtual clock, and what it lets through. */
function rig(options: FaultOptions = {}) {
  const clock = new VirtualClock();
  const sent: string[] = [];
  const inner: Transport = async (input) => {
    sent.push(String(input));
    return new Response("0123456789", { status: 201 });
  };
  return { clock, sent, transport: faultTransport({ inner, clock, random: seededRandom(1), ...options }) };
}

/** What went wrong, as fetch in Node tells it. */
const codeOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => "no error",
    (error: TypeError & { cause?: { code?: string } }) => error.cause?.code,
  );

test("without faults it sends, and counts", async () => {
  const { transport, sent } = rig();
  expect((await transport(url)).status).toBe(201);
  expect([transport.requests, sent]).toEqual([1, [url.href]]);
});

test("by itself it answers 200 with an empty object", async () => {
  const response = await faultTransport()(url);
  expect([response.status, await response.json()]).toEqual([200, {}]);
});

describe("a script", () => {
  test("says what happens to the first requests, one each", async () => {
    const { transport, sent } = rig({ script: [{ status: 503 }, undefined, { drop: "connect" }] });
    expect((await transport(url)).status).toBe(503);
    expect((await transport(url)).status).toBe(201);
    expect(await codeOf(transport(url))).toBe("ECONNREFUSED");
    expect((await transport(url)).status).toBe(201);
    expect(sent).toHaveLength(2);
  });

  test("an answer has the headers and the body that it is given", async () => {
    const { transport } = rig({ script: [{ status: 429, retryAfter: 7, headers: { "x-a": "b" }, body: { a: 1 } }] });
    const { status, headers, ...response } = await transport(url).then(async (answer) => ({
      status: answer.status,
      headers: Object.fromEntries(answer.headers),
      body: await answer.text(),
    }));
    expect([status, headers, response.body]).toEqual([
      429,
      { "content-type": "application/json", "retry-after": "7", "x-a": "b" },
      '{"a":1}',
    ]);
  });

  test("a body that is a text is sent as it is, under the type that it is given", async () => {
    const { transport } = rig({ script: [{ status: 502, headers: { "content-type": "text/html" }, body: "<p>" }] });
    const answer = await transport(url);
    expect([answer.headers.get("content-type"), await answer.text()]).toEqual(["text/html", "<p>"]);
  });

  test("no wait asked for is no header; none at all is one of 0", async () => {
    const { transport } = rig({ script: [{ status: 503 }, { status: 503, retryAfter: 0 }] });
    expect((await transport(url)).headers.get("retry-after")).toBeNull();
    expect((await transport(url)).headers.get("retry-after")).toBe("0");
  });

  test("an answer that is lost was sent", async () => {
    const { transport, sent } = rig({ script: [{ drop: "answer" }] });
    expect(await codeOf(transport(url))).toBe("ECONNRESET");
    expect(sent).toHaveLength(1);
  });

  test("a body breaks off where it says", async () => {
    const { transport } = rig({ script: [{ cut: 4 }] });
    const reader = (await transport(url)).body?.getReader();
    expect(new TextDecoder().decode((await reader?.read())?.value)).toBe("0123");
    expect(await codeOf(reader?.read() ?? Promise.resolve())).toBe("UND_ERR_SOCKET");
  });

  test("latency passes on the clock before anything else", async () => {
    const { transport, clock, sent } = rig({ script: [{ latency: "2s" }] });
    const answer = transport(url);
    await clock.advance(1_999);
    expect(sent).toEqual([]);
    await clock.advance(1);
    expect((await answer).status).toBe(201);
    expect(clock.pending).toBe(0);
  });
});

describe("a request that is aborted", () => {
  test("during its latency ends with the signal's reason, and leaves no timer", async () => {
    const { transport, clock, sent } = rig({ script: [{ latency: "2s" }] });
    const controller = new AbortController();
    const answer = transport(url, { signal: controller.signal });
    await clock.advance(1_000);
    controller.abort("enough");
    await expect(answer).rejects.toBe("enough");
    expect([clock.pending, sent]).toEqual([0, []]);
  });

  test("before it begins does not begin", async () => {
    const { transport, clock, sent } = rig({ script: [{ latency: "2s" }, { status: 200 }] });
    for (let request = 0; request < 2; request++) {
      await expect(transport(url, { signal: AbortSignal.abort("before") })).rejects.toBe("before");
    }
    expect([clock.pending, sent]).toEqual([0, []]);
  });

  test("as a Request, which carries its own signal", async () => {
    const { transport, clock } = rig({ script: [{ latency: "2s" }] });
    const controller = new AbortController();
    const answer = transport(new Request(url, { signal: controller.signal }));
    await clock.advance(1);
    controller.abort(new Error("enough"));
    await expect(answer).rejects.toThrow("enough");
    expect(clock.pending).toBe(0);
  });
});

describe("rates", () => {
  test("hit their share of the requests, in the order in which they stand", async () => {
    const { transport } = rig({
      rates: [
        { rate: 0.2, status: 500 },
        { rate: 0.3, status: 503 },
      ],
    });
    const counts: Record<number, number> = {};
    for (let request = 0; request < 2_000; request++) {
      const { status } = await transport(url);
      counts[status] = (counts[status] ?? 0) + 1;
    }
    expect(Math.abs((counts[500] ?? 0) - 400)).toBeLessThan(60);
    expect(Math.abs((counts[503] ?? 0) - 600)).toBeLessThan(60);
  });

  test("0 hits none and 1 all; a script goes before", async () => {
    expect((await rig({ rates: [{ rate: 0, status: 500 }] }).transport(url)).status).toBe(201);
    const { transport } = rig({ rates: [{ rate: 1, status: 500 }], script: [undefined] });
    expect([(await transport(url)).status, (await transport(url)).status]).toEqual([201, 500]);
  });
});

test("in an outage nothing answers, from its first moment to before its last", async () => {
  const { transport, clock } = rig({ outages: [[1_000, 2_000]] });
  const at = async (ms: number): Promise<unknown> => {
    await clock.advance(ms - clock.now());
    return codeOf(transport(url));
  };
  expect([await at(999), await at(1_000), await at(1_999), await at(2_000)]).toEqual([
    "no error",
    "ECONNREFUSED",
    "ECONNREFUSED",
    "no error",
  ]);
});

describe("in production", () => {
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  test("it refuses to be made, unless forced", () => {
    vi.stubEnv("NODE_ENV", "production");
    expect(() => faultTransport()).toThrow("NODE_ENV=production");
    expect(faultTransport({ force: true }).requests).toBe(0);
  });
});
