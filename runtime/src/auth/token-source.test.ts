import { describe, expect, test } from "vitest";
import { VirtualClock } from "../../entries/testing/index.js";
import { clientCredentials, refreshableToken, type TokenSourceOptions } from "./token-source.js";

const credentials = { tokenUrl: "https://login.example/token", clientId: "me", clientSecret: "t0psecret" };

/** An authorization server that answers in turn, the last answer for ever; tokens are numbered. */
class Server {
  readonly clock = new VirtualClock();
  readonly received: { url: string; body: URLSearchParams; headers: Headers; init: RequestInit }[] = [];
  readonly options: TokenSourceOptions;
  readonly #answers: (object | number | "never")[];

  constructor(...answers: (object | number | "never")[]) {
    this.#answers = answers;
    this.options = { ...credentials, clock: this.clock, fetch: (url, init) => this.#answer(url, init) };
  }

  #answer(url: string, init: RequestInit): Promise<Response> {
    this.received.push({
      url,
      body: new URLSearchParams(String(init.body)),
      headers: new Headers(init.headers),
      init,
    });
    const count = this.received.length;
    const next = this.#answers[count - 1] ?? this.#answers.at(-1) ?? {};
    if (next === "never") {
      return new Promise((_resolve, reject) =>
        init.signal?.addEventListener("abort", () => reject(init.signal?.reason)),
      );
    }
    if ("retryAfter" in Object(next)) {
      const { status, retryAfter } = next as { status: number; retryAfter: number };
      return Promise.resolve(Response.json({}, { status, headers: { "retry-after": String(retryAfter) } }));
    }
    if (typeof next === "number") {
      const said = { error: "invalid_client", error_description: "t0psecret is wrong" };
      return Promise.resolve(Response.json(said, { status: next }));
    }
    return Promise.resolve(Response.json({ access_token: `token-${count}`, token_type: "Bearer", ...next }));
  }
}

