import { Agent, fetch, Request as UndiciRequest } from "undici";
import { type Duration, durationMs } from "../src/base/duration.js";
import type { Transport } from "../src/http/transport.js";

/** Limits of a {@link poolTransport}. */
export interface PoolOptions {
  /** Connections per origin; further requests wait. @default 100 */
  readonly connections?: number | undefined;
  /** How long an idle connection is kept; a server's own hint goes before. @default "4s" */
  readonly keepAlive?: Duration | undefined;
  /** How long opening a connection may take. @default "10s" */
  readonly connectTimeout?: Duration | undefined;
}

/** A transport with connections of its own. */
export interface PoolTransport extends Transport {
  /** Ends the connections when their requests are done. */
  close(): Promise<void>;
}

/**
 * Sends by undici over a pool of its own: how many connections an origin gets, how long they live, how long opening one
 * may take. Needs the package `undici`.
 *
 * @throws RangeError for a time that is none
 */
export function poolTransport(options: PoolOptions = {}): PoolTransport {
  const { connections = 100, keepAlive = "4s", connectTimeout = "10s" } = options;
  const dispatcher = new Agent({
    connections,
    keepAliveTimeout: milliseconds("keepAlive", keepAlive),
    connect: { timeout: milliseconds("connectTimeout", connectTimeout) },
    // The runtime has timeouts of its own, for the whole answer.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  const send: Transport = (input, init) => {
    const target = input instanceof URL ? input : new UndiciRequest(input.url, input as never);
    return fetch(target, { ...(init as object), dispatcher }) as unknown as Promise<Response>;
  };
  return Object.assign(send, { close: () => dispatcher.close() });
}

function milliseconds(name: string, value: Duration): number {
  const ms = durationMs(value);
  if (ms === undefined) throw new RangeError(`${name} must be a number of ms or a text like '2s'`);
  return ms;
}
