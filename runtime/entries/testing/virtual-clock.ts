import type { Clock } from "../../src/base/clock.js";
import { type Duration, durationMs } from "../../src/base/duration.js";

interface VirtualTimer {
  readonly at: number;
  readonly run: () => void;
}

/** A clock that stands still until it is told to go on: a cool-down of 30 s passes in a millisecond. */
export class VirtualClock implements Clock {
  readonly #startDate: number;
  readonly #timers = new Set<VirtualTimer>();
  #now = 0;

  /** @param startDate the wall clock's first reading, in ms since 1970. @default 2026-01-01T00:00:00Z */
  constructor(startDate: number = Date.UTC(2026, 0, 1)) {
    this.#startDate = startDate;
  }

  /** Ms since the clock was made: grows only by {@link advance}, {@link run} and {@link step}. */
  now(): number {
    return this.#now;
  }

  /** The wall clock, in ms since 1970: its first reading and what has passed since. */
  date(): number {
    return this.#startDate + this.#now;
  }

  /** Has `run` called once the clock has gone on by `ms`. @returns what {@link clearTimer} takes */
  setTimer(run: () => void, ms: number): unknown {
    const timer = { at: this.#now + ms, run };
    this.#timers.add(timer);
    return timer;
  }

  /** Takes a timer back; one that fired or was taken back already is no matter. */
  clearTimer(timer: unknown): void {
    this.#timers.delete(timer as VirtualTimer);
  }

  /** Timers that have not fired: none are left when nothing is under way. */
  get pending(): number {
    return this.#timers.size;
  }

  /**
   * Lets time pass, firing what becomes due in its order. After each, whatever it set going gets its turn.
   *
   * @throws RangeError for a time that is none
   */
  async advance(duration: Duration): Promise<void> {
    const ms = durationMs(duration);
    if (ms === undefined) throw new RangeError(`${String(duration)} is no length of time`);
    const end = this.#now + ms;
    await settle();
    for (let next = this.#next(); next !== undefined && next.at <= end; next = this.#next()) {
      this.#fire(next);
      await settle();
    }
    this.#now = end;
    await settle();
  }

  /**
   * Lets time pass until a promise settles, and gives what it came to. Time moves only when nothing else goes on.
   *
   * @param quietMs real time without news after which nothing else is taken to go on; raise it for calls that leave the
   * process. @default 0
   * @throws Error when the promise waits for something that no timer brings
   */
  async run<T>(promise: PromiseLike<T>, quietMs = 0): Promise<T> {
    let isSettled = false;
    const settled = (): void => {
      isSettled = true;
    };
    promise.then(settled, settled);
    for (let idle = 0; idle < maxIdle; ) {
      await settle(quietMs);
      if (isSettled) return promise;
      if (this.step()) idle = 0;
      else idle++;
    }
    throw new Error("nothing is due any more, and the promise has not settled");
  }

  /**
   * Fires the timer that is due first; `false` when there is none. What it sets going has its turn only when the caller
   * lets it: for those who step through many of them and know when nothing else goes on.
   */
  step(): boolean {
    const next = this.#next();
    if (next !== undefined) this.#fire(next);
    return next !== undefined;
  }

  #fire(timer: VirtualTimer): void {
    this.#now = Math.max(this.#now, timer.at);
    this.#timers.delete(timer);
    timer.run();
  }

  /** The timer that is due first; of several at one moment, the one that was set first. */
  #next(): VirtualTimer | undefined {
    let first: VirtualTimer | undefined;
    for (const timer of this.#timers) if (first === undefined || timer.at < first.at) first = timer;
    return first;
  }
}

/** Turns of the event loop, some milliseconds each, without any timer left before a promise is given up. */
const maxIdle = 200;

/** Real timers are captured here: others may be fake later. */
const wait = globalThis.setTimeout;

/** Lets promises, and what they lead to, have their turn. */
function settle(quietMs = 0): Promise<void> {
  return new Promise((resolve) => {
    wait(() => wait(resolve, quietMs), 0);
  });
}
