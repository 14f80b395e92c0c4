import { afterEach, describe, expect, test, vi } from "vitest";
import { getWith, Rig, type RigOptions } from "../../../tests/rig/rig.js";
import { buildClient } from "../client/client.js";
import { type AuthValues, authorize, type SecurityScheme } from "./auth.js";

const securitySchemes: Readonly<Record<string, SecurityScheme>> = {
  bearer: { type: "bearer" },
  key: { type: "apiKey", in: "header", name: "X-Key" },
  login: { type: "basic" },
  inQuery: { type: "apiKey", in: "query", name: "key" },
  inCookie: { type: "apiKey", in: "cookie", name: "sid" },
};
const operation = (security: readonly (readonly string[])[]) => getWith({}, { security });
const rigOf = (auth: AuthValues, more: RigOptions = {}) =>
  new Rig({ auth, api: { authorize, securitySchemes }, ...more });

/** A client over the platform's own `fetch`, which adds no credentials. */
function overFetch(auth: AuthValues, options: object = {}): Rig {
  const rig = rigOf(auth);
  vi.stubGlobal("fetch", rig.send);
  const api = { contract: 1, servers: [], authorize, securitySchemes } as const;
  const client = buildClient(api, { baseUrl: "https://api.example", auth, clock: rig.clock, ...options });
  return Object.assign(rig, { client });
}

afterEach(() => vi.unstubAllGlobals());

describe("a credential that is missing is an error that names its scheme and what is wrong", () => {
  test.each<[what: string, value: AuthValues[string], reason: string]>([
    ["empty", "", "is empty"],
    ["undefined, as of an environment variable that is not set", undefined, "is undefined"],
    ["null", null as never, "is null"],
    ["a function that returns nothing", () => undefined as never, "returned undefined"],
    ["a function that resolves to nothing", async () => "", "returned empty"],
    [
      "a function that throws",
      () => {
        throw new Error("no vault");
      },
      "could not be had: its function failed",
    ],
    ["a function that rejects", () => Promise.reject(new Error("no vault")), "could not be had: its function failed"],
  ])("%s", async (_what, value, reason) => {
    const rig = rigOf({ bearer: value });
    const error = await rig.error(operation([["bearer"]]));
    expect(error).toMatchObject({ code: "auth", parameter: "bearer", reason, sent: "no" });
    expect(error.message).toContain(`(auth 'bearer' ${reason})`);
    expect(rig.requests).toBe(0);
  });

  test("of schemes that are needed together, the one that is missing is named", async () => {
    const error = await rigOf({ key: "k", bearer: "" }).error(operation([["key", "bearer"]]));
    expect(error).toMatchObject({ code: "auth", parameter: "bearer" });
  });
});

describe("a credential that nobody gives is an error that says what to write", () => {
  test.each<[what: string, security: string[][], auth: AuthValues, scheme: string]>([
    ["none at all", [["bearer"]], {}, "bearer"],
    ["of alternatives, the first", [["key"], ["bearer"]], {}, "key"],
    ["of two that are needed together, the other", [["key", "bearer"]], { key: "k" }, "bearer"],
  ])("%s", async (_what, security, auth, scheme) => {
    const rig = overFetch(auth);
    const error = await rig.error(operation(security));
    expect(error).toMatchObject({ code: "auth", parameter: scheme, sent: "no" });
    expect(error.message).toContain(`'${scheme}' is missing: set auth: { ${scheme}: … } on the client or on the call`);
    expect(rig.requests).toBe(0);
  });

  test("a header for another scheme is no credential of this one", async () => {
    const error = await overFetch({}).error(operation([["key"]]), {}, { headers: { authorization: "Bearer t" } });
    expect(error).toMatchObject({ code: "auth", parameter: "key" });
  });
});

describe("a credential that is missing is no error", () => {
  test("where another alternative can be met", async () => {
    const rig = rigOf({ bearer: "", key: "k" });
    expect(await rig.end(operation([["bearer"], ["key"]]))).toMatchObject({ ok: true });
    expect(rig.received[0]?.headers).toMatchObject({ "x-key": "k" });
  });

  test("where the operation may be called without any", async () => {
    expect(await rigOf({ bearer: undefined }).end(operation([["bearer"], []]))).toMatchObject({ ok: true });
  });

  test.each<[scheme: string, headers: Record<string, string>]>([
    ["bearer", { Authorization: "Bearer t" }],
    ["login", { authorization: "Basic bG9naW4=" }],
    ["key", { "x-key": "k" }],
    ["inCookie", { cookie: "theme=dark; sid=1" }],
  ])("where the caller's headers have it: %s", async (scheme, headers) => {
    for (const auth of [{}, { [scheme]: "" }]) {
      const rig = overFetch(auth);
      expect(await rig.end(operation([[scheme]]), {}, { headers })).toMatchObject({ ok: true });
      expect(await overFetch(auth, { headers }).end(operation([[scheme]]))).toMatchObject({ ok: true });
    }
  });

  test("where the address has it", async () => {
    const rig = overFetch({});
    const asked = { ...operation([["inQuery"]]), query: [{ name: "key" }] };
    expect(await rig.end(asked, { query: { key: "k" } })).toMatchObject({ ok: true });
  });

  test("where the caller's headers have one of two that are needed together, and auth the other", async () => {
    const rig = overFetch({ key: "k" });
    const headers = { authorization: "Bearer t" };
    expect(await rig.end(operation([["key", "bearer"]]), {}, { headers })).toMatchObject({ ok: true });
    expect(rig.received[0]?.headers).toMatchObject({ "x-key": "k", authorization: "Bearer t" });
  });

  test.each<[way: string, options: object]>([
    ["a middleware", { middleware: [(request: Request, next: (it: Request) => unknown) => next(request)] }],
    ["a transport", { transport: async () => Response.json({}) }],
    ["a dispatcher", { fetchOptions: { dispatcher: {} } }],
    ["fetchOptions.credentials", { fetchOptions: { credentials: "include" } }],
  ])("where %s may add it", async (_way, options) => {
    expect(await overFetch({}, options).end(operation([["bearer"]]))).toMatchObject({ ok: true });
  });

  test("where the connection brings it: the runtime knows nothing of mutual TLS", async () => {
    expect(await overFetch({}).end(operation([["mutual"]]))).toMatchObject({ ok: true });
  });
});
