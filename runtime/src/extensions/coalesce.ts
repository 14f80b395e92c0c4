import { abortedBy } from "../base/abort-listeners.js";
import { inTime } from "../base/in-time.js";
import type { Failure, Outcome } from "../base/outcome.js";
import { endsWithRequest } from "../base/platform.js";
import type { CallScope, ClientScope, Extension } from "../contract/extension.js";
import { identityOf, isStillOf } from "./identity.js";

/** A call in flight that others have joined. */
interface SharedCall {
  /** Who started it. */
  readonly call: CallScope;
  readonly outcome: Promise<Outcome<unknown>>;
  waiting: number;
  end(failure: Failure): void;
}

/**
 * Identical GETs of one identity in flight share one call. One caller's abort ends only its own wait; the last one's
 * ends the call. A call with settings of its own shares nothing.
 */
export const coalesce: Extension = { policy: "coalesce", around: joinOrStart };

/** How long a call waits for one of another request that may have ended without a word, in ms. */
const joinPatienceMs = 1_000;

async function joinOrStart(call: CallScope, next: () => Promise<Outcome<unknown>>): Promise<Outcome<unknown>> {
  const { core, operation, policies, request, options } = call;
  // A stream can be read only once.
  const canShare = policies.coalesce && operation.method === "GET" && !policies.streaming;
  if (!canShare || options.resilience !== undefined) return next();
  const identity = await identityOf(call);
  // Who left meanwhile starts nothing that others could join, and joins nothing.
  if (identity === undefined || options.signal?.aborted) return next();
  const key = JSON.stringify(["coalesce", operation.method, request.url, request.headers, identity]);
  const inFlight = core.shared as Map<string, SharedCall>;
  const joined = inFlight.get(key);
  if (joined !== undefined) {
    const waited = wait(core, joined, options.signal);
    const outcome = await (endsWithRequest() ? inTime(call, waited, joinPatienceMs) : waited);
    if (options.signal?.aborted) return { ...abortedBy(options.signal), sent: "maybe" };
    if (outcome !== undefined && (await mayHave(call, identity, outcome))) {
      call.run ??= joined.call.run;
      return ownCopy(outcome);
    }
  }
  const over = (): void => {
    if (inFlight.get(key) === own) inFlight.delete(key);
  };
  const own = start(call, next, over);
  inFlight.set(key, own);
  return wait(core, own, options.signal);
}

/** The credentials of the attempt that was made for all may have been another user's. */
async function mayHave(call: CallScope, identity: string, outcome: Outcome<unknown>): Promise<boolean> {
  // Without a response nothing in it can be another's.
  return outcome.response === undefined || isStillOf(call, identity, outcome.authorization);
}

/** Starts the call that all share: out of reach of the first caller's signal. */
function start(call: CallScope, next: () => Promise<Outcome<unknown>>, over: () => void): SharedCall {
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
function wait({ aborts }: ClientScope, shared: SharedCall, signal: AbortSignal | undefined): Promise<Outcome<unknown>> {
  shared.waiting++;
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

/** Nobody may see what another caller does to the data, or to the body of an error. */
function ownCopy(outcome: Outcome<unknown>): Outcome<unknown> {
  if (outcome.ok) return { ...outcome, data: copyOf(outcome.data) };
  return "body" in outcome ? { ...outcome, body: copyOf(outcome.body) } : outcome;
}

/** A copy; the thing itself where it holds what cannot be copied, as the caller's own fallback may. */
function copyOf(data: unknown): unknown {
  try {
    return structuredClone(data);
  } catch {
    return data;
  }
}
