import { getEventListeners } from "node:events";
import { VirtualClock } from "../../runtime/entries/testing/index.js";
import type { Clock } from "../../runtime/src/base/clock.js";
import { callOperation } from "../../runtime/src/call/call.js";
import { buildClient, type Client } from "../../runtime/src/client/client.js";
import type { Operation } from "../../runtime/src/contract/operation.js";
import type { Settled } from "../../runtime/src/contract/results.js";
import { hedge } from "../../runtime/src/extensions/hedge.js";
import { rateLimit } from "../../runtime/src/extensions/rate-limit.js";
import type { Observer } from "../../runtime/src/observe/events.js";
import type { CallResilience } from "../../runtime/src/policies/overrides.js";
import { idOf } from "./reference-world.js";
import {
  type CallPlan,
  type CallTrace,
  chanceAt,
  horizonMs,
  type Scenario,
  startDate,
  type Trace,
} from "./scenario.js";
import { ScriptedServer } from "./scripted-server.js";

/** What a run of the runtime left behind that it should not have. */
export interface Leftovers {
  readonly timers: number;
  readonly listeners: number;
  readonly running: number;
  readonly queued: number;
  readonly unsettled: number;
  /** Most requests that were under way at once, by operation. */
  readonly crowds: readonly number[];
}

/** Plays a scenario with the runtime, and says what could be seen of it. */
export async function drive(scenario: Scenario): Promise<{ readonly trace: Trace; readonly leftovers: Leftovers }> {
  const clock = new VirtualClock(startDate);
  const server = new ScriptedServer(scenario, clock);
  const breakers: Trace["breakers"][number][] = [];
  const observe: Observer = (event) => {
    if (event.type === "breaker") breakers.push({ at: clock.now(), scope: event.scope, state: event.state });
  };
  const own = new CountingClock(clock);
  const client: Client = buildClient(
    { contract: 1, servers: ["https://api.example"] },
    { clock: own, observe, random: () => chanceAt(scenario.seed, clock.now()), transport: server.send },
  );
  const operations = scenario.operations.map(operationOf);
  const traces: CallTrace[] = [];
  let unsettled = scenario.calls.length;
  let timers: number | undefined;
  const signals: AbortSignal[] = [new AbortController().signal];
  scenario.calls.forEach((plan, index) => {
    const begin = (): void => {
      const controller = new AbortController();
      const signal = plan.abortAfter === undefined ? (signals[0] as AbortSignal) : controller.signal;
      signals.push(signal);
      if (plan.abortAfter !== undefined) clock.setTimer(() => controller.abort("enough"), plan.abortAfter);
      const resilience = settingsOf(plan);
      const options = { signal, headers: { "x-call": String(index) }, ...(resilience ? { resilience } : {}) };
      const operation = operations[plan.operation] as Operation;
      const { isReplayable } = scenario.operations[plan.operation] ?? {};
      const input =
        operation.method === "POST" ? { idempotencyKey: "k", body: isReplayable ? "{}" : emptyStream() } : {};
      void callOperation<unknown, never>(client, operation, input as never, options)
        .result()
        .then((end) => {
          traces[index] = traceOf(end as Settled, server.requests.get(index) ?? [], clock);
          unsettled--;
        });
    };
    clock.setTimer(begin, plan.at);
  });
  for (const act of scenario.acts) clock.setTimer(() => carryOut(client, act), act.at);
  // Time goes on to there, so that both look at the breakers at the same moment.
  clock.setTimer(() => {}, horizonMs);
  let steps = 0;
  do {
    await turn();
    // Looked at when the last call ends: later a timer that was forgotten has fired.
    if (unsettled === 0) timers ??= own.pending.size;
  } while (clock.step() && ++steps < mostSteps);
  const controls = operations.map(({ id }) => client.resilience.operation(id));
  const counters = controls.map((control) => control.counters);
  const leftovers: Leftovers = {
    timers: timers ?? 0,
    listeners: signals.reduce((sum, signal) => sum + getEventListeners(signal, "abort").length, 0),
    running: client["~core"].running.size + Math.max(0, ...counters.map(({ running }) => running)),
    queued: Math.max(0, ...counters.map(({ queued }) => queued)),
    unsettled,
    crowds: server.crowds,
  };
  return { trace: { calls: traces, breakers, states: controls.map(({ state }) => state) }, leftovers };
}

/** More than any run has: one that goes round in circles ends here, with calls that have not settled. */
const mostSteps = 20_000;

/** Knows which timers the client itself has set. */
class CountingClock implements Clock {
  readonly pending = new Set<unknown>();
  readonly #clock: VirtualClock;

  constructor(clock: VirtualClock) {
    this.#clock = clock;
  }

  now(): number {
    return this.#clock.now();
  }

  date(): number {
    return this.#clock.date();
  }

  setTimer(run: () => void, ms: number): unknown {
    const timer = this.#clock.setTimer(() => {
      this.pending.delete(timer);
      run();
    }, ms);
    this.pending.add(timer);
    return timer;
  }

  clearTimer(timer: unknown): void {
    this.pending.delete(timer);
    this.#clock.clearTimer(timer);
  }
}

function carryOut(client: Client, act: Scenario["acts"][number]): void {
  if (act.does === "shut") void client.close({ drain: act.drain });
  else {
    const id = idOf(act.operation);
    const control = client.resilience.operation(id);
    // What is held before its first call is another matter.
    if (client["~core"].byId.has(id) && control.state !== undefined) control[act.does]();
  }
}

function operationOf({ method, policies }: Scenario["operations"][number], index: number): Operation {
  return {
    id: idOf(index),
    method,
    path: "/thing",
    policies,
    safe: method === "GET",
    responses: { "200": "application/json", default: "application/json" },
    extensions: [hedge, rateLimit],
    ...(method === "POST"
      ? { body: { "text/plain": (content, contentType) => ({ content: content as string, contentType }) } }
      : {}),
  };
}

function settingsOf({ timeout, maxRetries }: CallPlan): CallResilience | undefined {
  if (timeout === undefined && maxRetries === undefined) return undefined;
  return { timeout, retry: maxRetries };
}

function traceOf(end: Settled, requests: number[], clock: VirtualClock): CallTrace {
  const error = end.ok ? undefined : end.error;
  return {
    code: error?.code ?? "ok",
    status: end.status,
    gaveUp: error?.gaveUp,
    attempts: end.attempts,
    requests,
    endedAt: clock.now(),
    sent: error?.sent,
    maybeDone: error?.maybeDone ?? false,
    retryAt: error?.retryAt && error.retryAt.getTime() - startDate,
  };
}

function emptyStream(): ReadableStream<Uint8Array> {
  return new ReadableStream({ start: (controller) => controller.close() });
}

/** Lets everything that can go on without time go on. */
function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(() => setImmediate(resolve));
  });
}
