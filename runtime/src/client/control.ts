import type { Budget } from "../policies/budget.js";
import type { Bulkhead } from "../policies/bulkhead.js";
import type { BreakerState, BreakerTotals, CircuitBreaker } from "../policies/circuit-breaker.js";
import { checkOperationName } from "./check-options.js";
import type { ClientState } from "./state.js";

/** What the policies of one scope are doing, and a hand on its breaker. */
export interface ScopeControl {
  /** State of the breaker: `closed` before the first call, unless it is held open; `undefined` where a scope has none. */
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

/** What the policies of one scope hold at a moment; those that the scope does not have are `undefined`. */
export interface ScopeSnapshot {
  /** `operation:<name>`, `service:<origin>`, or the scope's own name. */
  readonly scope: string;
  /** The breaker's state, what its window holds, and the numbers by which it opens. */
  readonly breaker?: {
    readonly state: BreakerState;
    readonly critical: boolean;
    /** Time since the breaker left the closed state, in ms; 0 while it is closed. */
    readonly openMs: number;
    /** Attempts since the beginning, and those of them that failed. */
    readonly totals: BreakerTotals;
    readonly calls: number;
    readonly attempts: number;
    readonly failures: number;
    readonly minimumCalls: number;
    readonly failureRate: number;
  };
  /** Attempts that run and wait, and how many may. */
  readonly bulkhead?: {
    readonly running: number;
    readonly queued: number;
    readonly concurrency: number;
    readonly queue: number;
  };
  /** Calls, and retries with hedges, of the last `burst`, and the share that these may be of those. */
  readonly budget?: { readonly calls: number; readonly retries: number; readonly ratio: number };
}

/** `client.resilience`: to see and to steer. */
export interface ResilienceControl<Id extends string = string> {
  /**
   * The scope that an operation's breaker and bulkhead have.
   *
   * @throws TypeError for a name that no operation has
   */
  operation(id: Id): ScopeControl;
  /** A scope by its name; `service` is that of the client's own address. */
  scope(name: string): ScopeControl;
  /** Every scope that has been called so far. */
  snapshot(): readonly ScopeSnapshot[];
}

/** Looks at the state anew at each use: it is made at the first call. */
export function controlOf(core: ClientState): ResilienceControl {
  const control = (name: string): ScopeControl => {
    const breaker = (): CircuitBreaker | undefined => core.find("breaker", name);
    const force = (state: "open" | "closed" | undefined) => (): void => {
      const made = breaker();
      if (made === undefined) core.forced.set(name, state);
      else core.forced.delete(name);
      made?.force(state, core.clock.now());
    };
    return {
      get state() {
        const made = breaker();
        if (made !== undefined) return made.state(core.clock.now());
        return isCalled(core, name) ? undefined : (core.forced.get(name) ?? "closed");
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
  return {
    operation: (id) => {
      checkOperationName(id, core.known);
      return control(`operation:${id}`);
    },
    scope: control,
    snapshot: () => snapshotOf(core),
  };
}

/** Whether what calls of a scope share has been made, a breaker included if it has one. */
function isCalled(core: ClientState, scope: string): boolean {
  return core.byId.has(scope.replace(/^operation:/, "")) || core.find("bulkhead", scope) !== undefined;
}

function snapshotOf({ shared, byId, openSince, clock }: ClientState): ScopeSnapshot[] {
  const now = clock.now();
  const scopes = new Map<string, ScopeSnapshot>();
  const add = (kind: string, scope: string, value: unknown): void => {
    const part = value === undefined ? undefined : partOf(kind, value, now, openSince.get(scope));
    if (part !== undefined) scopes.set(scope, { ...scopes.get(scope), scope, ...part });
  };
  for (const [key, value] of shared) {
    const space = key.indexOf(" ");
    add(key.slice(0, space), key.slice(space + 1), value);
  }
  const isShared = new Set(shared.values());
  for (const [id, state] of byId) {
    for (const [kind, own] of Object.entries(state)) if (!isShared.has(own)) add(kind, `operation:${id}`, own);
  }
  return [...scopes.values()];
}

function partOf(
  kind: string,
  value: unknown,
  now: number,
  openSince: number = now,
): Omit<ScopeSnapshot, "scope"> | undefined {
  if (kind === "breaker") {
    const breaker = value as CircuitBreaker;
    const { calls, attempts, failures } = breaker.counts(now);
    const { critical, minimumCalls, failureRate } = breaker.policy;
    const state = breaker.state(now);
    const openMs = now - openSince;
    const { totals } = breaker;
    return {
      breaker: { state, critical, openMs, totals: { ...totals }, calls, attempts, failures, minimumCalls, failureRate },
    };
  }
  if (kind === "bulkhead") {
    const { running, queued, policy } = value as Bulkhead;
    return { bulkhead: { running, queued, concurrency: policy.concurrency, queue: policy.queue } };
  }
  if (kind !== "budget") return undefined;
  const budget = value as Budget;
  const { calls, retries } = budget.counts(now);
  return { budget: { calls, retries, ratio: budget.policy.ratio } };
}
