import { CredentialSource } from "./auth.js";
import type { CallRun, Pipeline } from "./call-run.js";
import type { ApiDescription, RuntimeOptions } from "./client.js";
import { type Clock, systemClock, timerDelay } from "./clock.js";
import { type Duration, durationMs } from "./duration.js";
import { type Observer, observersAsOne } from "./events.js";
import type { Middleware } from "./middleware.js";
import type { Operation } from "./operation.js";
import type { Failure } from "./outcome.js";
import { Breaker } from "./policies/breaker.js";
import { Budget } from "./policies/budget.js";
import { Bulkhead } from "./policies/bulkhead.js";
import type { RetryPolicy } from "./policies/types.js";
import { kyTransport, type Transport } from "./transport.js";

export const closedFailure: Failure = { ok: false, code: "closed", sent: "no" };

/** What all calls of a client, and of the clients made from it, share. State is made at an operation's first call. */
export class Core {
  readonly api: ApiDescription;
  readonly options: RuntimeOptions;
  readonly clock: Clock;
  readonly random: () => number;
  readonly transport: Transport;
  readonly observe: Observer | undefined;
  readonly credentials: CredentialSource = new CredentialSource();
  readonly running: Set<CallRun> = new Set();
  isClosed = false;
  private calls = 0;
  private readonly pipelines = new Map<Operation, Pipeline>();
  private readonly breakers = new Map<string, Breaker>();
  private readonly bulkheads = new Map<string, Bulkhead>();
  private readonly budgets = new Map<string, Budget>();
  private drained: (() => void) | undefined = undefined;

  constructor(api: ApiDescription, options: RuntimeOptions) {
    this.api = api;
    this.options = options;
    this.clock = options.clock ?? systemClock;
    this.random = options.random ?? Math.random;
    this.transport = options.transport ?? kyTransport(options.ky);
    this.observe = observersAsOne(options.observe);
  }

  get middleware(): readonly Middleware[] {
    return (this.options.middleware ?? []) as readonly Middleware[];
  }

  nextCallNumber(): number {
    return ++this.calls;
  }

  /** A run has ended, and the stream that it may have opened. */
  ended(run: CallRun): void {
    this.running.delete(run);
    if (this.running.size === 0) this.drained?.();
  }

  async close(drain: Duration): Promise<void> {
    this.isClosed = true;
    const drainMs = durationMs(drain) ?? 0;
    if (this.running.size > 0 && drainMs > 0) await this.whenDrained(drainMs);
    for (const run of this.running) run.interrupt(closedFailure);
  }

  /** The base URL for an operation: what the caller set, else the operation's own server, else the document's. */
  baseUrl(operation: Operation): string {
    const { baseUrl, server, variables } = this.options;
    const filled = fillVariables(server ?? this.api.servers[0] ?? "", { ...this.api.variables, ...variables });
    const own = operation.server === undefined ? undefined : absolute(operation.server, filled);
    if (typeof baseUrl === "function")
      return baseUrl({ operation: operation.id, server: own ?? (filled || undefined) });
    return baseUrl ?? own ?? filled;
  }

  /** The shared state of an operation's policies, for calls that go to `origin`. */
  pipeline(operation: Operation, baseUrl: string): Pipeline {
    const known = this.pipelines.get(operation);
    if (known !== undefined) return known;
    const { breaker, bulkhead, retry } = operation.policies;
    const scopeOf = (scope: string): string => scopeKey(scope, operation.id, baseUrl);
    const pipeline = {
      clock: this.clock,
      random: this.random,
      breaker: breaker === false ? undefined : this.breaker(scopeOf(breaker.scope), breaker),
      bulkhead: bulkhead === false ? undefined : this.bulkhead(scopeOf(bulkhead.scope), bulkhead),
      budget:
        retry === false ? undefined : this.budget(scopeOf(breaker === false ? "operation" : breaker.scope), retry),
    };
    this.pipelines.set(operation, pipeline);
    return pipeline;
  }

  private breaker(scope: string, policy: Breaker["policy"]): Breaker {
    const known = this.breakers.get(scope);
    if (known !== undefined) return known;
    const changed = (_breaker: Breaker, state: ReturnType<Breaker["state"]>): void =>
      this.observe?.({ type: "breaker", scope, state });
    const breaker = new Breaker(scope, policy, this.clock, this.random, changed);
    this.breakers.set(scope, breaker);
    return breaker;
  }

  private bulkhead(scope: string, policy: Bulkhead["policy"]): Bulkhead {
    const bulkhead = this.bulkheads.get(scope) ?? new Bulkhead(scope, policy);
    this.bulkheads.set(scope, bulkhead);
    return bulkhead;
  }

  /** Retries are budgeted for what a breaker looks at: the same scope. */
  private budget(scope: string, { budget: policy }: RetryPolicy): Budget | undefined {
    if (policy === false) return undefined;
    const budget = this.budgets.get(scope) ?? new Budget(policy);
    this.budgets.set(scope, budget);
    return budget;
  }

  private whenDrained(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = this.clock.setTimer(resolve, timerDelay(ms));
      this.drained = () => {
        this.clock.clearTimer(timer);
        resolve();
      };
    });
  }
}

/** `operation` and `service` are relative to the call; any other name is the same everywhere in a client. */
function scopeKey(scope: string, operation: string, baseUrl: string): string {
  if (scope === "operation") return `operation:${operation}`;
  if (scope !== "service") return scope;
  return `service:${URL.canParse(baseUrl) ? new URL(baseUrl).origin : ""}`;
}

function fillVariables(url: string, variables: Readonly<Record<string, string | undefined>>): string {
  return url.replace(/\{([^}]*)\}/g, (match, name: string) => variables[name] ?? match);
}

function absolute(server: string, base: string): string {
  return URL.canParse(server, base || undefined) ? new URL(server, base || undefined).href : server;
}
