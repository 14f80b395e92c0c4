import { AbortListeners } from "../base/abort-listeners.js";
import { type Clock, dropTimer, never, systemClock, timerDelay } from "../base/clock.js";
import { durationMs } from "../base/duration.js";
import { answered } from "../base/invalid-input.js";
import type { Failure } from "../base/outcome.js";
import { endsWithRequest, isBrowser } from "../base/platform.js";
import { urlOf } from "../base/url-of.js";
import type { ApiDescription } from "../contract/api.js";
import type { ClientScope, Extension, Running } from "../contract/extension.js";
import type { Operation } from "../contract/operation.js";
import type { RuntimeOptions } from "../contract/options.js";
import { acceptOf, checkedBase } from "../http/request.js";
import { fetchTransport, type Transport } from "../http/transport.js";
import type { Middleware } from "../observe/middleware.js";
import { Watchers } from "../observe/watchers.js";
import type { PolicyRun, SharedState } from "../pipeline/run.js";
import { Breaker } from "../policies/breaker.js";
import { Budget } from "../policies/budget.js";
import { Bulkhead } from "../policies/bulkhead.js";
import type { BreakerState, CircuitBreaker } from "../policies/circuit-breaker.js";
import { fitted, withoutValue, withResilience } from "../policies/overrides.js";
import type { SharedStore, StoreContext } from "../policies/shared-store.js";
import type { BulkheadPolicy, Policies } from "../policies/types.js";
import type { Decoder } from "../serialize/text.js";

export const closedFailure: Failure = { ok: false, code: "closed", sent: "no" };

/** What all calls of an operation share. */
export interface OperationState extends SharedState {
  /** Its media types, for the header of that name. */
  readonly accept: string;
}

/** What all calls of a client, and of the clients made from it, share. State is made at an operation's first call. */
export class ClientState implements ClientScope {
  readonly api: ApiDescription;
  readonly options: RuntimeOptions;
  readonly clock: Clock;
  readonly random: () => number;
  readonly transport: Transport;
  readonly watchers: Watchers;
  /** Calls that wait for an asynchronous credential. */
  credentialsAsked = 0;
  /** What observers were told once and for all. */
  readonly warned: Set<string> = new Set();
  readonly running: Set<Running> = new Set();
  /** Callers' signals. */
  readonly aborts: AbortListeners = new AbortListeners();
  /** Breakers, bulkheads, budgets and rate limiters of several operations by kind and scope; what extensions keep, too. */
  readonly shared: Map<string, unknown> = new Map();
  /** What operations have of their own or share, by their ids. */
  readonly byId: Map<string, SharedState> = new Map();
  /** Where `shared` has what a relative scope means: `breaker service` is at `breaker service:<origin>`. */
  readonly scopes: Map<string, string> = new Map();
  /** Breakers that somebody holds open or closed and that are not made yet, by scope or operation. */
  readonly forced: Map<string, "open" | "closed" | undefined> = new Map();
  /** When breakers that are not closed left that state, by scope. */
  readonly openSince: Map<string, number> = new Map();
  /** For whole texts: making one costs more than what it does. */
  readonly utf8: Decoder = new TextDecoder();
  /** Names of the API's operations, where the bundle holds them. */
  readonly known: readonly string[] | undefined;
  calls = 0;
  isClosed = false;
  /** Whether what was under way has been ended, after the drain. */
  isOver = false;
  readonly #extensions = new Map<Operation, readonly Extension[]>();
  readonly #policies = new Map<Operation, Policies>();
  readonly #states = new Map<Operation, OperationState>();
  /** The same by the origin of a call, where that differs. */
  readonly #byOrigin = new Map<string, Map<Operation, OperationState>>();
  #givenBase: string | undefined;
  #checkedBase = "";
  /** Who waits for the last run's end. */
  readonly #drained = new Set<() => void>();
  /** So many runs are remembered before those that are lost are looked for. */
  #sweepAt = 1_000;
  /** Ties breakers to those of other processes. */
  readonly #links: ReturnType<SharedStore["connect"]> | undefined;

  constructor(api: ApiDescription, options: RuntimeOptions) {
    this.api = api;
    this.options = options;
    this.known = api.operations;
    this.clock = options.clock ?? systemClock;
    this.random = options.random ?? Math.random;
    this.transport = options.transport ?? api.sender?.transport(options) ?? fetchTransport();
    this.watchers = new Watchers(options.observe, options.middleware as readonly Middleware[]);
    const { clock, random } = this;
    const changed: StoreContext["changed"] = (available, because, cause) =>
      this.watchers.observe?.({ type: "store", available, because, cause });
    this.#links = options.store?.connect({ clock, random, changed });
  }

