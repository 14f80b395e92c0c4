import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { getWith, postWith, type Reply, Rig, retriesAtOnce } from "../../../tests/rig/rig.js";
import { defaults } from "../policies/defaults.js";
import { jsonBody } from "../serialize/body.js";

const to = (status: number, location: string): Reply => ({ status, headers: { location } });
const body = { body: { "application/json": jsonBody } };
const input = { body: { a: 1 } };

describe("a mutation", () => {
  test.each([301, 302])("does not follow %i, and is no GET", async (status) => {
    const rig = new Rig().replies(to(status, "/v2/things?token=s3cret"));
    const error = await rig.error(postWith({}, body), input);
    expect(error).toMatchObject({ code: "redirect", status, sent: "yes" });
    expect(error.message).toContain("to https://api.example/v2/things was not followed");
    expect(error.message).not.toContain("s3cret");
    expect(rig.requests).toBe(1);
  });

  test.each([307, 308])("follows %i once within its origin", async (status) => {
    const rig = new Rig().replies(to(status, "/v2/things"));
    expect(await rig.end(postWith({}, body), input)).toMatchObject({ ok: true });
    expect(rig.received.map(({ method, url, body: sent }) => [method, url, sent])).toEqual([
      ["POST", "https://api.example/things", '{"a":1}'],
      ["POST", "https://api.example/v2/things", '{"a":1}'],
    ]);
  });

  test("follows 303 by a GET", async () => {
    const rig = new Rig().replies(to(303, "/things/1"));
    expect(await rig.end(postWith({}, body), input)).toMatchObject({ ok: true });
    expect(rig.received[1]).toMatchObject({ method: "GET", url: "https://api.example/things/1" });
    expect(rig.received[1]?.headers).not.toHaveProperty("content-type");
  });

  test("names the other origin that it does not go to", async () => {
    const error = await new Rig().replies(to(307, "https://me:pw@other.example/x?y")).error(postWith({}, body), input);
    expect(error.message).toContain("to https://other.example/x was not followed: it would send a mutation again");
  });
});

test.each([301, 302, 307, 308])("a POST that only reads follows %i as it is", async (status) => {
  const rig = new Rig().replies(to(status, "/v2/search"), to(status, "/v3/search"));
  const search = postWith({}, { ...body, safe: true });
  expect(await rig.end(search, input)).toMatchObject({ ok: true });
  expect(rig.received.map(({ method, body: sent }) => [method, sent])).toEqual(
    Array.from({ length: 3 }, () => ["POST", '{"a":1}']),
  );
});

test("a response whose body hangs does not hold up what it leads to", async () => {
  const hanging = new ReadableStream({ cancel: () => new Promise(() => {}) });
  const rig = new Rig().replies({ ...to(302, "/v2/thing"), body: hanging });
  expect(await rig.end(getWith({}))).toMatchObject({ ok: true });
});

describe("in a browser", () => {
  beforeEach(() => {
    vi.stubGlobal("process", Object.create(process, { versions: { value: {} } }));
    vi.stubGlobal("document", {});
  });
  afterEach(() => {
    vi.unstubAllGlobals();
  });

  /** As fetch answers there: the redirect is hidden. */
  const opaque = (): Response =>
    Object.defineProperties(Response.error(), { type: { value: "opaqueredirect" }, status: { value: 0 } });

  test("fetch hides where a mutation is redirected: an error that is not retried, and no failure of the server", async () => {
    const modes: unknown[] = [];
    const rig = new Rig({
      transport: async (_input, init) => {
        modes.push(init?.redirect);
        return opaque();
      },
    });
    const put = postWith(
      { repeat: "always", retry: retriesAtOnce(3), breaker: { ...defaults.breaker, minimumCalls: 1 } },
      { ...body, method: "PUT" },
    );
    const error = await rig.error(put, input);
    expect(error).toMatchObject({ code: "redirect", sent: "yes", attempts: 1 });
    expect(error.status).toBeUndefined();
    expect(modes).toEqual(["manual"]);
    expect(rig.client.resilience.operation("createThing").counters.failures).toBe(0);
  });

  test("fetch follows for what only reads", async () => {
    const rig = new Rig();
    await rig.end(getWith({}));
    expect(rig.received[0]?.init.redirect).toBe("follow");
  });
});
