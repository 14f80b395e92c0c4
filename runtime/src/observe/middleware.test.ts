import { describe, expect, test } from "vitest";
import { getWith, postWith, Rig, retriesAtOnce } from "../../../tests/rig/rig.js";
import { authorize } from "../auth/auth.js";
import { jsonBody } from "../serialize/body.js";
import type { Middleware } from "./middleware.js";

/** Writes down what it sees, on the way there and back. */
const tracing =
  (name: string, trace: string[]): Middleware<never> =>
  async (request, next, { attempt }) => {
    trace.push(`${name} ${attempt} ${request.method}`);
    const response = await next(request);
    trace.push(`${name} ${attempt} ${response.status}`);
    return response;
  };

describe("middleware", () => {
  test("runs around each attempt, the first outermost", async () => {
    const trace: string[] = [];
    const rig = new Rig({ middleware: [tracing("outer", trace), tracing("inner", trace)] }).replies(503);
    await rig.end(getWith({ retry: retriesAtOnce(1) }));
    expect(trace).toEqual([
      ...["outer 1 GET", "inner 1 GET", "inner 1 503", "outer 1 503"],
      ...["outer 2 GET", "inner 2 GET", "inner 2 200", "outer 2 200"],
    ]);
  });

  test("is told which operation and which call it is in", async () => {
    const contexts: unknown[] = [];
    const middleware: Middleware<never> = (request, next, context) => {
      contexts.push(context);
      return next(request);
    };
    await new Rig({ middleware: [middleware] }).end(getWith({}));
    expect(contexts).toEqual([{ operation: { id: "getThing", method: "GET", path: "/thing" }, call: 1, attempt: 1 }]);
  });

  test("sees the credentials, and may set a header over them", async () => {
    const api = { authorize, securitySchemes: { key: { type: "apiKey", in: "header", name: "X-Key" } } } as const;
    const seen: (string | null)[] = [];
    const middleware: Middleware<never> = (request, next) => {
      seen.push(request.headers.get("x-key"));
      const headers = new Headers(request.headers);
      headers.set("x-key", "other");
      return next(new Request(request, { headers }));
    };
    const rig = new Rig({ api, auth: { key: "mine" }, middleware: [middleware] });
    await rig.end(getWith({}, { security: [["key"]] }));
    expect([seen, rig.received[0]?.headers["x-key"]]).toEqual([["mine"], "other"]);
  });

  test("passes on the same body at each attempt", async () => {
    const rig = new Rig({ middleware: [(request, next) => next(request)] }).replies(503);
    const post = postWith({ repeat: "keyed", retry: retriesAtOnce(1) }, { body: { "application/json": jsonBody } });
    await rig.end(post, { body: { sku: "tea" }, idempotencyKey: "k" });
    expect(rig.received.map(({ body }) => body)).toEqual(['{"sku":"tea"}', '{"sku":"tea"}']);
  });

  test("that answers itself is an answer like any other: read, typed, retried", async () => {
    let count = 0;
    const middleware: Middleware<never> = async () =>
      new Response(count++ === 0 ? null : '{"from":"cache"}', {
        status: count === 1 ? 503 : 200,
        headers: { "content-type": "application/json" },
      });
    const rig = new Rig({ middleware: [middleware] });
    expect(await rig.end(getWith({ retry: retriesAtOnce(1) }))).toMatchObject({ data: { from: "cache" }, attempts: 2 });
    expect(rig.requests).toBe(0);
  });

  test("that throws ends the call, says whether anything was sent, and tells no secret of its request", async () => {
    const throws =
      (isBefore: boolean): Middleware<never> =>
      async (request, next) => {
        if (!isBefore) await next(request);
        throw new Error("no: https://user:pa55@api.example/?token=s3cret");
      };
    for (const isBefore of [true, false]) {
      const rig = new Rig({ middleware: [throws(isBefore)] });
      const error = await rig.error(getWith({ retry: retriesAtOnce(3) }));
      expect(error).toMatchObject({ code: "invalid-request", attempts: 1, sent: isBefore ? "no" : "yes" });
      expect(String((error.cause as Error).message)).not.toMatch(/s3cret|pa55/);
    }
  });

  test("that swallows a failed connection decides what the call comes to", async () => {
    const middleware: Middleware<never> = (request, next) =>
      next(request).catch(() => new Response("{}", { headers: { "content-type": "application/json" } }));
    const rig = new Rig({ middleware: [middleware] }).replies({ fails: "ECONNRESET" });
    expect(await rig.end(getWith({}))).toMatchObject({ ok: true, attempts: 1 });
  });

  test("that hangs ends with the attempt's timeout, and its signal tells it", async () => {
    let isAborted = false;
    const middleware: Middleware<never> = (request) =>
      new Promise((_resolve, reject) => {
        request.signal.addEventListener("abort", () => {
          isAborted = true;
          reject(request.signal.reason);
        });
      });
    const timeout = { attempt: 1_000, total: false, idle: false } as const;
    const error = await new Rig({ middleware: [middleware] }).error(getWith({ timeout }));
    expect([error.code, error.sent, isAborted]).toEqual(["timeout", "no", true]);
  });
});
