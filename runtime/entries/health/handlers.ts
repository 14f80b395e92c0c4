import {
  type Clients,
  checkOptions,
  type HealthOptions,
  type HealthReport,
  health,
  type InstantOptions,
} from "./report.js";

/** Where the handlers answer, and how much they report. The paths are those of Kubernetes itself. */
export interface HealthHandlerOptions<Given extends Clients = Clients> extends HealthOptions<Given> {
  /** @default "/livez" */
  readonly livePath?: string | undefined;
  /** @default "/readyz" */
  readonly readyPath?: string | undefined;
  /** Whether the body of `/readyz` names clients, scopes, and checks; a service's scope is its origin. @default true */
  readonly details?: boolean | undefined;
}

/** The parts of a request and a response of Node's `http`, and so of Express, that a handler needs. */
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
 * @returns a handler; it returns whether the request is its own, and calls `next` if it is not
 */
export function nodeHealth<Given extends Clients>(
  clients: Given,
  options: HealthHandlerOptions<Given> = {},
): (request: NodeRequest, response: NodeResponse, next?: () => void) => boolean {
  checkOptions(clients, options);
  return ({ url = "", method = "GET" }, response, next) => {
    const answer = answerTo(method, url.split("?")[0] ?? "", clients, options);
    if (answer === undefined) {
      next?.();
      return false;
    }
    const send = ({ status, headers, body }: Answer): void => {
      response.writeHead(status, headers);
      response.end(method === "HEAD" ? undefined : body);
    };
    if (answer instanceof Promise) void answer.then(send);
    else send(answer);
    return true;
  };
}

/**
 * Answers `/livez` and `/readyz` of a server made of `fetch`'s parts (Deno, Bun, workers, Hono, serverless).
 *
 * @returns a handler; it returns `undefined` for other requests, and with `checks` a promise for `/readyz`
 */
export function fetchHealth<Given extends Clients>(
  clients: Given,
  options?: HealthHandlerOptions<Given> & InstantOptions<Given>,
): (request: Request) => Response | undefined;
export function fetchHealth<Given extends Clients>(
  clients: Given,
  options?: HealthHandlerOptions<Given>,
): (request: Request) => Response | Promise<Response> | undefined;
export function fetchHealth<Given extends Clients>(
  clients: Given,
  options: HealthHandlerOptions<Given> = {},
): (request: Request) => Response | Promise<Response> | undefined {
  checkOptions(clients, options);
  return ({ method, url }) => {
    const answer = answerTo(method, new URL(url).pathname, clients, options);
    const responseOf = ({ status, headers, body }: Answer): Response =>
      new Response(method === "HEAD" ? null : body, { status, headers });
    return answer instanceof Promise ? answer.then(responseOf) : answer && responseOf(answer);
  };
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

function answerTo<Given extends Clients>(
  method: string,
  path: string,
  clients: Given,
  options: HealthHandlerOptions<Given>,
): Answer | Promise<Answer> | undefined {
  const { livePath = "/livez", readyPath = "/readyz", details = true } = options;
  if (method !== "GET" && method !== "HEAD") return undefined;
  // Restarting this process does not bring back a service that it calls: a process that answers is alive.
  if (path === livePath) return answerWith(200, { status: "ok" });
  if (path !== readyPath) return undefined;
  const answer = ({ ready, status, ...told }: HealthReport): Answer =>
    answerWith(ready ? 200 : 503, details ? { status, ...told } : { status });
  const report = health(clients, options);
  return report instanceof Promise ? report.then(answer) : answer(report);
}

function answerWith(status: number, body: object): Answer {
  const headers = { "content-type": "application/json", "cache-control": "no-store" };
  return { status, headers, body: JSON.stringify(body) };
}
