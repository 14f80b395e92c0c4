// Code of the user's own may do anything: one clear error for that call at most, and no other call is touched.
import { describe, expect, onTestFinished, test } from "vitest";
import { getWith, postWith, Rig, type RigOptions } from "../../../tests/rig/rig.js";
import { sharedStore } from "../../entries/stores/index.js";
import { authorize } from "../auth/auth.js";
import { refreshableToken } from "../auth/token-source.js";
import type { CallOptions } from "../contract/call-options.js";
import type { Operation } from "../contract/operation.js";
import { coalesce } from "../extensions/coalesce.js";
import { progress } from "../extensions/progress.js";
import { propagate } from "../extensions/propagate.js";
import { rateLimit } from "../extensions/rate-limit.js";
import { valueFallback } from "../extensions/value-fallback.js";
import type { OperationInput } from "../http/operation-facts.js";
import type { Middleware } from "../observe/middleware.js";
import { defaults } from "../policies/defaults.js";
import type { Policies } from "../policies/types.js";
import { plainBody } from "../serialize/body.js";

const policies: Partial<Policies> = {
  timeout: { attempt: 1_000, total: 5_000, idle: false },
  breaker: { ...defaults.breaker, minimumCalls: 1 },
  bulkhead: { concurrency: 1, queue: 5, queueTimeout: 2_000, scope: "operation" },
  rateLimit: { calls: 100, per: 1_000, scope: "operation" },
};
const extensions = [rateLimit, coalesce, valueFallback, propagate, progress];

/** What a function of the user's own does instead of its duty. */
const misbehaviors = {
  "returns nothing": () => undefined,
  throws: () => {
    throw new Error("own fault");
  },
  rejects: () => Promise.reject(new Error("own fault")),
  "never settles": () => new Promise(() => {}),
  "calls back into the client": (rig: Rig) => rig.call(getWith({}, { id: "other", path: "/other" })),
  "closes the client": (rig: Rig) => rig.client.close(),
} as const;
type Misbehavior = keyof typeof misbehaviors;

interface Case {
  readonly client?: RigOptions;
  readonly operation?: Partial<Operation>;
  readonly policies?: Partial<Policies>;
  readonly input?: OperationInput;
  readonly options?: CallOptions<object>;
  /** The server fails, so that what stands in for it is asked. */
  readonly fails?: boolean;
}

/** Each place where code of the user's own is called, and what the call comes to: `ok`, or a code. */
const hooks: Record<
  string,
  [make: (act: () => never) => Case, ends: Partial<Record<Misbehavior, string>> & { readonly usually: string }]
