import type { BreakerHealth, HealthClient } from "./breaker-health.js";

/** Names of operations that can be called without input. */
type CallableName<Client> = {
  [Name in keyof Client & string]: Client[Name] extends () => PromiseLike<unknown> ? Name : never;
}[keyof Client & string];

/** A safe operation of an api, by its name, or a function that calls one. */
export type Probe<Client = HealthClient> = CallableName<Client> | (() => unknown);

interface ProbeState {
  startedAt: number;
  isRunning: boolean;
  /** A probe succeeded in this half-open period. */
  hasPassed: boolean;
}

/** Probes that do not reach the breaker are this far apart, in ms; one that never settles is given up after `lostMs`. */
const gapMs = 1_000;
const lostMs = 60_000;

/** By client, because reports are made anew for each request. */
const states = new WeakMap<object, ProbeState>();

/**
 * Whether a client's critical breakers make the process unready. A half-open one does if there is a probe: it is started
 * here, once per cool-down, and the next report knows its result.
 */
export function waitsForProbe(
  client: object,
  callable: object,
  breakers: readonly BreakerHealth[],
  name: string,
  probe: Probe<never> | string | undefined,
): boolean {
  const state = states.get(client) ?? { startedAt: Number.NEGATIVE_INFINITY, isRunning: false, hasPassed: false };
  const critical = breakers.filter((breaker) => breaker.critical && breaker.state !== "closed");
  const isOpen = critical.some((breaker) => breaker.state === "open");
  const isHalfOpen = critical.some((breaker) => breaker.state === "half-open");
  if (!isHalfOpen) state.hasPassed = false;
  if (probe === undefined) return isOpen;
  states.set(client, state);
  const run = callOf(callable, name, probe);
  if (isHalfOpen && !state.hasPassed) start(state, run);
  return isOpen || (isHalfOpen && !state.hasPassed);
}

export function callOf(client: object, name: string, probe: string | (() => unknown)): () => unknown {
  if (typeof probe === "function") return probe;
  const operation: unknown = (client as Readonly<Record<string, unknown>>)[probe];
  if (typeof operation === "function") return () => (operation as () => unknown).call(client);
  throw new TypeError(
    `Unknown operation '${probe}' in 'probe.${name}'. Pass the api made by createApi as 'clients.${name}', ` +
      `or a function: probe: { ${name}: () => ${probe}(client) }.`,
  );
}

function start(state: ProbeState, run: () => unknown): void {
  const now = performance.now();
  const isRunning = state.isRunning && now - state.startedAt < lostMs;
  if (isRunning || now - state.startedAt < gapMs) return;
  Object.assign(state, { startedAt: now, isRunning: true });
  const ended = (hasPassed: boolean): void => {
    if (state.startedAt === now) Object.assign(state, { isRunning: false, hasPassed });
  };
  Promise.resolve()
    .then(run)
    .then(
      () => ended(true),
      () => ended(false),
    );
}
