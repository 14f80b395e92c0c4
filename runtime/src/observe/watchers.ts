import { type Observer, observersAsOne, tell } from "./events.js";
import type { Middleware } from "./middleware.js";

/** Something that watches a client: hears its events, runs around its attempts, or both. */
export interface Watcher {
  /** A client has one watcher of each key: another one takes its place. @default the watcher itself */
  readonly key?: unknown;
  /** Hears every event of the client; what it throws is dropped. */
  readonly observe?: Observer | undefined;
  /** Runs inside all middleware of the client's options: what it sees is what is sent. */
  readonly middleware?: Middleware | undefined;
  /** `false`: its middleware adds no credentials, so that the client knows whose a response is. */
  readonly addsCredentials?: false | undefined;
  /** Gives calls a correlation ID where the client's own options give none. */
  readonly correlationId?: (() => string | undefined) | undefined;
  /** Told when it was taken away, or when another one took its place. */
  readonly detached?: (() => void) | undefined;
  /** Called when the client was closed and its running calls have ended or were told to end. */
  readonly closed?: (() => void) | undefined;
}

/** Who watches a client: those of its options, and those that were attached later. */
export class Watchers {
  /** One observer for all; `undefined` when there are none. */
  observe: Observer | undefined;
  middleware: readonly Middleware[] = [];
  /** Whether some middleware may add credentials that nobody else sees. */
  mayAddCredentials = false;
  readonly #given: Watcher[];
  readonly #attached = new Map<unknown, Watcher>();

  constructor(observers: Observer | readonly Observer[] = [], middleware: readonly Middleware[] = []) {
    this.#given = [
      ...[observers].flat().map((observe) => ({ observe: observe as Observer })),
      ...middleware.map((run) => ({ middleware: run })),
    ];
    this.#gather();
  }

  /** Adds a watcher; the returned function takes it away again. */
  attach(watcher: Watcher): () => void {
    const { key = watcher } = watcher;
    const before = this.#attached.get(key);
    this.#attached.set(key, watcher);
    this.#gather();
    if (before !== watcher) before?.detached?.();
    return () => {
      if (this.#attached.get(key) !== watcher) return;
      this.#attached.delete(key);
      this.#gather();
      watcher.detached?.();
    };
  }

  /** The first correlation ID that an attached watcher gives. */
  correlationId(): string | undefined {
    for (const { correlationId } of this.#attached.values()) {
      try {
        const id = correlationId?.();
        if (id !== undefined) return id;
      } catch {
        // Watching never fails a call.
      }
    }
    return undefined;
  }

  /** Tells each attached watcher that the client was closed. */
  closed(): void {
    for (const { closed } of [...this.#attached.values()]) if (closed !== undefined) tell(closed, undefined);
  }

  #gather(): void {
    const all = [...this.#given, ...this.#attached.values()];
    this.observe = observersAsOne(all.flatMap(({ observe }) => observe ?? []));
    this.mayAddCredentials = all.some(({ middleware, addsCredentials }) => middleware && addsCredentials !== false);
    this.middleware = all.flatMap(({ middleware }) => middleware ?? []);
  }
}
