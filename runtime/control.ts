import type { Core } from "./core.js";
import type { Breaker, BreakerState } from "./policies/breaker.js";

/** What the policies of one scope are doing, and a hand on its breaker. */
export interface ScopeControl {
  /** State of the breaker; `undefined` where there is none, or before the first call. */
  readonly state: BreakerState | undefined;
  /** What the breaker's window and the bulkhead hold at this moment. */
  readonly counters: {
    readonly calls: number;
    readonly attempts: number;
    readonly failures: number;
    readonly slow: number;
    readonly running: number;
    readonly queued: number;
  };
  /** Refuses every call until {@link ScopeControl.auto}. */
  open(): void;
  /** Lets every call through until {@link ScopeControl.auto}. */
  close(): void;
  /** Lets the breaker decide again. */
  auto(): void;
}

/** `client.resilience`: to see and to steer. */
export interface ResilienceControl<Id extends string = string> {
  /** The scope that an operation's breaker and bulkhead have. */
  operation(id: Id): ScopeControl;
  /** A scope by its name; `service` is that of the client's own address. */
  scope(name: string): ScopeControl;
}

/** Looks at the state anew at each use: it is made at the first call. */
export function controlOf(core: Core): ResilienceControl {
  const control = (name: string): ScopeControl => {
    const breaker = (): Breaker | undefined => core.find("breaker", name);
    const force = (state: "open" | "closed" | undefined) => (): void => {
      core.forced.set(name, state);
      breaker()?.force(state, core.clock.now());
    };
    return {
      get state() {
        return breaker()?.state(core.clock.now());
      },
      get counters() {
        const bulkhead = core.find("bulkhead", name);
        const { calls = 0, attempts = 0, failures = 0, slow = 0 } = breaker()?.counts(core.clock.now()) ?? {};
        return { calls, attempts, failures, slow, running: bulkhead?.running ?? 0, queued: bulkhead?.queued ?? 0 };
      },
      open: force("open"),
      close: force("closed"),
      auto: force(undefined),
    };
  };
  return { operation: (id) => control(`operation:${id}`), scope: control };
}
