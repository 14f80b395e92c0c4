import type { ExchangeReply, ExchangeRequest, SharedPolicy, SharedState, WindowPart } from "./types.js";

/** Parts of a window: what is old leaves it a tenth at a time. */
const parts = 10;

const fresh: SharedState = {
  era: 0,
  isOpen: false,
  openUntil: 0,
  failedProbes: 0,
  passedProbes: 0,
  leases: {},
  window: [],
};

/**
 * The reckoning of a store: what an exchange makes of a scope's state, and what it answers. Pure; a store loads the
 * state, calls this and saves, as one step. The Redis store does the same in Lua.
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
  const { era, isOpen, failedProbes } = state;
  return { state, reply: { era, isOpen, openForMs, failedProbes, granted } };
}

function withoutLost(state: SharedState, now: number): SharedState {
  const leases = Object.entries(state.leases).filter(([, lostAt]) => lostAt > now);
  return { ...state, leases: Object.fromEntries(leases) };
}

/** Counts belong to the era in which they were made, and only while it is closed. */
function withCounts(state: SharedState, request: ExchangeRequest, now: number): SharedState {
  const { policy, era, attempts, failures, slow, openForMs } = request;
  if (state.isOpen || attempts === 0 || (era !== 0 && era !== state.era)) return state;
  const window = withPart(state.window, request, now);
  const sum = (name: keyof WindowPart): number => window.reduce((total, part) => total + part[name], 0);
  const all = sum("attempts");
  const isFailing = failures > 0 && sum("failures") >= policy.failureRate * all;
  const isSlow = policy.slowRate > 0 && slow > 0 && sum("slow") >= policy.slowRate * all;
  const opens = sum("calls") >= policy.minimumCalls && (isFailing || isSlow);
  return opens ? changed(state, now, openForMs, 0) : { ...state, window };
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

/** A window of calls forgets its oldest part as soon as the others fill it. */
function bounded(window: WindowPart[], { spanMs, maxCalls }: SharedPolicy): WindowPart[] {
  if (spanMs !== 0) return window;
  let total = window.reduce((sum, { calls }) => sum + calls, 0);
  let first = 0;
  for (; total - (window[first]?.calls ?? total) >= maxCalls; first++) total -= window[first]?.calls ?? 0;
  return window.slice(first);
}

function afterEvent(
  state: SharedState,
  { event, by, policy, openForMs, failedProbes }: ExchangeRequest,
  now: number,
): { readonly state: SharedState; readonly granted: boolean } {
  const { [by]: lease, ...others } = state.leases;
  const isHeld = state.isOpen && lease !== undefined;
  if (event === "claim") {
    const granted = state.isOpen && now >= state.openUntil && Object.keys(state.leases).length < policy.probes;
    return { state: granted ? { ...state, leases: { ...state.leases, [by]: now + policy.leaseMs } } : state, granted };
  }
  let next = state;
  if (event === "failed" && isHeld) next = changed(state, now, openForMs, failedProbes);
  if (event === "released" && isHeld) next = { ...state, leases: others };
  if (event === "restored" && state.era === 0) next = changed(state, now, openForMs, failedProbes);
  if (event === "passed" && isHeld) {
    const passedProbes = state.passedProbes + 1;
    next = passedProbes >= policy.probes ? changed(state, now) : { ...state, leases: others, passedProbes };
  }
  return { state: next, granted: false };
}

/** Open for a time, or closed: with an empty window, in a new era. */
function changed({ era }: SharedState, now: number, openForMs?: number, failedProbes = 0): SharedState {
  const isOpen = openForMs !== undefined;
  return {
    ...fresh,
    era: Math.max(now, era + 1),
    isOpen,
    openUntil: isOpen ? now + openForMs : 0,
    failedProbes,
  };
}