> = {
  middleware: [
    (act) => ({ client: { middleware: [act] } }),
    { usually: "invalid-request", "never settles": "timeout", "closes the client": "closed" },
  ],
  observer: [(act) => ({ client: { observe: act } }), { usually: "ok", "closes the client": "closed" }],
  "headers of the client": [
    (act) => ({ client: { headers: act } }),
    { usually: "invalid-request", "returns nothing": "ok" },
  ],
  baseUrl: [(act) => ({ client: { baseUrl: act } }), { usually: "invalid-request" }],
  correlationId: [
    (act) => ({ client: { correlationId: act } }),
    { usually: "invalid-request", "returns nothing": "ok" },
  ],
  identity: [
    (act) => ({ client: { identity: act }, policies: { coalesce: true } }),
    { usually: "ok", "closes the client": "closed" },
  ],
  "a credential": [
    (act) => ({
      client: { auth: { key: act }, api: { authorize, securitySchemes: { key: { type: "bearer" } } } },
      operation: { security: [["key"]] },
    }),
    {
      usually: "auth",
      "never settles": "timeout",
      "calls back into the client": "ok",
      "closes the client": "closed",
    },
  ],
  onRefreshToken: [
    (act) => {
      const tokens = { access_token: "a-1", refresh_token: "r-2" };
      const fetch = async (): Promise<Response> => Response.json(tokens);
      const of = { tokenUrl: "https://login.example/token", clientId: "c", refreshToken: "r-1", fetch };
      const key = refreshableToken({ ...of, onRefreshToken: act });
      return {
        client: { auth: { key }, api: { authorize, securitySchemes: { key: { type: "bearer" } } } },
        operation: { security: [["key"]] },
      };
    },
    // The error of this call: who else waits for the token gets it.
    { usually: "ok", throws: "auth", rejects: "auth", "never settles": "timeout", "closes the client": "closed" },
  ],
  store: [
    (act) => ({
      client: { store: sharedStore({ exchange: act }) },
      policies: { breaker: { ...defaults.breaker, minimumCalls: 1, shared: true } },
    }),
    { usually: "ok", "closes the client": "closed" },
  ],
  "a fallback": [
    (act) => ({ policies: { fallback: { stale: false, value: act } }, fails: true }),
    { usually: "unexpected-response", "calls back into the client": "ok" },
  ],
  onProgress: [(act) => ({ options: { onProgress: act } }), { usually: "ok", "closes the client": "closed" }],
  transport: [
    (act) => ({ client: { transport: act } }),
    {
      usually: "invalid-request",
      throws: "network",
      rejects: "network",
      "never settles": "timeout",
      // It goes over the same transport.
      "calls back into the client": "invalid-request",
      "closes the client": "closed",
    },
  ],
};

/** Rejections that nobody handled while a test ran. */
function unhandledRejections(): unknown[] {
  const all: unknown[] = [];
  const listener = (reason: unknown): void => void all.push(reason);
  process.on("unhandledRejection", listener);
  onTestFinished(() => void process.off("unhandledRejection", listener));
  return all;
}

const kinds = Object.keys(misbehaviors) as Misbehavior[];

describe.each(Object.entries(hooks))("%s", (name, [make, ends]) => {
  test.each(kinds)("that %s", async (kind) => {
    const unhandled = unhandledRejections();
    let isBusy = false;
    const act = (): never => {
      // Only what the call under test asks, so that a call back into the client is no endless loop.
      if (isBusy) return usualAnswer(name) as never;
      isBusy = true;
      return misbehaviors[kind](rig) as never;
    };
    const given = make(act);
    const rig: Rig = new Rig({ extensions, ...given.client });
    const operation = getWith({ ...policies, ...given.policies }, given.operation);
    rig.usually = { after: 10, body: { a: 1 } };
    if (given.fails) rig.replies(500);
    const end = await rig.clock.run(rig.call(operation, given.input, given.options).result());
    expect(end.ok ? "ok" : end.error.code).toBe(ends[kind] ?? ends.usually);

    // Everything is given back: the next call, of an innocent user, has it all to itself.
    await rig.clock.advance("1m");
    const { running, queued, failures } = rig.client.resilience.operation("getThing").counters;
    // The slot of work that never ends is taken back when the next call looks for one.
    const isHeld = kind === "never settles" && (name === "middleware" || name === "transport");
    expect({ running, queued }).toEqual({ running: isHeld ? 1 : 0, queued: 0 });
    const isServers = given.fails || (name === "transport" && ["throws", "rejects", "never settles"].includes(kind));
    if (!isServers) expect(failures).toBe(0);
    if (!isServers && kind !== "closes the client" && name !== "transport") {
      rig.usually = 200;
      expect(await rig.end(operation, given.input, given.options)).toMatchObject({ ok: true });
    }
    expect(unhandled).toEqual([]);
  });
});

/** What a well-behaved function of that place returns. */
function usualAnswer(name: string): unknown {
  if (name === "baseUrl") return "https://api.example";
  if (name === "middleware" || name === "transport") return new Response("{}", { headers: json });
  return name === "headers of the client" || name === "observer" ? undefined : "me";
}

const json = { "content-type": "application/json" };

