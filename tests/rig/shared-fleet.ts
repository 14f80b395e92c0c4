// Processes that share a breaker, in virtual time: each is the breaker and its link alone, with calls as a client makes
// them. No HTTP, so that hundreds of outages take seconds.
import { type BreakerStore, memoryStore, sharedStore } from "../../runtime/entries/stores/index.js";
import { VirtualClock } from "../../runtime/entries/testing/index.js";
import type { Failure } from "../../runtime/src/base/outcome.js";
import { Breaker } from "../../runtime/src/policies/breaker.js";
import type { CircuitBreaker, HeldCall } from "../../runtime/src/policies/circuit-breaker.js";
import type { BreakerPolicy } from "../../runtime/src/policies/types.js";

/** A time in which something is not as usual. */
export interface Interval {
  readonly from: number;
  readonly to: number;
}

/** A time in which a process, or all of them, cannot reach the store. */
export interface Loss extends Interval {
  readonly process: number | "all";
  readonly how: "silent" | "refuses";
  /** The store has lost its data when it is back. */
  readonly forgets: boolean;
}

export interface FleetPlan {
  readonly processes: number;
  readonly policy: BreakerPolicy;
  /** Calls per second of each process. */
  readonly rates: readonly number[];
  /** How long an attempt takes, at most, in ms. */
  readonly attemptMs: number;
  /** How long the store takes, at most, in ms. */
  readonly storeMs: number;
  readonly outage: Interval & { readonly failureRate: number };
  readonly losses: readonly Loss[];
  readonly until: number;
  readonly random: () => number;
}

export interface FleetRecord {
  /** Attempts that half-open breakers let through. */
  readonly probes: { readonly at: number; readonly process: number }[];
  /** Changes of state, by process. */
  readonly changes: { readonly at: number; readonly process: number; readonly state: string }[];
  /** When each process made a call. */
  readonly calls: { readonly at: number; readonly process: number }[];
  readonly exchanges: { readonly at: number; readonly process: number }[];
  /** Waits for the store of calls that would probe, in ms. */
  readonly waits: number[];
}

export async function runFleet(plan: FleetPlan): Promise<FleetRecord> {
  const clock = new VirtualClock();
  const record: FleetRecord = { probes: [], changes: [], calls: [], exchanges: [], waits: [] };
  const store = new LossyStore(plan, clock, record);
  for (let process = 0; process < plan.processes; process++) startProcess(plan, process, clock, store, record);
  for (const loss of plan.losses) if (loss.forgets) clock.setTimer(() => store.forget(), loss.to);
  while (clock.now() < plan.until && clock.step()) await turn();
  return record;
}

/** Lets promises have their turn. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

class LossyStore {
  readonly #plan: FleetPlan;
  readonly #clock: VirtualClock;
  readonly #record: FleetRecord;
  #inner: BreakerStore;

  constructor(plan: FleetPlan, clock: VirtualClock, record: FleetRecord) {
    this.#plan = plan;
    this.#clock = clock;
    this.#record = record;
    this.#inner = memoryStore({ now: () => clock.date() });
  }

  forget(): void {
    this.#inner = memoryStore({ now: () => this.#clock.date() });
  }

  /** The store as one process reaches it: a request and its reply each take their time, and may be lost. */
  of(process: number): BreakerStore {
    const { storeMs, random } = this.#plan;
    const passes = async (): Promise<void> => {
      if (this.#loss(process)?.how === "silent") await new Promise(() => {});
      if (this.#loss(process)?.how === "refuses") throw new Error("away");
      await new Promise<void>((resolve) => this.#clock.setTimer(resolve, (random() * storeMs) / 2));
    };
    return {
      exchange: async (scope, request) => {
        this.#record.exchanges.push({ at: this.#clock.now(), process });
        await passes();
        if (this.#loss(process) !== undefined) throw new Error("away");
        const reply = await this.#inner.exchange(scope, request);
        await passes();
        return reply;
      },
    };
  }

  #loss(process: number): Loss | undefined {
    const now = this.#clock.now();
    return this.#plan.losses.find(
      (loss) => loss.from <= now && now < loss.to && (loss.process === "all" || loss.process === process),
    );
  }
}

function startProcess(
  plan: FleetPlan,
  process: number,
  clock: VirtualClock,
  store: LossyStore,
  record: FleetRecord,
): void {
  const { random } = plan;
  const shared = sharedStore(store.of(process)).connect({ clock, random, changed: () => {} });
  const own = new Breaker(plan.policy, random, (state) => record.changes.push({ at: clock.now(), process, state }));
  const breaker = shared("scope", own);
  const gap = (): number => ((0.5 + random()) * 1_000) / (plan.rates[process] ?? 1);
  const next = (): void => {
    record.calls.push({ at: clock.now(), process });
    call(plan, process, clock, breaker, record);
    clock.setTimer(next, gap());
  };
  clock.setTimer(next, gap());
}

/** One call, as a client makes it: asks, may be held, makes one attempt. */
function call(
  plan: FleetPlan,
  process: number,
  clock: VirtualClock,
  breaker: CircuitBreaker,
  record: FleetRecord,
): void {
  const startedAt = clock.now();
  const attempt = (now: number): void => {
    const { from, to, failureRate } = plan.outage;
    const pass = breaker.enter(now);
    if (pass.probe) record.probes.push({ at: now, process });
    const fails = from <= now && now < to && plan.random() < failureRate;
    const end = (): void => breaker.leave(pass, fails ? "failure" : "success", { slot: undefined }, clock.now());
    clock.setTimer(end, plan.random() * plan.attemptMs);
  };
  const recheck = (now: number): void => {
    if (breaker.refusedUntil(now) !== undefined || breaker.hold?.(held, now)) return;
    if (now > startedAt) record.waits.push(now - startedAt);
    attempt(now);
  };
  const held: HeldCall = {
    deadlineAt: startedAt + 30_000,
    giveBack: () => {},
    recheck,
    wait: (ms, _atEnd, _wakeAt, goOn) => {
      let isOver = false;
      const end = (refusal?: Failure): boolean => {
        if (isOver) return false;
        isOver = true;
        clock.clearTimer(timer);
        if (refusal === undefined) goOn(clock.now());
        return true;
      };
      const timer = clock.setTimer(() => end({ ok: false, code: "deadline", sent: "no" }), ms);
      return end;
    },
  };
  recheck(startedAt);
}
