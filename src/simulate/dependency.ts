import type { Clock } from "../../runtime/src/base/clock.js";
import type { PlannedFault, Scenario } from "./scenario.js";

/** Receives what happens to each request. */
export interface DependencyLog {
  /** A request arrived. */
  arrived(at: number): void;
  /** A request was finished. `isWasted`: its client had given up. */
  done(at: number, call: string, isWasted: boolean): void;
}

interface Job {
  readonly call: string;
  readonly answer: (status: number) => void;
  isAbandoned: boolean;
}

/**
 * A server with limited capacity: a fixed number of workers and a queue in front of them, so its latency grows with its
 * load (M/G/c).
 *
 * It models what makes outages last: the server finishes a request even if the client has given up, because it can't know,
 * and a retried request is additional work.
 */
export class Dependency {
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #scenario: Scenario;
  readonly #log: DependencyLog;
  readonly #workers: number;
  readonly #queue: Job[] = [];
  #first = 0;
  #busy = 0;

  constructor(clock: Clock, random: () => number, scenario: Scenario, log: DependencyLog) {
    this.#clock = clock;
    this.#random = random;
    this.#scenario = scenario;
    this.#log = log;
    this.#workers = workersOf(scenario);
  }

  /** Requests in the queue. */
  get waiting(): number {
    return this.#queue.length - this.#first;
  }

  /** Handles a request. Rejects as fetch does if the connection is refused or the client gives up. */
  request(call: string, signal: AbortSignal | null | undefined): Promise<Response> {
    const now = this.#clock.now();
    this.#log.arrived(now);
    const fault = this.#faultAt(now);
    if (fault !== undefined && isDown(fault, now)) return Promise.reject(refused());
    if (fault?.kind === "errors" && this.#random() < fault.amount) return Promise.resolve(answerOf(503));
    if (this.waiting >= this.#scenario.backlog && this.#busy >= this.#workers) return Promise.resolve(answerOf(503));
    return new Promise((resolve, reject) => {
      const job: Job = { call, answer: (status) => resolve(answerOf(status)), isAbandoned: false };
      const abandon = (): void => {
        job.isAbandoned = true;
        reject(signal?.reason);
      };
      if (signal?.aborted) return abandon();
      signal?.addEventListener("abort", abandon, { once: true });
      this.#queue.push(job);
      this.#work();
    });
  }

  #work(): void {
    while (this.#busy < this.#workers && this.waiting > 0) {
      const job = this.#queue[this.#first++] as Job;
      this.#forgetDone();
      this.#busy++;
      this.#clock.setTimer(() => this.#finish(job), this.#serviceTime());
    }
  }

  #forgetDone(): void {
    if (this.#first < 1_000 || this.#first * 2 < this.#queue.length) return;
    this.#queue.splice(0, this.#first);
    this.#first = 0;
  }

  #finish(job: Job): void {
    this.#busy--;
    const now = this.#clock.now();
    this.#log.done(now, job.call, job.isAbandoned);
    job.answer(204);
    this.#work();
  }

  /** Half is constant and half is exponentially distributed, so that the mean is the scenario's latency. */
  #serviceTime(): number {
    const now = this.#clock.now();
    const fault = this.#faultAt(now);
    const time = (this.#scenario.latency / 2) * (1 - Math.log(1 - this.#random()));
    if (fault?.kind === "slow") return time * fault.amount;
    return fault?.kind === "hang" ? fault.to - now + time : time;
  }

  #faultAt(now: number): PlannedFault | undefined {
    return this.#scenario.faults.find(({ from, to }) => now >= from && now < to);
  }
}

/** Number of workers for a capacity at a latency, at least one. */
export function workersOf({ capacity, latency }: Pick<Scenario, "capacity" | "latency">): number {
  return Math.max(1, Math.round((capacity * latency) / 1_000));
}

/** Requests per second that the workers can handle. */
export function actualCapacity(scenario: Pick<Scenario, "capacity" | "latency">): number {
  return (workersOf(scenario) * 1_000) / scenario.latency;
}

function isDown({ kind, from, amount }: PlannedFault, now: number): boolean {
  return kind === "outage" || (kind === "flapping" && Math.floor((now - from) / amount) % 2 === 0);
}

/** The error of fetch in Node. */
function refused(): TypeError {
  const cause = Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" });
  return new TypeError("fetch failed", { cause });
}

function answerOf(status: number): Response {
  return new Response(null, { status });
}
