import type { BreakerState } from "../src/policies/breaker-link.js";
import type { WatchedClient } from "./watched.js";

/** The clients of a process, by the names that the report shows. */
export type Clients = Readonly<Record<string, Pick<WatchedClient, "resilience">>>;

/** How the services behind the clients are, as far as the breakers know. Made from memory: nothing is asked. */
export interface HealthReport {
  /**
   * `ok`: every breaker is closed; `degraded`: some are not, and work goes on; `unavailable`: one that is marked
   * `critical` is open, or the process is stopping.
   */
  readonly status: "ok" | "degraded" | "unavailable";
  /** Whether the process wants requests: all but `unavailable`. */
  readonly ready: boolean;
  /** The breakers that are not closed, and the critical ones, by client. */
  readonly clients: Readonly<Record<string, readonly BreakerHealth[]>>;
}

/** How one breaker is. */
export interface BreakerHealth {
  /** Who shares the breaker: `operation:<id>`, `service:<origin>`, or a name that the description gives. */
  readonly scope: string;
  /** `half-open` lets probes through, and so does not make the process unready. */
  readonly state: BreakerState;
  /** Whether the process is not ready while it is open (`breaker.critical`). */
  readonly critical: boolean;
}

/** What a report needs to know besides the clients. */
export interface HealthOptions {
  /** Whether the process is shutting down: then it is not ready, whatever the breakers say. */
  readonly isStopping?: (() => boolean) | undefined;
}

/** Where the handlers answer, and how much they tell. The paths are the ones that Kubernetes uses itself. */
export interface HealthHandlerOptions extends HealthOptions {
  /** @default "/livez" */
  readonly livePath?: string | undefined;
  /** @default "/readyz" */
  readonly readyPath?: string | undefined;
  /** Whether the body of `/readyz` names clients and scopes; a service's scope is its origin. @default true */
  readonly details?: boolean | undefined;
}

/**
 * How the services behind some clients are.
 *
 * Only an open breaker that is marked `critical` makes a process unready: all its siblings see the same service fail, and
 * would leave together. A half-open breaker is ready again, for it needs requests to find out.
 */
export function health(clients: Clients, { isStopping }: HealthOptions = {}): HealthReport {
  const told = Object.entries(clients).map(([name, client]) => [name, breakersOf(client)] as const);
  const all = told.flatMap(([, breakers]) => breakers);
  const isUnavailable = isStopping?.() || all.some(({ critical, state }) => critical && state === "open");
  const isDegraded = all.some(({ state }) => state !== "closed");
  const status = isUnavailable ? "unavailable" : isDegraded ? "degraded" : "ok";
  return { status, ready: !isUnavailable, clients: Object.fromEntries(told) };
}

function breakersOf({ resilience }: Clients[string]): readonly BreakerHealth[] {
  return resilience.snapshot().flatMap(({ scope, breaker }) => {
    if (breaker === undefined || (breaker.state === "closed" && !breaker.critical)) return [];
    const { state, critical } = breaker;
    return [{ scope, state, critical }];
  });
}

/** What a handler needs of a request and a response of Node's `http`, and so of Express. */
interface NodeRequest {
  readonly url?: string | undefined;
  readonly method?: string | undefined;
}
interface NodeResponse {
  writeHead(status: number, headers: Readonly<Record<string, string>>): unknown;
  end(body?: string): unknown;
}

/**
 * Answers `/livez` and `/readyz` of a server of Node's `http`, or of Express (`app.use(nodeHealth(clients))`).
 *
 * @returns a handler; it says whether it has answered, and calls `next` where it has not
 */
export function nodeHealth(
  clients: Clients,
  options: HealthHandlerOptions = {},
): (request: NodeRequest, response: NodeResponse, next?: () => void) => boolean {
  return ({ url = "", method = "GET" }, response, next) => {
    const answer = answerTo(method, url.split("?")[0] ?? "", clients, options);
    if (answer === undefined) {
      next?.();
      return false;
    }
    response.writeHead(answer.status, answer.headers);
    response.end(method === "HEAD" ? undefined : answer.body);
    return true;
  };
}

/**
 * Answers `/livez` and `/readyz` of a server that is made of `fetch`'s parts (Deno, Bun, workers, Hono, serverless).
 *
 * @returns a handler; it gives `undefined` for other requests
 */
export function fetchHealth(
  clients: Clients,
  options: HealthHandlerOptions = {},
): (request: Request) => Response | undefined {
  return ({ method, url }) => {
    const answer = answerTo(method, new URL(url).pathname, clients, options);
    if (answer === undefined) return undefined;
    const { status, headers, body } = answer;
    return new Response(method === "HEAD" ? null : body, { status, headers });
  };
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

function answerTo(method: string, path: string, clients: Clients, options: HealthHandlerOptions): Answer | undefined {
  const { livePath = "/livez", readyPath = "/readyz", details = true } = options;
  if (method !== "GET" && method !== "HEAD") return undefined;
  // That a service is away is no reason to start this process anew: who answers is alive.
  if (path === livePath) return answerWith(200, { status: "ok" });
  if (path !== readyPath) return undefined;
  const { ready, status, clients: told } = health(clients, options);
  return answerWith(ready ? 200 : 503, details ? { status, clients: told } : { status });
}

function answerWith(status: number, body: object): Answer {
  const headers = { "content-type": "application/json", "cache-control": "no-store" };
  return { status, headers, body: JSON.stringify(body) };
}