  /** The extensions that an operation may use, its own and those that the client was given, as they go around a call. */
  extensions(operation: Operation): readonly Extension[] {
    const { extensions: given } = this.options;
    const { extensions: own = [] } = operation;
    if (given === undefined && own.length < 2) return own;
    return remembered(this.#extensions, operation, () => {
      const all = new Set([...own, ...(given ?? []).flat()]);
      return [...all].sort((a, b) => places.indexOf(b.policy) - places.indexOf(a.policy));
    });
  }

  /** An operation's policies with what the client's options set over them. */
  policies(operation: Operation): Policies {
    const { policies } = operation;
    const { resilience, operations } = this.options;
    const own = operations?.[operation.id];
    if (resilience === undefined && own === undefined) return policies;
    return remembered(this.#policies, operation, () => {
      const common = operation.safe ? resilience : withoutValue(resilience);
      const forAll = common === undefined ? policies : withResilience(policies, common, policies.ownKeys);
      return fitted(own === undefined ? forAll : withResilience(forAll, own));
    });
  }

  /**
   * What all calls of an operation share; where a scope is `service` and the address differs from call to call, all those
   * to the same origin.
   *
   * @param url where this call goes
   */
  state(operation: Operation, url: string = this.baseUrl(operation)): OperationState {
    return remembered(this.#statesFor(operation, url), operation, () => {
      const { clock, random } = this;
      const { breaker, bulkhead, retry, rateLimit, explicit } = this.policies(operation);
      const nameOf = (scope: string): string => scopeName(scope, operation, url);
      const known = this.byId.get(operation.id);
      const scoped = <T>(kind: keyof SharedState, scope: string, make: (scope: string) => T): T => {
        if (scope === "operation") {
          if (known === undefined) return make(scope);
          // The operation has been described twice: what it has of its own is the same for both.
          const own = known[kind] as T | undefined;
          if (own !== undefined && ![...this.shared.values()].includes(own)) return own;
        }
        const name = nameOf(scope);
        const key = `${kind} ${name}`;
        this.scopes.set(`${kind} ${scope}`, key);
        return remembered(this.shared as Map<string, T>, key, () => make(name));
      };
      // Retries are budgeted for what a breaker looks at.
      const { scope } = breaker || { scope: "operation" };
      const budget = retry ? retry.budget : false;
      const limiter = this.extensions(operation).find((extension) => extension.limiter)?.limiter;
      const state: OperationState = {
        clock,
        random,
        accept: acceptOf(operation),
        breaker: breaker
          ? scoped("breaker", scope, (name): CircuitBreaker => {
              const own = new Breaker(breaker, random, (to) => this.#changed(nameOf(name), to, own));
              const link = breaker.shared ? this.#links : undefined;
              // In a store other APIs have theirs: two of them may have a `getUser`.
              const inStore = /^operation(:|$)/.test(name) ? `${nameOf("service")}:${nameOf(name)}` : name;
              const made = link === undefined ? own : link(inStore, own);
              this.#hold(made, scope, nameOf(scope));
              return made;
            })
          : undefined,
        bulkhead: bulkhead
          ? scoped("bulkhead", bulkhead.scope, () => new Bulkhead(fitsBrowsers(bulkhead, explicit)))
          : undefined,
        budget: budget ? scoped("budget", scope, () => new Budget(budget)) : undefined,
        limiter: rateLimit ? scoped("limiter", rateLimit.scope, () => limiter?.(rateLimit)) : undefined,
      };
      if (known === undefined) {
        this.byId.set(operation.id, state);
        this.#hold(state.breaker, `operation:${operation.id}`);
      }
      return state;
    });
  }

  #statesFor(operation: Operation, url: string): Map<Operation, OperationState> {
    if (typeof this.options.baseUrl !== "function") return this.#states;
    const { breaker, bulkhead, rateLimit } = this.policies(operation);
    if (![breaker, bulkhead, rateLimit].some((policy) => policy && policy.scope === "service")) return this.#states;
    const origin = originOf(url);
    const states = this.#byOrigin.get(origin) ?? new Map<Operation, OperationState>();
    // The one used last stands last.
    this.#byOrigin.delete(origin);
    this.#byOrigin.set(origin, states);
    if (this.#byOrigin.size > maxOrigins) this.#forgetOrigin();
    return states;
  }

  /** An address that a function gave may be anything, and never come again. */
  #forgetOrigin(): void {
    const [origin = ""] = this.#byOrigin.keys();
    this.#byOrigin.delete(origin);
    for (const kind of ["breaker", "bulkhead", "budget", "limiter"]) this.shared.delete(`${kind} service:${origin}`);
  }

  /** The breaker, bulkhead, … of a scope or, by `operation:<id>`, of an operation; `undefined` before its first call. */
  find<Kind extends keyof SharedState>(kind: Kind, scope: string): SharedState[Kind] | undefined {
    const own = scope.startsWith("operation:") ? this.byId.get(scope.slice("operation:".length))?.[kind] : undefined;
    const key = `${kind} ${scope}`;
    return own ?? (this.shared.get(this.scopes.get(key) ?? key) as SharedState[Kind] | undefined);
  }

  /** The base URL for an operation: what the caller set, else the operation's own server, else the document's. */
  baseUrl({ id, server: own }: Operation): string {
    const { baseUrl, origin, server = this.api.servers[0] ?? "", variables } = this.options;
    if (typeof baseUrl === "string") return baseUrl;
    if (origin !== undefined) return `${origin}${this.api.basePath ?? ""}`;
    const values: Readonly<Record<string, string | undefined>> = { ...this.api.variables, ...variables };
    const filled = (url: string): string =>
      url.replace(/\{([^{}]*)\}/g, (match, name: string) => values[name] ?? match);
    const usual = filled(server);
    const address = own === undefined ? undefined : filled(own);
    const whole = address === undefined ? undefined : urlOf(address, usual || undefined);
    const base = whole?.href ?? address ?? usual;
    if (typeof baseUrl !== "function") return base;
    return answered("baseUrl", () => baseUrl({ operation: id, server: base || undefined }));
  }

  /**
   * A base URL, checked; nearly always it is the one of the call before.
   *
   * @throws InvalidInput
   */
  checkedBaseUrl(given: string): string {
    if (given !== this.#givenBase || this.#checkedBase === "") {
      this.#checkedBase = checkedBase(given);
      this.#givenBase = given;
    }
    return this.#checkedBase;
  }

  /** A run begins. Where requests end without a word, those that must be over are forgotten from time to time. */
  begun(run: PolicyRun): void {
    if (endsWithRequest() && this.running.size >= this.#sweepAt) {
      const now = this.clock.now();
      for (const each of this.running) if ((each.deadlineAt ?? never) + lostAfterMs < now) this.running.delete(each);
      this.#sweepAt = 2 * this.running.size + 1_000;
    }
    this.running.add(run);
  }

  /** A call has ended, or a stream that one opened. */
  ended(run: Running): void {
    this.running.delete(run);
    if (this.running.size > 0 || this.#drained.size === 0) return;
    for (const drained of this.#drained) drained();
    this.#drained.clear();
  }

  async close(drain: unknown): Promise<void> {
    const ms = durationMs(drain);
    if (ms === undefined)
      throw new TypeError(`close: drain must be a number of ms that is not negative, or a text such as "10s"`);
    this.isClosed = true;
    for (const run of this.running) if (run.isEndless) run.interrupt(closedFailure);
    const drainMs = timerDelay(ms);
    if (this.running.size > 0 && drainMs > 0) {
      await new Promise<void>((resolve) => {
        const timer = this.clock.setTimer(resolve, drainMs);
        this.#drained.add(() => {
          dropTimer(this.clock, timer);
          resolve();
        });
      });
    }
    this.isOver = true;
    for (const run of this.running) run.interrupt(closedFailure);
    this.watchers.closed();
  }

  /** Somebody may have asked to hold a breaker open or closed before it was made. */
  #hold(breaker: CircuitBreaker | undefined, ...names: readonly string[]): void {
    for (const name of names) {
      if (this.forced.has(name)) breaker?.force(this.forced.get(name), this.clock.now());
    }
  }

  #changed(scope: string, state: BreakerState, breaker: Breaker): void {
    const now = this.clock.now();
    if (state === "closed") this.openSince.delete(scope);
    else if (!this.openSince.has(scope)) this.openSince.set(scope, now);
    const { openUntil, failedProbes, isForced } = breaker;
    const { calls, attempts, failures, slow } = breaker.counts(now);
    const cooldownMs = state === "open" && !isForced ? Math.max(0, openUntil - now) : undefined;
    const numbers = { calls, attempts, failures, slow, failedProbes, cooldownMs, isForced };
    this.watchers.observe?.({ type: "breaker", scope, state, ...numbers });
  }
}

/** So many origins have a state of their own at once. */
const maxOrigins = 1_000;

function originOf(url: string): string {
  return urlOf(url)?.origin ?? url;
}

/** `operation` and `service` are relative to the call; any other name is the same everywhere in a client. */
function scopeName(scope: string, { id }: Operation, url: string): string {
  if (scope === "operation") return `operation:${id}`;
  return scope === "service" ? `service:${originOf(url)}` : scope;
}

/** A browser opens few connections, so attempts wait for theirs: nothing but the deadline ends an unwritten wait. */
function fitsBrowsers(policy: BulkheadPolicy, written: Policies["explicit"] = []): BulkheadPolicy {
  const isOwn = !isBrowser() || written.includes("bulkhead.queueTimeout");
  return isOwn ? policy : { ...policy, queueTimeout: false };
}

/** A run whose deadline has passed for so long has ended with its request, in ms; open streams have been read by then. */
const lostAfterMs = 600_000;

/** What goes around the whole call, the innermost first; what is not among them has no place of its own. */
const places: readonly Extension["policy"][] = ["fallback.stale", "fallback.value", "coalesce"];

/** The value under a key, made when it is first asked for. */
function remembered<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  if (!map.has(key)) map.set(key, make());
  return map.get(key) as Value;
}
