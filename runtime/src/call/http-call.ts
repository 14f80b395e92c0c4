import type { AuthValues } from "../auth/auth.js";
import { abortedBy } from "../base/abort-listeners.js";
import { answered, InvalidInput, orInvalid } from "../base/invalid-input.js";
import { type Failure, isFailure, type Outcome } from "../base/outcome.js";
import { reservedFetchOption } from "../client/check-options.js";
import { type ClientHandle, valuesOf } from "../client/client.js";
import { type ClientState, closedFailure, type OperationState } from "../client/state.js";
import type { CallOptions } from "../contract/call-options.js";
import type { ResilienceError } from "../contract/errors.js";
import type { AnswerReader, CallScope, Extension } from "../contract/extension.js";
import type { Operation } from "../contract/operation.js";
import type { Settled } from "../contract/results.js";
import type { OperationInput } from "../http/operation-facts.js";
import { type PreparedRequest, prepareRequest } from "../http/request.js";
import type { Emit, ResilienceEvent } from "../observe/events.js";
import { outcomeFields } from "../pipeline/attempt.js";
import { type CallSettings, PolicyRun } from "../pipeline/run.js";
import { type ExtendedPolicy, extendedPolicies } from "../policies/extended-policies.js";
import { checkedForCall, withResilience } from "../policies/overrides.js";
import type { Policies } from "../policies/types.js";
import { callError } from "./call-error.js";
import { hiddenCredentials } from "./hidden-credentials.js";
import { sendAttempt } from "./send.js";

/** One call of an operation, from its input to its end. */
export class HttpCall implements CallScope {
  readonly core: ClientState;
  readonly operation: Operation;
  readonly options: CallOptions;
  readonly auth: AuthValues;
  readonly identity: CallOptions["identity"];
  /** The caller's; a call that several share is out of its reach. */
  signal: AbortSignal | undefined;
  /** In the order in which they go around the call. */
  readonly extensions: readonly Extension[];
  readonly emit: Emit | undefined;
  correlationId: string | undefined;
  readonly startedAt: number;
  /** The same number is on all its events. */
  readonly number: number;
  /** Set when the request is ready. */
  request!: PreparedRequest;
  policies!: Policies;
  run: PolicyRun | undefined;
  /** Reads a successful answer instead of the usual way. */
  readonly reader: AnswerReader | undefined;
  /** Hears of every piece of a body that has come. */
  onBytes: ((response: Response, count: number) => void) | undefined;
  /** Some headers come from a function, which may answer for the user who makes the call. */
  readonly hasHeadersFunction: boolean;
  /** It was made to take up a stream that broke, after this event. */
  continuesAfter: string | undefined;
  /** Whether somebody waits for the end of the call. */
  readonly interest: { isShown: boolean } = { isShown: false };
  readonly #client: ClientHandle;
  #input: OperationInput = {};
  #settings!: CallSettings;
  #state!: OperationState;

  constructor(client: ClientHandle, operation: Operation, options: CallOptions) {
    const core = client["~core"];
    this.#client = client;
    this.core = core;
    this.operation = operation;
    this.options = options;
    const context = client["~context"];
    this.auth = options.auth === undefined ? (context.auth ?? {}) : { ...context.auth, ...options.auth };
    // Credentials of this call alone are no reason to take it for the client's identity.
    this.identity = options.identity ?? (options.auth === undefined ? context.identity : undefined);
    this.signal = options.signal;
    this.hasHeadersFunction = typeof context.headers === "function";
    this.reader = context.reader;
    this.extensions = core.extensions(operation);
    this.startedAt = core.clock.now();
    this.number = ++core.calls;
    const { observe } = core.watchers;
    if (observe === undefined) return;
    const { id, method, path } = operation;
    this.emit = (type, fields) => {
      const { correlationId, number } = this;
      const joined = correlationId === undefined ? {} : { correlationId };
      observe({ type, operation: id, method, path, call: number, ...joined, ...fields } as ResilienceEvent);
    };
  }

