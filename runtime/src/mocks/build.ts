import type { Duration } from "../base/duration.js";
import { answering, type Behaviour, delayed, dropping, flaky, outage, sequence } from "./behaviour.js";
import { Routes } from "./routes.js";
import { MockServer } from "./server.js";
import type { MockHttp, MockOperation, MockOptions } from "./types.js";

/**
 * The mocks of an API: a handler for every operation, and a function for each that makes another.
 *
 * @param http `http` of msw 2 or 3
 * @param servers those of the description
 */
export function buildMocks<Http extends MockHttp, Mocks>(
  http: Http,
  operations: Readonly<Record<string, MockOperation>>,
  options: MockOptions = {},
  servers: readonly string[] = [],
): Mocks {
  const entries = Object.entries(operations);
  const server = new MockServer(Object.values(operations), options);
  const routes = new Routes(operations, options, servers);
  const { seed = 1 } = options;

  const handler = (id: string, operation: MockOperation, behaviour: Behaviour): unknown =>
    http.all(routes.pattern(id), async ({ request }) =>
      routes.isOwn(id, request) ? server.handle(operation.id ?? id, operation, behaviour, request) : undefined,
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

  return {
    handlers: entries.map(([id, operation]) => handler(id, operation, answering())),
    requests: server.requests,
    executions: server.executions,
    $reset: () => server.reset(),
    ...Object.fromEntries(entries.map(([id, operation]) => [id, mockOf(id, operation)])),
  } as Mocks;
}
