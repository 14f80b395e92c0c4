/**
 * Where the runtime takes its time from. Hand in another one (`createClient({ clock })`) to test a 30 s cool-down in a
 * millisecond. Nothing in the runtime asks for the time in any other way.
 */
export interface Clock {
  /** Milliseconds on a monotonic scale: durations and deadlines are differences of this. */
  now(): number;
  /** Milliseconds since 1970 by the wall clock: only for dates that are read from or shown to somebody. */
  date(): number;
  /**
   * Calls `run` once after `ms` milliseconds. `ms` is always finite, not negative and at most 2³¹−1.
   *
   * @param now what {@link Clock.now} says at this moment, where the caller has just asked
   */
  setTimer(run: () => void, ms: number, now?: number): unknown;
  /** Forgets a timer made by {@link Clock.setTimer}; `undefined` is none. */
  clearTimer(timer: unknown): void;
}

/** Longer than anything: no limit. */
export const never: number = Number.POSITIVE_INFINITY;

/** A timer of the platform that can be used again before it fires (Node). */
interface ReusableTimer {
  readonly ms: number;
  /** What it is set for now. */
  booking: Booking | undefined;
  handle: unknown;
}

/** One use of a timer. Dropping it when it is over does nothing, whatever the timer is used for by then. */
interface Booking {
  readonly timer: ReusableTimer;
  readonly run: () => void;
  readonly dueAt: number;
}

const platformTimeout = setTimeout;

/**
 * The platform's clock. Timers are looked up at each use, so that fake ones are honoured.
 *
 * In Node, where making and dropping the only timer of its length costs more than all policies of a call, a dropped one
 * waits for the rest of the event loop's turn to be used again. It runs on as it was first set; whether it is too early
 * for its last use is looked at when it fires.
 */
class SystemClock implements Clock {
  #spare: ReusableTimer | undefined;
  #willSweep = false;
  /** Runs at the end of the event loop's turn; Node alone has it. */
  readonly #atTurnsEnd = (globalThis as { setImmediate?: (run: () => void) => unknown }).setImmediate;

  now(): number {
    return performance.now();
  }

  date(): number {
    return Date.now();
  }

  setTimer(run: () => void, ms: number, now: number = performance.now()): unknown {
    if (this.#atTurnsEnd === undefined || setTimeout !== platformTimeout) return setTimeout(run, ms);
    const timer = this.#reused(ms) ?? this.#made(ms);
    timer.booking = { timer, run, dueAt: now + ms };
    return timer.booking;
  }

  clearTimer(timer: unknown): void {
    const booking = timer as Booking | undefined;
    const reusable = booking?.timer;
    if (reusable === undefined) return clearTimeout(timer as number);
    if (reusable.booking !== booking) return;
    reusable.booking = undefined;
    if (this.#spare !== undefined) return clearTimeout(reusable.handle as number);
    this.#spare = reusable;
    if (this.#willSweep) return;
    this.#willSweep = true;
    // Not as a method: some platforms refuse to be called as one.
    const atTurnsEnd = this.#atTurnsEnd;
    atTurnsEnd?.(() => {
      clearTimeout(this.#spare?.handle as number);
      this.#spare = undefined;
      this.#willSweep = false;
    });
  }

  #reused(ms: number): ReusableTimer | undefined {
    const spare = this.#spare;
    if (spare?.ms !== ms) return undefined;
    this.#spare = undefined;
    return spare;
  }

  #made(ms: number): ReusableTimer {
    const timer: ReusableTimer = { ms, booking: undefined, handle: undefined };
    const fire = (): void => {
      const { booking } = timer;
      // One that fires while it is the spare cannot be used again.
      if (booking === undefined) this.#spare = undefined;
      else {
        // It goes by the first of its uses; the last may be due a little later. The platform counts whole milliseconds.
        const early = booking.dueAt - performance.now();
        if (early >= 1) timer.handle = setTimeout(fire, early);
        else {
          timer.booking = undefined;
          booking.run();
        }
      }
    };
    timer.handle = setTimeout(fire, ms);
    return timer;
  }
}

/** Where time comes from, unless a client is given another clock. */
export const systemClock: Clock = /* @__PURE__ */ new SystemClock();

/** A timer that ends something after `ms`; none where that is `never`. */
export function limitTimer(clock: Clock, end: () => void, ms: number, now?: number): unknown {
  return ms === never ? undefined : clock.setTimer(end, timerDelay(ms), now);
}

/** A delay that every timer can hold: above 2³¹−1 ms, or for what is no number, one would fire at once. */
export function timerDelay(ms: number): number {
  return ms > 0 ? Math.min(ms, 2_147_483_647) : 0;
}