  /** Never rejects. */
  async execute(input: OperationInput): Promise<Settled> {
    this.#input = input;
    const early = this.#begin() ?? this.#refusal() ?? orInvalid(() => this.#prepare(input));
    if (isFailure(early)) {
      // The caller has not got the promise yet. To wait for it may take two turns: an async function may return it.
      await undefined;
      await undefined;
      return this.#settled(early);
    }
    const next = this.extensions.reduceRight<() => Promise<Outcome<unknown>>>(
      (inner, { around }) => (around === undefined ? inner : () => around(this, inner)),
      () => this.#send(),
    );
    return this.#settled(await next().catch(brokenBy));
  }

  /** The same call once more, for the next connection of its stream. */
  again(lastEventId: string, signal: AbortSignal): Promise<Settled> {
    const call = new HttpCall(this.#client, this.operation, { ...this.options, signal });
    call.continuesAfter = lastEventId;
    // The stream waits for it.
    call.interest.isShown = true;
    return call.execute(this.#input);
  }

  /** Tells observers something that they need to hear only once from this client. */
  warnOnce(message: string): void {
    const { warned } = this.core;
    if (this.emit === undefined || warned.has(message)) return;
    warned.add(message);
    this.emit("warning", { message });
  }

  /** What may add credentials that the client cannot see; `undefined`: nothing. */
  hiddenCredentials(): string | undefined {
    return hiddenCredentials(this);
  }

  /** The error for a failure of this call. */
  error(failure: Failure, now?: number): ResilienceError {
    return callError(this, failure, this.#sent(failure), now);
  }

  /** Tells that the call begins, and what it belongs to. */
  #begin(): Failure | undefined {
    const { correlationId } = this.core.options;
    const correlation = correlationId && orInvalid(() => ({ id: textOf("correlationId", correlationId) }));
    const failure = correlation && isFailure(correlation) ? correlation : undefined;
    if (correlation && !isFailure(correlation)) this.correlationId = correlation.id;
    this.emit?.("start", {});
    return failure;
  }

  /** Why the call does not even begin. */
  #refusal(): Failure | undefined {
    const { signal } = this;
    if (this.core.isClosed) return closedFailure;
    return signal?.aborted ? abortedBy(signal) : undefined;
  }

  /** @throws InvalidInput */
  #prepare(input: OperationInput): object {
    const { core, operation, options, extensions } = this;
    const { headers: common, url } = this.#client["~context"];
    // A function is asked once: it may answer for the user who makes this call.
    const base = core.checkedBaseUrl(core.baseUrl(operation));
    this.#state = core.state(operation, url ?? base);
    const prepared = extensions.reduce((given, { prepare }) => prepare?.(operation, given) ?? given, input);
    const own = keyed(core.policies(operation), operation, prepared);
    const policies = withCallOptions(own, options);
    const carrier = (policy: ExtendedPolicy): Extension | undefined =>
      extensions.find((each) => each.policy === policy);
    for (const [policy, isOn] of extendedPolicies) {
      if (isOn(policies) && carrier(policy) === undefined) {
        const [name] = policy.split(".");
        throw new InvalidInput(`resilience.${name}`, `is not in this bundle: createClient({ extensions: [${name}] })`);
      }
    }
    if (options.onProgress && !extensions.some(({ progress }) => progress))
      throw new InvalidInput("onProgress", "is not in this bundle: createClient({ extensions: [progress] })");
    const headers = { ...valuesOf(common), ...options.headers };
    const request = prepareRequest(operation, prepared, base, this.#state.accept, headers);
    this.request = url === undefined ? request : { ...request, url };
    if (this.continuesAfter !== undefined) {
      // It goes before one that the caller began with, wherever that stands.
      this.request = { ...this.request, headers: { ...request.headers, "last-event-id": this.continuesAfter } };
    }
    this.policies = policies;
    const { isReplayable } = this.request;
    const mayHedge = policies.hedge && operation.safe && isReplayable;
    const hedge = mayHedge ? carrier("hedge")?.hedge : undefined;
    this.#settings = { policies, own, isReplayable, emit: this.emit, hedge };
    return this;
  }

  /** Sends the request through the policies, within reach of the caller's signal and of the client's end. */
  async #send(): Promise<Outcome<unknown>> {
    const { core, signal } = this;
    // Extensions may have taken their time before.
    const refusal = this.#refusal();
    if (refusal !== undefined) return refusal;
    const run = new PolicyRun(this.#state, this.#settings, (attempt) => sendAttempt(this, attempt));
    const deafen = core.aborts.add(signal, () => run.interrupt(abortedBy(signal)));
    this.run = run;
    core.begun(run);
    const outcome = await new Promise<Outcome<unknown>>((done) => run.start(done));
    deafen();
    core.ended(run);
    return outcome;
  }

  #settled(outcome: Outcome<unknown>): Settled {
    const now = this.core.clock.now();
    const elapsedMs = now - this.startedAt;
    const attempts = this.run?.attempts ?? 0;
    const { response } = outcome;
    if (this.emit !== undefined) {
      const source = outcome.ok ? outcome.source : undefined;
      const gaveUp = outcome.ok ? undefined : outcome.gaveUp;
      const isFirst = outcome.ok && outcome.stream !== undefined && this.continuesAfter === undefined;
      const opened = isFirst ? { opensStream: true as const } : {};
      this.emit("call", {
        ...outcomeFields(outcome),
        attempts,
        elapsedMs,
        source,
        sent: this.#sent(outcome),
        gaveUp,
        observed: this.interest.isShown,
        ...opened,
      });
    }
    // After the call's own events, and while the caller's async context is the current one.
    if (outcome.ok) outcome.stream?.begin();
    if (outcome.ok) {
      const { status, data, source, ageMs } = outcome;
      const { headers: described } = this.operation;
      const headers = response && described ? described.read(response, described.readers) : {};
      return { ok: true, status, data, headers, source, ageMs, response, attempts, elapsedMs };
    }
    return { ok: false, error: this.error(outcome, now), status: outcome.status, response, attempts, elapsedMs };
  }