describe("a token", () => {
  test("is asked for by the client credentials grant, with the secret in the header", async () => {
    const server = new Server({ expires_in: 3600 });
    const source = clientCredentials({
      ...server.options,
      clientId: "me:ü",
      scopes: ["read", "write"],
      parameters: { audience: "https://api.example" },
    });
    expect(await source()).toBe("token-1");
    const [request] = server.received;
    expect(request?.url).toBe(credentials.tokenUrl);
    expect(request?.init.method).toBe("POST");
    expect(Object.fromEntries(request?.body ?? [])).toEqual({
      grant_type: "client_credentials",
      audience: "https://api.example",
      scope: "read write",
    });
    // RFC 6749 §2.3.1: both are form-encoded before they are joined.
    expect(request?.headers.get("authorization")).toBe(`Basic ${btoa("me%3A%C3%BC:t0psecret")}`);
  });

  test("is asked for with the secret in the body, where the server wants that", async () => {
    const server = new Server({});
    const source = clientCredentials({
      ...server.options,
      clientAuthentication: "body",
      clientSecret: async () => "s",
    });
    await source();
    expect(Object.fromEntries(server.received[0]?.body ?? [])).toEqual({
      grant_type: "client_credentials",
      client_id: "me",
      client_secret: "s",
    });
    expect(server.received[0]?.headers.has("authorization")).toBe(false);
  });

  test("is kept until its margin, then replaced", async () => {
    const server = new Server({ expires_in: 3600 });
    const source = clientCredentials({ ...server.options, margin: "60s" });
    expect(await source()).toBe("token-1");
    await server.clock.advance(3_539_999);
    expect(await source()).toBe("token-1");
    await server.clock.advance(1);
    // Nobody waits for the next one while this one is good.
    expect(await source()).toBe("token-1");
    await server.clock.advance(0);
    expect(await source()).toBe("token-2");
    expect(server.received).toHaveLength(2);
  });

  test("of a short life is kept for half of it, whatever the margin", async () => {
    const server = new Server({ expires_in: 10 });
    const source = clientCredentials({ ...server.options, margin: "60s" });
    await source();
    await server.clock.advance(4_999);
    expect(await source()).toBe("token-1");
    await server.clock.advance(1);
    await source();
    await server.clock.advance(0);
    expect(await source()).toBe("token-2");
  });

  test.each([undefined, 0, -5, "soon"])("whose life is %s is kept until it is refused", async (expires_in) => {
    const server = new Server({ expires_in });
    const source = clientCredentials(server.options);
    await source();
    await server.clock.advance("1000h");
    expect(await source()).toBe("token-1");
    expect(source.invalidate("token-1")).toBe(true);
    expect(await source()).toBe("token-2");
  });

  test("is asked for once by all who want it at once", async () => {
    const server = new Server({ expires_in: 3600 });
    const source = clientCredentials(server.options);
    expect(new Set(await Promise.all(Array.from({ length: 50 }, source)))).toEqual(new Set(["token-1"]));
    expect(server.received).toHaveLength(1);
  });

  test("that somebody else has replaced already is not asked for again", async () => {
    const server = new Server({ expires_in: 3600 });
    const source = clientCredentials(server.options);
    await source();
    source.invalidate("token-1");
    await source();
    expect(source.invalidate("token-1")).toBe(true);
    expect(await source()).toBe("token-2");
    expect(server.received).toHaveLength(2);
  });

  test("that replaced a refused one and is refused too is not replaced at once: it is not its age", async () => {
    const server = new Server({ expires_in: 3600 });
    const source = clientCredentials(server.options);
    source.invalidate(await source());
    const second = await source();
    expect(source.invalidate(second)).toBe(false);
    expect(await source()).toBe(second);
    await server.clock.advance("30s");
    expect(source.invalidate(second)).toBe(true);
    expect(await source()).toBe("token-3");
  });

  test("goes on while the server is away, until its end", async () => {
    const server = new Server({ expires_in: 100 }, 503);
    const source = clientCredentials(server.options);
    await source();
    await server.clock.advance("70s");
    expect(await source()).toBe("token-1");
    await server.clock.advance("30s");
    await expect(source()).rejects.toThrow("answered 503");
  });
});

describe("a token whose server counts by the wall clock", () => {
  test("is replaced after the machine slept, although the monotonic clock stood still", async () => {
    const server = new Server({ expires_in: 3_600 });
    let sleptMs = 0;
    const { clock } = server;
    const source = clientCredentials({
      ...server.options,
      clock: {
        now: () => clock.now(),
        date: () => clock.date() + sleptMs,
        setTimer: (run, ms) => clock.setTimer(run, ms),
        clearTimer: (timer) => clock.clearTimer(timer),
      },
    });
    await source();
    sleptMs = 7_200_000;
    expect(await source()).toBe("token-2");
    // Set back: the monotonic clock decides.
    sleptMs = -7_200_000;
    expect(await source()).toBe("token-2");
    await server.clock.advance(3_600_000);
    expect(await source()).toBe("token-3");
  });
});