describe("a middleware", () => {
  const error = async (middleware: Middleware<never>, operation: Operation = getWith(policies)) => {
    const unhandled = unhandledRejections();
    const rig = new Rig({ extensions, middleware: [middleware] });
    rig.usually = { after: 10, body: { a: 1 } };
    const end = await rig.end(operation, { body: "x" });
    expect(rig.client.resilience.operation(operation.id).counters).toMatchObject({ running: 0, failures: 0 });
    expect(unhandled).toEqual([]);
    return { rig, end, error: end.ok ? undefined : end.error };
  };

  test("that never settles holds its slot for one attempt timeout more, and then gives it back with a warning", async () => {
    const rig = new Rig({ extensions, middleware: [() => new Promise<never>(() => {})] });
    const bulkhead = { concurrency: 1, queue: 5, queueTimeout: 4_000, scope: "operation" } as const;
    const operation = getWith({ ...policies, breaker: false, bulkhead });
    const first = rig.call(operation).result();
    const second = rig.call(operation).result();
    await rig.clock.advance(1_000);
    expect(await first).toMatchObject({ ok: false, error: { code: "timeout", elapsedMs: 1_000 } });
    const { counters } = rig.client.resilience.operation("getThing");
    expect(counters).toMatchObject({ running: 1, queued: 1 });
    await rig.clock.advance(1_000);
    expect(rig.client.resilience.operation("getThing").counters).toMatchObject({ running: 1, queued: 0 });
    expect(rig.events).toContainEqual(
      expect.objectContaining({ type: "warning", message: expect.stringContaining("took back the bulkhead slot") }),
    );
    expect(await rig.clock.run(second)).toMatchObject({ ok: false, error: { code: "timeout", attempts: 1 } });
    await rig.clock.advance("1m");
    expect(rig.clock.pending).toBe(0);
  });

  test("that throws after the response ends the call: the server has answered", async () => {
    const { error: thrown } = await error(async (request, next) => {
      await next(request);
      throw new Error("own fault");
    });
    expect(thrown).toMatchObject({ code: "invalid-request", sent: "yes", cause: { message: "own fault" } });
  });

  test("that forgets to return the response is told so", async () => {
    const { error: thrown } = await error((async (request: Request, next: (request: Request) => unknown) => {
      await next(request);
    }) as never);
    expect(thrown?.message).toContain("a middleware returned no Response");
  });

  test("that reads the body of a success, and passes it on, is told so", async () => {
    const { error: thrown } = await error(async (request, next) => {
      const response = await next(request);
      await response.text();
      return response;
    });
    expect(thrown).toMatchObject({ code: "invalid-request", sent: "yes" });
    expect(thrown?.message).toContain("pass on a clone");
  });

  test("that reads the body of a failure does not hide its status", async () => {
    const rig = new Rig({
      middleware: [
        async (request, next) => {
          const response = await next(request);
          await response.text();
          return response;
        },
      ],
    });
    const problem = { status: 503, body: { title: "busy" }, headers: { "retry-after": "7" } };
    const thrown = await rig.replies(problem).error(getWith({}));
    expect(thrown).toMatchObject({ code: "unexpected-response", status: 503, retryAt: expect.any(Date) });
  });

  test("that reads the body of the request, and passes the request on, changes nothing", async () => {
    const read: string[] = [];
    const post = postWith(policies, { body: { "text/plain": plainBody } });
    const { rig, end } = await error(async (request, next) => {
      read.push(await request.text());
      return next(request);
    }, post);
    expect(end.ok).toBe(true);
    expect([read, rig.received[0]?.body]).toEqual([["x"], "x"]);
  });

  test("that passes on a copy whose body it has read is told so", async () => {
    const { error: thrown } = await error(
      async (request, next) => {
        const copy = new Request(request);
        await copy.text();
        return next(copy);
      },
      postWith(policies, { body: { "text/plain": plainBody } }),
    );
    expect(thrown?.message).toContain("whose body it has read");
  });

  test("that does not wait for what it sent leaves no unhandled rejection", async () => {
    const rig = new Rig({
      extensions,
      middleware: [
        async (request, next) => {
          void next(request);
          return new Response("{}", { headers: json });
        },
      ],
    });
    const unhandled = unhandledRejections();
    const end = await rig.replies({ fails: "ECONNRESET" }).end(getWith(policies));
    expect(end.ok || end.error.message).toBe(true);
    await rig.clock.advance(10);
    expect(unhandled).toEqual([]);
  });

  test("may send a request twice that can be repeated", async () => {
    const { rig, end } = await error(async (request, next) => {
      await next(request);
      return next(request);
    });
    expect([end.ok, rig.requests]).toEqual([true, 2]);
  });

  test("cannot send a mutation twice that may only be executed once", async () => {
    const { rig, error: thrown } = await error(async (request, next) => {
      await next(request);
      return next(request);
    }, postWith(policies));
    expect(rig.requests).toBe(1);
    expect(thrown).toMatchObject({ code: "invalid-request", sent: "yes" });
    expect(thrown?.message).toContain("sent a request again that must not be repeated");
  });

  test("that calls back into the client beyond its bulkhead gets a refusal, and so ends", async () => {
    const narrow = getWith({
      ...policies,
      bulkhead: { concurrency: 1, queue: 1, queueTimeout: 500, scope: "operation" },
    });
    const codes: unknown[] = [];
    let depth = 0;
    const rig: Rig = new Rig({
      extensions,
      middleware: [
        async (request, next) => {
          if (depth++ === 0) {
            const inner = await rig.call(narrow).result();
            codes.push(inner.ok || inner.error.code);
          }
          return next(request);
        },
      ],
    });
    expect(await rig.end(narrow)).toMatchObject({ ok: true });
    expect(codes).toEqual(["bulkhead-full"]);
  });
});