  /** How far the call got: as far as any attempt. */
  #sent(outcome: Outcome<unknown>): Failure["sent"] {
    const sent = this.run?.sent ?? "no";
    return sent !== "no" ? sent : outcome.ok ? "yes" : outcome.sent;
  }
}

/** @throws InvalidInput */
function textOf(name: string, ask: () => string | undefined): string | undefined {
  const text: unknown = answered(name, ask);
  if (text === undefined || typeof text === "string") return text;
  throw new InvalidInput(name, "must return text or undefined");
}

/** Code of the user's own has thrown where nothing was sent. */
function brokenBy(cause: unknown): Failure {
  return { ok: false, code: "invalid-request", sent: "no", reason: "could not be carried out", cause };
}

/** Without its key, which is optional, an operation is what its method or its document says. */
function keyed(policies: Policies, { method, idempotent }: Operation, { idempotencyKey }: OperationInput): Policies {
  if (policies.repeat !== "keyed" || idempotencyKey !== undefined) return policies;
  const isIdempotent = idempotent ?? (method === "PUT" || method === "DELETE");
  return { ...policies, repeat: isIdempotent ? "always" : "unprocessed" };
}

/** @throws InvalidInput */
function withCallOptions(own: Policies, { resilience, timeout, maxRetries, fetchOptions }: CallOptions): Policies {
  const reserved = reservedFetchOption(fetchOptions);
  if (reserved !== undefined) throw new InvalidInput(`fetchOptions.${reserved}`, "is set by the client");
  const patched = resilience === undefined ? own : withResilience(own, checkedForCall(resilience, "resilience."));
  if (timeout === undefined && maxRetries === undefined) return patched;
  const checked = checkedForCall({
    timeout: timeout === undefined ? undefined : { total: timeout },
    retry: maxRetries === undefined ? undefined : { maxRetries },
  });
  return withResilience(patched, checked);
}