describe("a failure", () => {
  test("tells the status and the code, and nothing that was sent", async () => {
    const server = new Server(401);
    const error = await clientCredentials(server.options)().catch((thrown: unknown) => thrown);
    expect(String(error)).toBe("Error: the authorization server answered 401 (invalid_client)");
    expect(JSON.stringify(error)).not.toContain("t0psecret");
  });

  test("is remembered for a second, so that a thousand calls do not ask a thousand times", async () => {
    const server = new Server(503, {});
    const source = clientCredentials(server.options);
    await expect(source()).rejects.toThrow("answered 503");
    await server.clock.advance(999);
    await expect(source()).rejects.toThrow("answered 503");
    expect(server.received).toHaveLength(1);
    await server.clock.advance(1);
    expect(await source()).toBe("token-2");
  });

  test("is remembered for as long as the server asks, but for a minute at most", async () => {
    const server = new Server({ status: 429, retryAfter: 5 }, { status: 429, retryAfter: 3_600 }, {});
    const source = clientCredentials(server.options);
    await expect(source()).rejects.toThrow("answered 429");
    await server.clock.advance(4_999);
    await expect(source()).rejects.toThrow("answered 429");
    expect(server.received).toHaveLength(1);
    await server.clock.advance(1);
    await expect(source()).rejects.toThrow("answered 429");
    await server.clock.advance(60_000);
    expect(await source()).toBe("token-3");
  });

  test("of a token's listener is that call's error, and the fresh token is not lost", async () => {
    const server = new Server({ refresh_token: "refresh-2" });
    const source = refreshableToken({
      ...server.options,
      refreshToken: "refresh-1",
      onRefreshToken: () => {
        throw new Error("the disk is full");
      },
    });
    await expect(source()).rejects.toThrow("the disk is full");
    expect(await source()).toBe("token-1");
    expect(server.received).toHaveLength(1);
  });

  test.each<[how: string, onRefreshToken: () => Promise<void> | void]>([
    ["rejects", () => Promise.reject(new Error("the disk is full"))],
    [
      "throws",
      () => {
        throw new Error("the disk is full");
      },
    ],
    ["never settles", () => new Promise<void>(() => {})],
  ])("of a token's listener that %s touches no other call that waits for the token", async (how, onRefreshToken) => {
    const server = new Server({ refresh_token: "refresh-2" });
    const source = refreshableToken({ ...server.options, refreshToken: "refresh-1", onRefreshToken });
    const asker = source();
    const others = [source(), source()];
    if (how !== "never settles") await expect(asker).rejects.toThrow("the disk is full");
    expect(await Promise.all(others)).toEqual(["token-1", "token-1"]);
    expect(server.received).toHaveLength(1);
  });

  test.each([{ access_token: "" }, { access_token: 5 }, { access_token: undefined }])("is %o", async (answer) => {
    const server = new Server(answer);
    await expect(clientCredentials(server.options)()).rejects.toThrow("has no access_token");
  });

  test("comes when the server takes too long, and leaves no timer", async () => {
    const server = new Server("never");
    const asked = clientCredentials({ ...server.options, timeout: "3s" })();
    await expect(server.clock.run(asked)).rejects.toThrow("did not answer in time");
    expect(server.clock.now()).toBe(3_000);
    expect(server.clock.pending).toBe(0);
  });

  test("is a redirect: the secret goes nowhere else", async () => {
    const server = new Server(307);
    await expect(clientCredentials(server.options)()).rejects.toThrow("answered 307");
    expect(server.received[0]?.init.redirect).toBe("manual");
  });
});

test("a refresh token is replaced whenever the server sends another, and its owner is told", async () => {
  const server = new Server({ expires_in: 60, refresh_token: "refresh-2" }, { expires_in: 60 }, { expires_in: 60 });
  const told: string[] = [];
  const { clientSecret: _secret, ...options } = server.options;
  const source = refreshableToken({ ...options, refreshToken: "refresh-1", onRefreshToken: (next) => told.push(next) });
  for (let count = 0; count < 3; count++) {
    await source();
    await server.clock.advance("60s");
  }
  expect(server.received.map(({ body }) => body.get("refresh_token"))).toEqual(["refresh-1", "refresh-2", "refresh-2"]);
  expect(server.received[0]?.body.get("client_id")).toBe("me");
  expect(told).toEqual(["refresh-2"]);
});

test("OpenID Connect discovery tells where tokens are", async () => {
  const server = new Server({ token_endpoint: "https://login.example/v2/token" }, {});
  const { tokenUrl: _url, ...options } = server.options;
  const source = clientCredentials({ ...options, openIdConnectUrl: "https://login.example/.well-known/openid" });
  expect(await source()).toBe("token-2");
  expect(server.received.map(({ url }) => url)).toEqual([
    "https://login.example/.well-known/openid",
    "https://login.example/v2/token",
  ]);
});
