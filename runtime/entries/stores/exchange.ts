import type { ExchangeReply, ExchangeRequest, SharedPolicy, SharedState, WindowPart } from "./types.js";

/** Parts of a window: old counts leave it a tenth at a time. */
const parts = 10;

const fresh: SharedState = {
  era: 0,
  closedAt: 0,
  isOpen: false,
  isForAll: false,
  openUntil: 0,
  failedProbes: 0,
  passedProbes: 0,
  leases: {},
  openers: [],
  successes: 0,
  window: [],
};

/**
 * Computes the effect of an exchange on a scope's state, and the reply. Pure: a store loads the state, calls this, and
 * saves, as one step. The Redis store does the same in Lua.
 *
 * @param now by the store's clock, in ms since 1970
 */
export function exchange(
  known: SharedState | undefined,
  request: ExchangeRequest,
  now: number,
): { readonly state: SharedState; readonly reply: ExchangeReply } {
  const living = withoutLost(known ?? fresh, now);
  const counted = withCounts(living, request, now);
  const { state, granted } = afterEvent(counted, request, now);
  const openForMs = state.isOpen ? Math.max(0, state.openUntil - now) : 0;
  const { era, isOpen, isForAll, failedProbes } = state;
  return { state, reply: { era, isOpen, isForAll, openForMs, failedProbes, granted } };
}

function withoutLost(state: SharedState, now: number): SharedState {
  const leases = Object.entries(state.leases).filter(([, lostAt]) => lostAt > now);
  return { ...state, leases: Object.fromEntries(leases) };
}

/** Adds counts, unless they are from before the last closing, or the breaker is open for all. */
function withCounts(state: SharedState, request: ExchangeRequest, now: number): SharedState {
  const { policy, era, attempts, failures, slow, openForMs } = request;
  if (state.isForAll || attempts === 0 || (era !== 0 && era < state.closedAt)) return state;
  const window = withPart(state.window, request, now);
  const sum = (name: keyof WindowPart): number => window.reduce((total, part) => total + part[name], 0);
  const all = sum("attempts");
  const isFailing = failures > 0 && sum("failures") >= policy.failureRate * all;
  const isSlow = policy.slowRate > 0 && slow > 0 && sum("slow") >= policy.slowRate * all;
  const opens = sum("calls") >= policy.minimumCalls && (isFailing || isSlow);
  if (!opens) return { ...state, window, successes: state.isOpen ? state.successes + attempts - failures : 0 };
  // Processes that opened on their own are in a round already: the others join it.
  if (state.isOpen) return { ...state, isForAll: true, window: [] };
  return opened(state, now, openForMs, 0, true);
}

function withPart(window: readonly WindowPart[], request: ExchangeRequest, now: number): WindowPart[] {
  const { policy, calls, attempts, failures, slow } = request;
  const { spanMs, maxCalls } = policy;
  const index = spanMs === 0 ? 0 : Math.floor((now * parts) / spanMs);
  const living = spanMs === 0 ? window : window.filter((part) => part.index > index - parts);
  const last = living.at(-1);
  const isSame = spanMs === 0 ? last && last.calls < Math.ceil(maxCalls / parts) : last?.index === index;
  const base = isSame && last ? last : { index, calls: 0, attempts: 0, failures: 0, slow: 0 };
  const part: WindowPart = {
    index,
    calls: base.calls + calls,
    attempts: base.attempts + attempts,
    failures: base.failures + failures,
    slow: base.slow + slow,
  };
  return bounded([...(isSame ? living.slice(0, -1) : living), part], policy);
}

/** Drops the oldest parts of a window of calls as soon as the others fill it. */
function bounded(window: WindowPart[], { spanMs, maxCalls }: SharedPolicy): WindowPart[] {
  if (spanMs !== 0) return window;
  let total = window.reduce((sum, { calls }) => sum + calls, 0);
  let first = 0;
  for (; total - (window[first]?.calls ?? total) >= maxCalls; first++) total -= window[first]?.calls ?? 0;
  return window.slice(first);
}

type AfterEvent = { readonly state: SharedState; readonly granted: boolean };

function afterEvent(state: SharedState, request: ExchangeRequest, now: number): AfterEvent {
  const { event, by, policy, era, openForMs, failedProbes } = request;
  const { [by]: lease, ...others } = state.leases;
  const isHeld = state.isOpen && lease !== undefined;
  let next = state;
  if (event === "claim") return claimed(joined(state, { ...request, openForMs: 0 }, now), by, policy, now);
  if (event === "opened") next = joined(state, request, now);
  if (event === "released" && isHeld) next = { ...state, leases: others };
  if (event === "restored" && state.era === 0) next = opened(state, now, openForMs, failedProbes, true);
  if (event === "recovered" && state.isOpen && era === state.era) next = closed(state, now);
  if (event === "passed" && isHeld) {
    const passedProbes = state.passedProbes + 1;
    next = passedProbes >= policy.probes ? closed(state, now) : { ...state, leases: others, passedProbes };
  }
  if (event === "failed" && isHeld) {
    // Two processes opened on their own, and no other process had a success since: nobody can use the service.
    const isForAll = state.isForAll || (state.openers.length > 1 && state.successes === 0);
    const { openers, window } = state;
    next = { ...opened(state, now, openForMs, failedProbes, isForAll), openers, window: isForAll ? [] : window };
  }
  return { state: next, granted: false };
}

function claimed(state: SharedState, by: string, policy: SharedPolicy, now: number): AfterEvent {
  const granted = state.isOpen && now >= state.openUntil && Object.keys(state.leases).length < policy.probes;
  return { state: granted ? { ...state, leases: { ...state.leases, [by]: now + policy.leaseMs } } : state, granted };
}

/**
 * A process whose own breaker opened joins the round of those that did so before, or begins one. It does neither if
 * another process found the service well in the meantime.
 */
function joined(state: SharedState, request: ExchangeRequest, now: number): SharedState {
  const { by, policy, era, openForMs, failedProbes } = request;
  const [process = by] = by.split(":");
  const isIdle = Object.keys(state.leases).length === 0 && now > state.openUntil + policy.leaseMs;
  if (!state.isOpen || (!state.isForAll && isIdle)) {
    const isOutdated = !state.isOpen && era !== 0 && era < state.era;
    if (isOutdated) return state;
    return { ...opened(state, now, openForMs, failedProbes, false), openers: [process], window: state.window };
  }
  if (state.openers.length > 1 || state.openers.includes(process)) return state;
  return { ...state, openers: [...state.openers, process] };
}

function opened(
  state: SharedState,
  now: number,
  openForMs: number,
  failedProbes: number,
  isForAll: boolean,
): SharedState {
  const { closedAt } = state;
  return {
    ...fresh,
    era: nextEra(state, now),
    closedAt,
    isOpen: true,
    isForAll,
    openUntil: now + openForMs,
    failedProbes,
  };
}

function closed(state: SharedState, now: number): SharedState {
  const era = nextEra(state, now);
  return { ...fresh, era, closedAt: era };
}

function nextEra({ era }: SharedState, now: number): number {
  return Math.max(now, era + 1);
}
