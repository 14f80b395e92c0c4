import type { ScopeSnapshot } from "../src/client/control.js";
import type { Watcher } from "../src/observe/watchers.js";

/** What adapters need of a client: any generated client has it, whichever copy of the runtime it stands on. */
export interface WatchedClient {
  attach(watcher: Watcher): () => void;
  readonly resilience: { snapshot(): readonly ScopeSnapshot[] };
}
