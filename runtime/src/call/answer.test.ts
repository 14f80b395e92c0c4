import { describe, expect, test } from "vitest";
import { getWith, postWith, type Reply, Rig, responseOf, retriesAtOnce } from "../../../tests/rig/rig.js";
import { defaults } from "../policies/defaults.js";

const json = { "content-type": "application/json" };
const timeout = { attempt: 600, total: 8_000, idle: false } as const;

/** A body that begins and never ends. */
const stalling = (): ReadableStream =>
  new ReadableStream({ start: (controller) => controller.enqueue(new TextEncoder().encode('{"title":')) });
/** A body that begins and breaks off. */
const breaking = (): ReadableStream =>
  new ReadableStream({
    start(controller) {
      controller.enqueue(new TextEncoder().encode('{"title":'));
    },
    pull: (controller) => controller.error(new TypeError("terminated")),
  });

describe("a failed response is known by its headers, although its body", () => {
  const bodies: [what: string, body: () => ReadableStream][] = [
    ["stalls", stalling],
    ["breaks off", breaking],
    ["is too large", () => responseOf({ body: "x".repeat(2_000) }).body as ReadableStream],
  ];
  const busy = (body: ReadableStream): Reply => ({ status: 503, headers: { ...json, "retry-after": "2" }, body });
  const policies = { timeout, maxResponse: 1_000 } as const;

  test.each(bodies.slice(0, 2))("%s: the next attempt waits as long as it asks", async (_what, body) => {
    const rig = new Rig({ random: () => 0 }).replies(busy(body()));
    expect(await rig.end(getWith({ ...policies, retry: retriesAtOnce(1) }))).toMatchObject({ ok: true, attempts: 2 });
    expect((rig.times[1] ?? 0) - (rig.times[0] ?? 0)).toBeGreaterThanOrEqual(2_000);
  });

  test.each(bodies)("%s: its status is the error's", async (_what, body) => {
    const rig = new Rig().replies(busy(body()));
    const error = await rig.error(postWith(policies));
    expect(error).toMatchObject({ status: 503, sent: "yes", retryAt: expect.any(Date) });
    expect(`${error.code} ${error.reason}`).toMatch(
      /^(unexpected-response whose body did not arrive|too-large undefined)$/,
    );
  });

  test.each(bodies)("%s: the breaker judges by its status", async (_what, body) => {
    const breaker = { ...defaults.breaker, minimumCalls: 1 };
    const orderly = new Rig().replies(busy(body()));
    await orderly.end(getWith({ ...policies, breaker }));
    expect(orderly.client.resilience.operation("getThing").state).toBe("closed");
    const refused = new Rig().replies({ ...busy(body()), status: 404 });
    await refused.end(getWith({ ...policies, breaker }));
    expect(refused.client.resilience.operation("getThing").state).toBe("closed");
  });

  test("stalls beyond the deadline: its status is the error's, and the deadline the reason to give up", async () => {
    const rig = new Rig().replies(busy(stalling()));
    const operation = getWith({ timeout: { attempt: false, total: 1_000, idle: false }, retry: retriesAtOnce(3) });
    expect(await rig.error(operation)).toMatchObject({ status: 503, gaveUp: expect.stringMatching(/deadline|retry/) });
  });
});

test("a success whose body stalls is a timeout", async () => {
  const rig = new Rig().replies({ headers: json, body: stalling() });
  expect(await rig.error(getWith({ timeout }))).toMatchObject({ code: "timeout", sent: "yes" });
});

test("an abort while the body of a failure is awaited is an abort", async () => {
  const rig = new Rig().replies({ status: 503, headers: json, body: stalling() });
  const controller = new AbortController();
  rig.clock.setTimer(() => controller.abort(), 100);
  expect(await rig.error(getWith({ timeout }), {}, { signal: controller.signal })).toMatchObject({ code: "aborted" });
});