describe("an upload source of the caller's own", () => {
  const upload = postWith(
    { ...policies, repeat: "always", streaming: true },
    { id: "putFile", method: "PUT", body: { "application/octet-stream": plainBody } },
  );
  const sent = (rig: Rig, body: unknown) => rig.end(upload, { body });
  /** Reads uploads to their end, as fetch does. */
  const reading: RigOptions["transport"] = async (_input, init) => {
    await new Response(init?.body).arrayBuffer();
    return new Response("{}", { headers: json });
  };

  test.each([
    [
      "an iterable",
      async function* () {
        yield new Uint8Array(10);
        throw Object.assign(new Error("EIO: i/o error, read"), { code: "EIO" });
      },
    ],
    [
      "a stream",
      () =>
        new ReadableStream({
          pull: (controller) => controller.error(Object.assign(new Error("EIO: i/o error, read"), { code: "EIO" })),
        }),
    ],
  ])("that breaks says so, and holds nothing against the server: %s", async (_what, source) => {
    const rig = new Rig({ extensions, transport: reading as never });
    for (let call = 0; call < 12; call++) {
      const end = await sent(rig, source());
      expect(end).toMatchObject({
        ok: false,
        error: { code: "invalid-request", parameter: "body", sent: "maybe", cause: { code: "EIO" } },
      });
    }
    expect(rig.client.resilience.operation("putFile")).toMatchObject({ state: "closed", counters: { running: 0 } });
    expect(await sent(rig, new Uint8Array(10))).toMatchObject({ ok: true });
  });

  test("that stalls is no timeout of the server's", async () => {
    const rig = new Rig({ extensions, transport: reading as never });
    const end = await sent(rig, new ReadableStream({ pull: () => new Promise(() => {}) }));
    expect(end).toMatchObject({ ok: false, error: { code: "timeout" } });
    expect(rig.client.resilience.operation("putFile").state).toBe("closed");
  });
});
