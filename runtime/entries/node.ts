import diagnostics from "node:diagnostics_channel";
import { Agent, buildConnector, errors, fetch, Request as UndiciRequest } from "undici";
import { timerDelay } from "../src/base/clock.js";
import { type Duration, durationMs } from "../src/base/duration.js";
import type { Transport } from "../src/http/transport.js";

/** Limits of a {@link poolTransport}. */
export interface PoolOptions {
  /** Connections per origin; further requests wait. @default 100 */
  readonly connections?: number | undefined;
  /**
   * How long an idle connection is kept. It must be less than the server and its proxies keep one; a server's
   * `Keep-Alive: timeout` hint takes precedence. @default "4s"
   */
  readonly keepAlive?: Duration | undefined;
  /** How long opening a connection may take. @default "10s" */
  readonly connectTimeout?: Duration | undefined;
  /** Requests under way on one connection: more than 1 lets a slow response hold up others. @default 1 */
  readonly pipelining?: number | undefined;
  /** Whether to speak HTTP/2 with servers that offer it. @default false */
  readonly http2?: boolean | undefined;
}

/** A transport with connections of its own. */
export interface PoolTransport extends Transport {
  /** Closes the connections when their requests are done. */
  close(): Promise<void>;
}

/**
 * Sends with undici over a connection pool of its own. Needs the package `undici`.
 *
 * @throws RangeError for an invalid duration
 */
export function poolTransport(options: PoolOptions = {}): PoolTransport {
  const { connections = 100, keepAlive = "4s", connectTimeout = "10s", pipelining = 1, http2 = false } = options;
  explainResets();
  const dispatcher = new Agent({
    connections,
    pipelining,
    allowH2: http2,
    keepAliveTimeout: milliseconds("keepAlive", keepAlive),
    connect: exactConnector(milliseconds("connectTimeout", connectTimeout), http2),
    // The runtime has timeouts of its own, for the whole response.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  const send: Transport = (input, init) => {
    const target = input instanceof URL ? input : new UndiciRequest(input.url, input as never);
    return fetch(target, { ...(init as object), dispatcher }) as unknown as Promise<Response>;
  };
  return Object.assign(send, { addsCredentials: false as const, close: () => dispatcher.close() });
}

/** Undici's own timer takes a second or more, whatever the timeout: measured, 50 ms took 1.2 s. */
function exactConnector(timeoutMs: number, allowH2: boolean): buildConnector.connector {
  const connect = buildConnector({ timeout: 0, allowH2 });
  return (options, callback) => {
    let isOver = false;
    const timer = setTimeout(() => {
      isOver = true;
      callback(new errors.ConnectTimeoutError(`Connect timeout (${options.hostname}, ${timeoutMs} ms)`), null);
      opening?.destroy();
    }, timerDelay(timeoutMs));
    const opening = connect(options, (error, socket) => {
      clearTimeout(timer);
      if (isOver) socket?.destroy();
      else if (error === null) callback(null, socket);
      else callback(error, null);
    }) as unknown as { destroy(): void } | undefined;
  };
}

let areResetsExplained = false;

/**
 * A reset says nothing of the connection that it came on, and so not whether the connection was reused. Undici's
 * diagnostics do; adds to the error what undici itself adds when a server closes a connection.
 */
function explainResets(): void {
  if (areResetsExplained) return;
  areResetsExplained = true;
  const sockets = new WeakMap<object, { readonly bytesRead: number }>();
  diagnostics.subscribe("undici:client:sendHeaders", (message) => {
    const { request, socket } = message as { request: object; socket: { bytesRead: number } };
    // What was read before belongs to earlier responses.
    sockets.set(request, { bytesRead: socket.bytesRead });
  });
  diagnostics.subscribe("undici:request:error", (message) => {
    const { request, error } = message as { request: object; error: Error & { code?: string; socket?: unknown } };
    const isReset = error.code === "ECONNRESET" || error.code === "EPIPE";
    if (isReset && error.socket === undefined) error.socket = sockets.get(request);
  });
}

function milliseconds(name: string, value: Duration): number {
  const ms = durationMs(value);
  if (ms === undefined) throw new RangeError(`${name} must be a number of ms or a text like '2s'`);
  return ms;
}
