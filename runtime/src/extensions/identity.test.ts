import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { digestAtOnce } from "../../../tests/rig/digest.js";
import { getWith, Rig, type RigOptions } from "../../../tests/rig/rig.js";
import { authorize } from "../auth/auth.js";
import { buildClient } from "../client/client.js";
import { coalesce } from "./coalesce.js";

digestAtOnce();

const api = {
  authorize,
  securitySchemes: {
    bearer: { type: "bearer" },
    key: { type: "apiKey", in: "header", name: "X-Key" },
    login: { type: "basic" },
  },
} as const;

const shared = getWith({ coalesce: true }, { uses: [coalesce], security: [["bearer"], ["key"], ["login"]] });
const open = getWith({ coalesce: true }, { uses: [coalesce] });

/** How many requests two calls at once come to: one where they are taken for the same caller's. */
async function requests(
  rig: Rig,
  operation = shared,
  first = {},
  second = first,
  client = rig.client,
): Promise<number> {
  rig.usually = { after: 2_000 };
  const calls = [first, second].map((options) => rig.call(operation, {}, options, client).result());
  await rig.clock.run(Promise.all(calls));
  return rig.requests;
}

/** The same over the platform's own `fetch`, by a client that was given nothing which could add to a request. */
function requestsByFetch(baseUrl: string, operation = shared): Promise<number> {
  const rig = rigOf();
  vi.stubGlobal("fetch", rig.send);
  const client = buildClient({ contract: 1, servers: [], ...api }, { baseUrl, clock: rig.clock });
  return requests(rig, operation, {}, {}, client);
}

afterEach(() => vi.unstubAllGlobals());

const rigOf = (options: RigOptions = {}): Rig => new Rig({ api, ...options });

describe("who makes a call", () => {
  test("is what the credentials say, of whichever kind", async () => {
    expect(await requests(rigOf({ auth: { bearer: "a" } }))).toBe(1);
    expect(await requests(rigOf({ auth: { key: "a" } }))).toBe(1);
    expect(await requests(rigOf({ auth: { login: { username: "a", password: "b" } } }))).toBe(1);
    expect(await requests(rigOf(), shared, { auth: { bearer: "a" } }, { auth: { bearer: "b" } })).toBe(2);
    expect(await requests(rigOf(), shared, { headers: { "x-key": "a" } })).toBe(1);
  });

  test("is what the client's function says before that, and a call's own before both", async () => {
    const tokens = ["a", "b"];
    const bearer = (): string => String(tokens.shift());
    expect(await requests(rigOf({ identity: async () => "somebody", auth: { bearer } }))).toBe(1);
    const identity = () => "somebody else";
    expect(await requests(rigOf({ identity: () => "somebody" }), shared, {}, { identity })).toBe(2);
  });

  test("is nobody known where credentials are needed and none can be seen", async () => {
    expect(await requests(rigOf())).toBe(2);
    expect(await requests(rigOf(), open)).toBe(1);
  });

  test("is anybody where there are no credentials, and nobody who could add some", async () => {
    expect(await requestsByFetch("https://api.example")).toBe(1);
  });

  test("is nobody known where the credentials cannot be got", async () => {
    const bearer = (): Promise<string> => Promise.reject(new Error("no"));
    expect(await requests(rigOf({ auth: { bearer } }))).toBe(0);
    expect(await requests(rigOf({ identity: () => Promise.reject(new Error("no")) }), open)).toBe(2);
  });

  test("is waited for a second; then the call goes on by itself", async () => {
    const rig = rigOf({ identity: () => new Promise(() => {}) });
    expect(await requests(rig, open)).toBe(2);
    expect(rig.times).toEqual([1_000, 1_000]);
    expect(rig.clock.pending).toBe(0);
  });
});

describe("in a browser", () => {
  beforeEach(() => {
    vi.stubGlobal("process", Object.create(process, { versions: { value: {} } }));
    vi.stubGlobal("document", {});
    vi.stubGlobal("location", new URL("https://shop.example/page"));
  });

  test("cookies may go along that nobody can see: without credentials nothing is shared", async () => {
    expect(await requests(rigOf(), open)).toBe(2);
    expect(await requestsByFetch("https://shop.example/api", open)).toBe(2);
    expect(await requests(rigOf({ auth: { bearer: "a" } }))).toBe(1);
  });

  test("none go to another origin", async () => {
    expect(await requestsByFetch("https://api.example", open)).toBe(1);
  });
});
