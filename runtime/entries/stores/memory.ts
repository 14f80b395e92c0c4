import { exchange } from "./exchange.js";
import type { BreakerStore, SharedState } from "./types.js";

/** A store within one process: for tests, and for several clients of one process that share their breakers. */
export function memoryStore({ now = Date.now }: { readonly now?: () => number } = {}): BreakerStore {
  const states = new Map<string, SharedState>();
  return {
    exchange: async (scope, request) => {
      const { state, reply } = exchange(states.get(scope), request, now());
      states.set(scope, state);
      return reply;
    },
  };
}
