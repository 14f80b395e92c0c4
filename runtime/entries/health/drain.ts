import { timerDelay } from "../../src/base/clock.js";
import { type Duration, durationMs } from "../../src/base/duration.js";
import { Connections, type DrainableServer } from "./connections.js";
import { markStopping } from "./stopping.js";

export type { DrainableServer } from "./connections.js";

interface Closable {
  close(options?: { readonly drain?: Duration | undefined }): Promise<void>;
}

/** The clients of the process: clients, or apis made by `createApi`. */
export type ClosableClients = Readonly<Record<string, Closable | { readonly $client: Closable }>>;

/**
 * What the process is doing, in this order: `not-ready` (`/readyz` answers 503, requests are served), `closing` (the server
 * accepts no new connections, event streams end, requests finish), `closed` (everything has ended).
 */
export type DrainStep = "not-ready" | "closing" | "closed";

/** Options of {@link drainOnSignal}. */
export interface DrainOptions {
  /** @default ["SIGTERM", "SIGINT"] */
  readonly signals?: readonly string[] | undefined;
  /** How long load balancers need to notice that the process is not ready. A second signal skips it. @default "5s" */
  readonly delay?: Duration | undefined;
  /** How long requests and calls may take to finish after that. @default "10s" */
  readonly drain?: Duration | undefined;
  /** Closes what else the process uses (a database pool). It gets what is left of `drain`, and 1 s at least. */
  readonly close?: (() => unknown) | undefined;
  /** Called at each step, for logs. */
  readonly onStep?: ((step: DrainStep) => void) | undefined;
  /** Whether to end the process afterwards: timers and open handles would keep it alive. @default true */
  readonly exit?: boolean | undefined;
}

/** A shutdown that waits for its signal. */
export interface Drain {
  /** Whether it has begun. */
  readonly isStopping: boolean;
  /** Settles when everything has ended. */
  readonly done: Promise<void>;
  /** Begins as a signal does. */
  stop(): void;
}

/** The end of `drain` that is left for answers to requests whose calls were ended, in ms; a fifth of a short drain. */
const lastWordMs = 1_000;

/** How often open event streams are looked for during the drain, in ms. */
const streamsMs = 100;

/** Part of Node's `process`. */
interface Process {
  on(signal: string, listener: () => void): unknown;
  off(signal: string, listener: () => void): unknown;
  exit(code?: number): void;
}

/**
 * Shuts a Node server down without losing a request, in at most `delay` + `drain`: not ready at once (`health`,
 * `nodeHealth`, and `fetchHealth` report it for these clients), a wait for the load balancer, no new connections, event
 * streams ended first, then requests and calls finish, idle and at last all connections close.
 *
 * A second signal skips the wait, and ends the drain if that has begun.
 *
 * @throws RangeError for an invalid duration
 */
export function drainOnSignal(server: DrainableServer, clients: ClosableClients, options: DrainOptions = {}): Drain {
  const { signals = ["SIGTERM", "SIGINT"], exit = true } = options;
  const { process } = globalThis as unknown as { process: Process };
  const shutdown = new Shutdown(server, clients, options);
  const onSignal = (): void => shutdown.stop();
  for (const signal of signals) process.on(signal, onSignal);
  void shutdown.done.then(() => {
    for (const signal of signals) process.off(signal, onSignal);
    if (exit) process.exit(0);
  });
  return shutdown;
}

class Shutdown implements Drain {
  isStopping = false;
  readonly done: Promise<void>;
  readonly #server: DrainableServer;
  readonly #connections: Connections;
  readonly #clients: readonly Closable[];
  readonly #options: DrainOptions;
  readonly #delayMs: number;
  readonly #drainMs: number;
  /** Ends the present wait. */
  #hurry = (): void => {};
  #begin!: () => void;

  constructor(server: DrainableServer, clients: ClosableClients, options: DrainOptions) {
    this.#server = server;
    this.#connections = new Connections(server);
    this.#clients = Object.values(clients).map((client) => ("$client" in client ? client.$client : client));
    this.#options = options;
    this.#delayMs = milliseconds("delay", options.delay ?? 5_000);
    this.#drainMs = milliseconds("drain", options.drain ?? 10_000);
    const begun = new Promise<void>((resolve) => {
      this.#begin = resolve;
    });
    this.done = begun.then(() => this.#run());
  }

  stop(): void {
    if (this.isStopping) return this.#hurry();
    this.isStopping = true;
    for (const client of this.#clients) markStopping(client);
    this.#connections.refuseReuse();
    this.#tell("not-ready");
    this.#begin();
  }

  async #run(): Promise<void> {
    await this.#wait(this.#delayMs);
    this.#tell("closing");
    const endsAt = performance.now() + this.#drainMs;
    const closed = this.#closeServer();
    // Requests that were accepted before may still begin a stream.
    const streams = setInterval(() => this.#connections.endStreams(), streamsMs);
    this.#connections.endStreams();
    // Requests need their clients, so these are closed after them, and before the answers would come too late.
    await this.#wait(this.#drainMs - Math.min(lastWordMs, this.#drainMs / 5), closed);
    const isIdle = this.#connections.requests === 0;
    const left = (): number => Math.max(0, endsAt - performance.now());
    const calls = this.#clients.map((client) => client.close({ drain: isIdle ? left() : 0 }));
    await this.#wait(left(), Promise.all([closed, Promise.allSettled(calls)]));
    clearInterval(streams);
    this.#connections.closeAll();
    await this.#wait(Math.max(left(), lastWordMs), this.#closeOwn());
    this.#tell("closed");
  }

  #closeServer(): Promise<void> {
    return new Promise((resolve) => {
      // A server that is not listening reports that by an error, which is no matter.
      this.#server.close(() => resolve());
      this.#connections.closeIdle();
    });
  }

  async #closeOwn(): Promise<void> {
    try {
      await this.#options.close?.();
    } catch {
      // The process ends anyway.
    }
  }

  /** Waits for the time, or for something that comes first, or for a signal. */
  #wait(ms: number, first?: Promise<unknown>): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, timerDelay(ms));
      this.#hurry = (): void => {
        clearTimeout(timer);
        resolve();
      };
      void first?.then(this.#hurry);
    });
  }

  #tell(step: DrainStep): void {
    try {
      this.#options.onStep?.(step);
    } catch {
      // Logging must not stop the shutdown.
    }
  }
}

function milliseconds(name: string, value: Duration): number {
  const ms = durationMs(value);
  if (ms === undefined)
    throw new RangeError(`'${name}' must be a number of ms or a string like '5s' (was ${String(value)}).`);
  return ms;
}
