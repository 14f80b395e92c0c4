import type { Duration } from "../base/duration.js";
import { answering, type Behaviour, delayed, dropping, flaky, outage, sequence } from "./behaviour.js";
import { pathPattern, specificity } from "./paths.js";
import { MockServer } from "./server.js";
import type { MockHttp, MockOperation, MockOptions } from "./types.js";

/**
 * The mocks of an API: a handler for every operation, and a function for each that makes another.
 *
 * @param http `http` of msw 2 or 3
 */
export function buildMocks<Http extends MockHttp, Mocks>(
  http: Http,
  operations: Readonly<Record<string, MockOperation>>,
  options: MockOptions = {},
): Mocks {
  const entries = Object.entries(operations);
  const server = new MockServer(Object.values(operations), options);
  const { seed = 1, baseUrl } = options;

  const handler = (id: string, operation: MockOperation, behaviour: Behaviour): unknown =>
    http.all(pathPattern(operation.path, baseUrl), async ({ request }) =>
      request.method === operation.method ? server.handle(id, operation, behaviour, request) : undefined,
    );

  const mockOf = (id: string, operation: MockOperation): object => {
    const made = (behaviour: Behaviour): object =>
      Object.assign(handler(id, operation, behaviour) as object, moves(behaviour));
    const moves = (inner: Behaviour): object => ({
      sequence: (steps: readonly unknown[]) => made(sequence(steps)),
      status: (status: number, body?: unknown) => made(() => (body === undefined ? { status } : { status, body })),
      delay: (duration: Duration) => made(delayed(inner, duration)),
      drop: (what: "connect" | "answer" = "answer") => made(dropping(inner, what)),
      flaky: (share: number, ownSeed: number = seed) => made(flaky(inner, share, ownSeed)),
      outage: (from: Duration, to: Duration) => made(outage(inner, from, to, server.clock)),
    });
    return Object.assign((data?: unknown) => made(answering(data)), moves(answering()));
  };

  // Of two paths that fit a URL the one that says more comes first.
  const ordered = [...entries].sort(([, a], [, b]) => specificity(b.path) - specificity(a.path));
  return {
    handlers: ordered.map(([id, operation]) => handler(id, operation, answering())),
    requests: server.requests,
    executions: server.executions,
    $reset: () => server.reset(),
    ...Object.fromEntries(entries.map(([id, operation]) => [id, mockOf(id, operation)])),
  } as Mocks;
}
