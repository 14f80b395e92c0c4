import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { digestAtOnce } from "../../../tests/rig/digest.js";
import { getWith, Rig, type RigOptions } from "../../../tests/rig/rig.js";
import { VirtualClock } from "../../entries/testing/index.js";
import { authorize } from "../auth/auth.js";
import { buildClient } from "../client/client.js";
import type { Transport } from "../http/transport.js";
import type { Middleware } from "../observe/middleware.js";
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

const shared = getWith({ coalesce: true }, { extensions: [coalesce], security: [["bearer"], ["key"], ["login"]] });
const open = getWith({ coalesce: true }, { extensions: [coalesce] });

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

/** The same over the platform's own `fetch`. */
function requestsByFetch(baseUrl: string, operation = shared, fetchOptions = {}): Promise<number> {
  const rig = rigOf();
  vi.stubGlobal("fetch", rig.send);
  const client = buildClient({ contract: 1, servers: [], ...api }, { baseUrl, clock: rig.clock, fetchOptions });
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
    expect(await requests(rigOf({ identity: () => "somebody" }), open, {}, { identity })).toBe(2);
  });

  test("is anybody where there are no credentials, and nobody who could add some", async () => {
    expect(await requestsByFetch("https://api.example", open)).toBe(1);
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

describe("callers cannot be told apart", () => {
  const middleware: Middleware[] = [(request, next) => next(request)];
  const own =
    (rig: Rig): Transport =>
    (input, init) =>
      rig.send(input, init);
  /** A client whose requests may get credentials in this way. */
  const ways: Record<string, () => Rig> = {
    "a middleware": () => rigOf({ auth: { bearer: "app" }, middleware }),
    "a transport": () => {
      const clock = new VirtualClock();
      const server = rigOf({ clock });
      const rig = rigOf({ auth: { bearer: "app" }, clock, transport: own(server) });
      return Object.assign(rig, { received: server.received, script: server.script });
    },
    "a function that gives headers": () => rigOf({ auth: { bearer: "app" }, headers: () => ({ "x-user": "anna" }) }),
    "a dispatcher": () => rigOf({ auth: { bearer: "app" }, fetchOptions: { dispatcher: {} } }),
    "fetchOptions.credentials": () => rigOf({ auth: { bearer: "app" }, fetchOptions: { credentials: "include" } }),
    "an attached middleware": () => {
      const rig = rigOf({ auth: { bearer: "app" } });
      rig.client.attach({ middleware: middleware[0] });
      return rig;
    },
  };

  test.each(Object.keys(ways))(
    "where %s may add credentials: nothing is shared, and that is said once",
    async (way) => {
      for (const operation of [shared, open]) {
        const rig = (ways[way] as () => Rig)();
        expect(await requests(rig, operation)).toBe(2);
        expect(await requests(rig, operation)).toBe(4);
        const warnings = rig.events.filter(({ type }) => type === "warning");
        expect(warnings).toHaveLength(1);
        expect(warnings[0]).toMatchObject({ message: expect.stringContaining("callers cannot be told apart") });
      }
    },
  );

  test.each([{ dispatcher: {} }, { credentials: "include" }])(
    "nor by the call option fetchOptions: %o",
    async (fetchOptions) => {
      expect(await requests(rigOf({ auth: { bearer: "app" } }), shared, { fetchOptions })).toBe(2);
      expect(await requests(rigOf({ identity: () => "anna" }), shared, { fetchOptions })).toBe(1);
    },
  );

  test("where the call option sets the client's credentials mode back: something is shared", async () => {
    const rig = rigOf({ auth: { bearer: "app" }, fetchOptions: { credentials: "include" } });
    expect(await requests(rig, shared, { fetchOptions: { credentials: "omit" } })).toBe(1);
  });

  test("unless an identity says who calls", async () => {
    expect(await requests(rigOf({ middleware, identity: () => "anna" }))).toBe(1);
  });

  test("unless the responses are public, by the client or by the operation", async () => {
    expect(await requests(rigOf({ middleware, responses: "public" }))).toBe(1);
    const anybodys = getWith(
      { coalesce: true, responses: "public" },
      { extensions: [coalesce], security: [["bearer"]] },
    );
    const [anna, bert] = [{ auth: { bearer: "anna" } }, { auth: { bearer: "bert" } }];
    expect(await requests(rigOf(), anybodys, anna, bert)).toBe(1);
  });

  test("not by a middleware that says that it adds none", async () => {
    const rig = rigOf({ auth: { bearer: "a" } });
    rig.client.attach({ middleware: middleware[0], addsCredentials: false });
    expect(await requests(rig)).toBe(1);
  });
});

describe("a client made from another", () => {
  test.each([
    ["credentials", { auth: { bearer: "bert" } }],
    ["headers", { headers: { "x-user": "bert" } }],
  ])("with %s of its own does not take over whose calls they are", async (_what, context) => {
    const rig = rigOf({ identity: () => "anna" });
    rig.usually = { after: 2_000 };
    const bert = rig.client.with(context);
    await rig.clock.run(Promise.all([rig.client, bert].map((client) => rig.call(open, {}, {}, client).result())));
    expect(rig.requests).toBe(2);
  });

  test("with headers that are no function shares with itself", async () => {
    const rig = rigOf({ auth: { bearer: "a" }, headers: { "x-app": "1" } });
    expect(await requests(rig, shared, {}, {}, rig.client.with({ headers: { "x-view": "full" } }))).toBe(1);
  });
});

test("a call that joined another one makes its own where the other was made with another user's credentials", async () => {
  let current = "anna";
  const rig = rigOf({ auth: { bearer: () => current } });
  rig.usually = { after: 2_000 };
  const calls = [rig.call(shared).result(), rig.call(shared).result()];
  // Both have said who they are; then another user logs in, before anything is sent.
  while (rig.requests === 0) {
    await Promise.resolve();
    if (rig.client["~core"].shared.size > 0) current = "bert";
  }
  const [first, second] = await rig.clock.run(Promise.all(calls));
  expect([first?.ok, second?.ok]).toEqual([true, true]);
  const tokens = rig.received.map(({ headers }) => headers["authorization"]);
  expect(new Set(tokens).size === 1 && tokens.length === 1 && tokens[0] === "Bearer bert").toBe(false);
});

describe("in a browser", () => {
  beforeEach(() => {
    vi.stubGlobal("process", Object.create(process, { versions: { value: {} } }));
    vi.stubGlobal("document", {});
    vi.stubGlobal("location", new URL("https://shop.example/page"));
  });

  test("cookies may go along to the page's own origin that nobody can see: nothing is shared", async () => {
    expect(await requestsByFetch("https://shop.example/api", open)).toBe(2);
    expect(await requests(rigOf({ auth: { bearer: "a" } }))).toBe(1);
  });

  test("none go anywhere with credentials: 'omit'", async () => {
    expect(await requestsByFetch("https://shop.example/api", open, { credentials: "omit" })).toBe(1);
  });

  test("they go to another origin, too, with credentials: 'include'", async () => {
    expect(await requestsByFetch("https://api.example", open, { credentials: "include" })).toBe(2);
  });

  test("none go to another origin", async () => {
    expect(await requestsByFetch("https://api.example", open)).toBe(1);
  });
});
