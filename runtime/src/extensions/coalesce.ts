import { abortedBy } from "../base/abort-listeners.js";
import type { Failure, Outcome } from "../base/outcome.js";
import type { HttpCall } from "../call/http-call.js";
import type { Core } from "../client/state.js";
import type { Extension } from "../contract/extension.js";
import { identityOf } from "./identity.js";

/** A call in flight that others have joined. */
interface SharedCall {
  /** Who started it. */
  readonly call: HttpCall;
  readonly outcome: Promise<Outcome<unknown>>;
  waiting: number;
  end(failure: Failure): void;
}

/**
 * Identical GETs of one identity in flight share one call. One caller's abort ends only its own wait; the last one's
 * ends the call. A call with settings of its own shares nothing.
 */
export const coalesce: Extension = { policy: "coalesce", around: joinOrStart };

async function joinOrStart(call: HttpCall, next: () => Promise<Outcome<unknown>>): Promise<Outcome<unknown>> {
  const { core, operation, policies, request, options } = call;
  // A stream can be read only once.
  const canShare = policies.coalesce && operation.method === "GET" && !policies.transfer;
  if (!canShare || options.resilience !== undefined) return next();
  const identity = await identityOf(call);
  // Who left meanwhile starts nothing that others could join, and joins nothing.
  if (identity === undefined || options.signal?.aborted) return next();
  const key = JSON.stringify(["coalesce", operation.method, request.url, request.headers, identity]);
  const inFlight = core.shared as Map<string, SharedCall>;
  const known = inFlight.get(key);
  const over = (): void => {
    if (inFlight.get(key) === shared) inFlight.delete(key);
  };
  const shared = known ?? start(call, next, over);
  inFlight.set(key, shared);
  shared.waiting++;
  const outcome = await wait(core, shared, options.signal);
  call.run ??= shared.call.run;
  // Nobody may see what another caller does to the data.
  return outcome.ok && known !== undefined ? { ...outcome, data: copyOf(outcome.data) } : outcome;
}

/** Starts the call that all share: out of reach of the first caller's signal. */
function start(call: HttpCall, next: () => Promise<Outcome<unknown>>, over: () => void): SharedCall {
  call.signal = undefined;
  const outcome = next().finally(over);
  // Whoever comes after its end must not join it.
  const end = (failure: Failure): void => {
    over();
    call.run?.interrupt(failure);
  };
  return { call, outcome, waiting: 0, end };
}

/** Waits for the shared call until the caller aborts. */
function wait({ aborts }: Core, shared: SharedCall, signal: AbortSignal | undefined): Promise<Outcome<unknown>> {
  return new Promise((resolve) => {
    const leave = (outcome: Outcome<unknown>): void => {
      deafen();
      shared.waiting--;
      resolve(outcome);
    };
    const abort = (): void => {
      const failure: Failure = { ...abortedBy(signal), sent: "maybe" };
      leave(failure);
      if (shared.waiting === 0) shared.end(failure);
    };
    const deafen = aborts.add(signal, abort);
    void shared.outcome.then(leave);
  });
}

/** A copy; the thing itself where it holds what cannot be copied, as the caller's own fallback may. */
function copyOf(data: unknown): unknown {
  try {
    return structuredClone(data);
  } catch {
    return data;
  }
}