describe("where a response has no stream of its body (React Native)", () => {
  const without = (response: Response, body: null | undefined): Response =>
    Object.defineProperty(response, "body", { value: body });

  test.each([
    ["JSON", getWith({}), '{"a":1}', json, { a: 1 }],
    ["text", getWith({}, { responses: { "200": "text/plain" } }), "text", { "content-type": "text/plain" }, "text"],
  ])("it is read as a whole: %s", async (_what, operation, body, headers, data) => {
    const transport = async () => without(new Response(body, { headers }), undefined);
    expect(await new Rig({ transport }).end(operation)).toMatchObject({ ok: true, data });
  });

  test("its limit holds", async () => {
    const transport = async () => without(new Response("x".repeat(2_000), { headers: json }), undefined);
    expect(await new Rig({ transport }).error(getWith({ maxResponse: 1_000 }))).toMatchObject({ code: "too-large" });
  });

  test("an empty one is empty", async () => {
    const transport = async () => without(new Response(null, { status: 204 }), undefined);
    const operation = getWith({}, { responses: { "204": "" } });
    expect(await new Rig({ transport }).end(operation)).toMatchObject({ ok: true, data: undefined });
  });
});

describe("what was expected and what came", () => {
  const image = getWith({}, { responses: { "200": "image/png", default: "application/json" } });
  const as = (type: string, body: string, status = 200): Reply => ({ status, headers: { "content-type": type }, body });

  test("a file of another type than the documented one is a success with a warning", async () => {
    const rig = new Rig().replies(as("image/webp", "bytes"));
    const end = await rig.end(image);
    expect(end).toMatchObject({ ok: true, data: { type: "image/webp", size: 5 } });
    expect(rig.heard("warning").map(({ message }) => message)).toEqual([
      "answered 200 with image/webp, which its description does not know",
    ]);
  });

  test.each([
    [
      "a page where a file is documented",
      image,
      as("text/html; charset=utf-8", "<p>"),
      "text/html instead of image/png",
    ],
    ["a file where JSON is documented", getWith({}), as("image/png", "x"), "image/png instead of application/json"],
    ["a page where JSON is documented", getWith({}), as("text/html", "<p>"), "text/html instead of application/json"],
    [
      "nothing where JSON is documented",
      getWith({}, { responses: { "201": "application/json" } }),
      { status: 201 },
      "no body instead of application/json",
    ],
    [
      "a status that is not documented",
      getWith({}, { responses: { "200": "application/json" } }),
      as("application/json", "{}", 409),
      "undocumented status 409",
    ],
    ["a type that is none", getWith({}), as("<b>;x", "x"), "b instead of application/json"],
  ])("%s is unexpected", async (_what, operation, reply, reason) => {
    const error = await new Rig().replies(reply).error(operation);
    expect(error).toMatchObject({ code: "unexpected-response", reason });
    expect(error.message).toContain(reason);
  });

  test("broken JSON of a success cannot be decoded", async () => {
    const error = await new Rig().replies(as("application/json", "{")).error(getWith({}));
    expect(error).toMatchObject({ code: "decode", reason: "no valid application/json" });
  });
});

describe("a documented XML error", () => {
  const xml = "<error><title>No such thing</title></error>";
  const answers = (contentType: string): Rig =>
    new Rig().replies({ status: 404, headers: { "content-type": contentType }, body: xml });

  test.each(["application/xml", "application/problem+xml; charset=utf-8", "text/xml"])(
    "is an http error whose body is the text: %s",
    async (contentType) => {
      const documented = contentType.split(";")[0] ?? "";
      const responses = { "200": "application/json", "404": documented };
      const error = await answers(contentType).error(getWith({}, { responses }));
      expect(error).toMatchObject({ code: "http", status: 404, body: xml });
    },
  );

  test("that stands beside JSON is understood, but not asked for", async () => {
    const responses = { "200": "application/json", "404": "application/json, application/xml;q=0" };
    const rig = answers("application/xml");
    const error = await rig.error(getWith({}, { responses }));
    expect(error).toMatchObject({ code: "http", status: 404, body: xml });
    expect(rig.received[0]?.headers["accept"]).toBe("application/json");
  });

  test("is asked for where it is all that is documented beside what stands in for it", async () => {
    const responses = { "200": "text/plain", "404": "application/xml", default: "image/png;q=0" };
    const rig = answers("application/xml");
    expect(await rig.error(getWith({}, { responses }))).toMatchObject({ code: "http", body: xml });
    expect(rig.received[0]?.headers["accept"]).toBe("text/plain, application/xml");
  });
});
