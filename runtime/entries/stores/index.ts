import { type Duration, durationMs } from "../../src/base/duration.js";
import type { SharedStore } from "../../src/policies/shared-store.js";
import { Hub } from "./hub.js";
import { Link } from "./link.js";
import { SharedBreaker } from "./shared-breaker.js";
import type { BreakerStore } from "./types.js";

export type { SharedStore } from "../../src/policies/shared-store.js";
export { exchange } from "./exchange.js";
export { memoryStore } from "./memory.js";
export type {
  BreakerStore,
  ExchangeReply,
  ExchangeRequest,
  SharedPolicy,
  SharedState,
  WindowPart,
} from "./types.js";

/** How long a store is waited for, and how often it is asked. */
export interface SharedStoreOptions {
  /** How long an answer of the store is waited for; later than that it is away. No call waits, but a probe. @default "250ms" */
  readonly patience?: Duration | undefined;
  /** How often, at most, a breaker that is used asks how things are. @default "250ms" */
  readonly interval?: Duration | undefined;
}

/**
 * Makes breakers with `shared: true` one over all processes: `createClient({ store: sharedStore(store) })`.
 *
 * @throws RangeError for a time that is none
 */
export function sharedStore(store: BreakerStore, options: SharedStoreOptions = {}): SharedStore {
  const patienceMs = milliseconds("patience", options.patience ?? 250);
  const intervalMs = milliseconds("interval", options.interval ?? 250);
  return {
    connect: (context) => {
      const hub = new Hub(store, context, patienceMs, intervalMs);
      return (scope, own) => new SharedBreaker(own, new Link(hub, context, scope, own), context.clock);
    },
  };
}

function milliseconds(name: string, value: Duration): number {
  const ms = durationMs(value);
  if (ms === undefined) throw new RangeError(`${name} must be a number of ms or a text like '250ms'`);
  return ms;
}
