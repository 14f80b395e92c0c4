import type { BudgetPolicy } from "../../runtime/src/policies/types.js";
import { ReferenceCall } from "./reference.js";
import { ReferenceBreaker, ReferenceBudget, ReferenceBulkhead, ReferenceLimiter } from "./reference-state.js";
import { type CallTrace, chanceAt, horizonMs, type OperationPlan, type Scenario, type Trace } from "./scenario.js";

/** Somebody waits: for the next attempt, for a turn, for a place. */
export interface Wait {
  readonly call: object;
  readonly breaker: ReferenceBreaker | undefined;
  /** A breaker that opens for longer than this ends the wait. */
  readonly wakeAt: number;
  readonly until: number;
  /** It is over by itself. */
  readonly over: () => void;
  /** Takes back what was taken for it. */
  readonly undo: () => void;
  readonly refuse: (retryAt: number) => void;
}

export interface SharedParts {
  readonly breaker: ReferenceBreaker | undefined;
  readonly bulkhead: ReferenceBulkhead | undefined;
  readonly budget: ReferenceBudget | undefined;
  readonly limiter: ReferenceLimiter | undefined;
}

/** What is to happen, who waits, and what calls share. */
export class World {
  now = 0;
  readonly scenario: Scenario;
  readonly #shared = new Map<string, unknown>();
  readonly #told: { at: number; scope: string; state: "closed" | "open" | "half-open" }[] = [];
  readonly #calls: ReferenceCall[] = [];
  #agenda: { readonly at: number; readonly happen: () => void }[] = [];
  #soon: (() => void)[] = [];
  #waits: Wait[] = [];
  readonly #seen = new Set<number>();
  #isShut = false;

  constructor(scenario: Scenario) {
    this.scenario = scenario;
  }

  play(): Trace {
    const { calls, acts, operations } = this.scenario;
    const traces: CallTrace[] = [];
    calls.forEach((plan, index) => {
      this.at(plan.at, () => {
        const ended = (trace: CallTrace): void => {
          traces[index] = trace;
        };
        if (this.#isShut) return ended(neverBegun(this.now));
        this.#seen.add(plan.operation);
        const call = new ReferenceCall(this, plan, ended);
        this.#calls.push(call);
        call.start();
      });
    });
    const held = { open: "open", close: "closed", auto: undefined } as const;
    for (const act of acts) {
      this.at(act.at, () => {
        if (act.does === "shut") this.#shut(act.drain);
        else if (this.#seen.has(act.operation)) this.shared(act.operation).breaker?.force(held[act.does], this.now);
      });
    }
    this.#run();
    return { calls: traces, breakers: this.#told, states: operations.map((_, index) => this.#stateOf(index)) };
  }

  /** Plans something. */
  at(at: number, happen: () => void): void {
    this.#agenda.push({ at, happen });
  }

  /** Plans something for the end of what happens now. */
  soon(happen: () => void): void {
    this.#soon.push(happen);
  }

  wait(wait: Wait): Wait {
    this.#waits.push(wait);
    this.at(wait.until, () => {
      if (this.stopWaiting(wait)) wait.over();
    });
    return wait;
  }

  /** Whether it still was. */
  stopWaiting(wait: Wait): boolean {
    const was = this.#waits.includes(wait);
    this.#waits = this.#waits.filter((other) => other !== wait);
    return was;
  }

  stopWaitingOf(call: object): void {
    for (const wait of this.#waits.filter((other) => other.call === call)) {
      this.stopWaiting(wait);
      wait.undo();
    }
  }

  operation(index: number): OperationPlan {
    return this.scenario.operations[index] as OperationPlan;
  }

  /** What the calls of an operation share, each part by its scope. */
  shared(index: number): SharedParts {
    const { breaker, bulkhead, retry, rateLimit } = this.operation(index).policies;
    const chance = (now: number): number => chanceAt(this.scenario.seed, now);
    const breakerScope = this.#scope(breaker ? breaker.scope : "operation", index);
    return {
      breaker: breaker
        ? this.#part(`breaker ${breakerScope}`, () => {
            const told = (state: "closed" | "open" | "half-open"): void => {
              this.#told.push({ at: this.now, scope: breakerScope, state });
            };
            const made: ReferenceBreaker = new ReferenceBreaker(breaker, chance, told, (until) =>
              this.#opened(made, until),
            );
            return made;
          })
        : undefined,
      bulkhead: bulkhead
        ? this.#part(`bulkhead ${this.#scope(bulkhead.scope, index)}`, () => new ReferenceBulkhead(bulkhead))
        : undefined,
      budget: retry ? this.#budget(breakerScope, retry.budget) : undefined,
      limiter: rateLimit
        ? this.#part(`limiter ${this.#scope(rateLimit.scope, index)}`, () => new ReferenceLimiter(rateLimit))
        : undefined,
    };
  }

  #budget(scope: string, policy: BudgetPolicy | false): ReferenceBudget | undefined {
    return policy === false ? undefined : this.#part(`budget ${scope}`, () => new ReferenceBudget(policy));
  }

  #part<Part>(name: string, make: () => Part): Part {
    if (!this.#shared.has(name)) this.#shared.set(name, make());
    return this.#shared.get(name) as Part;
  }

  #scope(scope: string, index: number): string {
    if (scope === "operation") return `operation:${idOf(index)}`;
    return scope === "service" ? "service:https://api.example" : scope;
  }

  #opened(breaker: ReferenceBreaker, until: number): void {
    for (const wait of this.#waits.filter((other) => other.breaker === breaker && until > other.wakeAt)) {
      if (this.stopWaiting(wait)) wait.refuse(until);
    }
  }

  #stateOf(index: number): "closed" | "open" | "half-open" | undefined {
    return this.#seen.has(index) ? this.shared(index).breaker?.seen(this.now) : "closed";
  }

  /** No new calls; those that run are ended after the drain. */
  #shut(drain: number): void {
    this.#isShut = true;
    const end = (): void => {
      for (const call of this.#calls) call.interrupt("closed");
    };
    if (drain === 0) end();
    else this.at(this.now + drain, end);
  }

  #run(): void {
    while (this.#agenda.length > 0) {
      const next = this.#agenda.reduce((first, other) => (other.at < first.at ? other : first));
      if (next.at > horizonMs) break;
      this.#agenda = this.#agenda.filter((other) => other !== next);
      this.now = next.at;
      next.happen();
      while (this.#soon.length > 0) this.#soon.shift()?.();
    }
    this.now = horizonMs;
  }
}

/** The name of an operation. */
export function idOf(index: number): string {
  return `operation${index}`;
}

function neverBegun(now: number): CallTrace {
  return {
    code: "closed",
    status: undefined,
    gaveUp: undefined,
    attempts: 0,
    requests: [],
    endedAt: now,
    sent: "no",
    maybeDone: false,
    retryAt: undefined,
  };
}
