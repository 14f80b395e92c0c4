/**
 * Where the runtime takes its time from. Hand in another one (`createClient({ clock })`) to test a 30 s cool-down in a
 * millisecond. Nothing in the runtime asks for the time in any other way.
 */
export interface Clock {
  /** Milliseconds on a monotonic scale: durations and deadlines are differences of this. */
  now(): number;
  /** Milliseconds since 1970 by the wall clock: for dates, and for what another machine counts. */
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

/**
 * The platform's clock. Timers are looked up at each use, so that fake ones are honored, and each use has a timer of its
 * own: a worker's timer belongs to the request that set it.
 */
export const systemClock: Clock = {
  now: () => performance.now(),
  date: () => Date.now(),
  setTimer: (run, ms) => setTimeout(run, ms),
  clearTimer: (timer) => clearTimeout(timer as number),
};

/** A timer that ends something after `ms`; none where that is `never`. */
export function limitTimer(clock: Clock, end: () => void, ms: number, now?: number): unknown {
  return ms === never ? undefined : clock.setTimer(end, timerDelay(ms), now);
}

/** Forgets a timer. A platform or a clock that fails at that must not keep a call from ending. */
export function dropTimer(clock: Clock, timer: unknown): void {
  try {
    clock.clearTimer(timer);
  } catch {
    // It fires for nothing.
  }
}

/** A delay that every timer can hold: above 2³¹−1 ms, or for what is no number, one would fire at once. */
export function timerDelay(ms: number): number {
  return ms > 0 ? Math.min(ms, 2_147_483_647) : 0;
}

/** A moment of the monotonic clock as a date. A server may ask for more than any date can say: that is `undefined`. */
export function dateAt(clock: Clock, at: number | undefined, now: number): Date | undefined {
  if (at === undefined) return undefined;
  const date = new Date(Math.ceil(clock.date() + Math.max(0, at - now)));
  return Number.isNaN(date.getTime()) ? undefined : date;
}

/** A moment by both clocks. */
export interface Moment {
  readonly now: number;
  readonly date: number;
}

/** This moment, for what another machine counts: the life of a token, the age of a response. */
export function momentOf(clock: Clock): Moment {
  return { now: clock.now(), date: clock.date() };
}

/**
 * How long ago a moment was, in ms, by the later of the two clocks: the monotonic one may stand still while the machine
 * sleeps, and the wall clock may be set back.
 */
export function elapsedSince(clock: Clock, { now, date }: Moment): number {
  return Math.max(clock.now() - now, clock.date() - date);
}
