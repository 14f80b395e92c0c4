/**
 * Where the runtime takes its time from. Hand in another one (`createClient({ clock })`) to test a 30 s cool-down in a
 * millisecond. Nothing in the runtime asks for the time in any other way.
 */
export interface Clock {
  /** Milliseconds on a monotonic scale: durations and deadlines are differences of this. */
  now(): number;
  /** Milliseconds since 1970 by the wall clock: only for dates that are read from or shown to somebody. */
  date(): number;
  /** Calls `run` once after `ms` milliseconds. `ms` is always finite, not negative and at most {@link maxTimerMs}. */
  setTimer(run: () => void, ms: number): unknown;
  /** Forgets a timer made by {@link Clock.setTimer}. */
  clearTimer(timer: unknown): void;
}

/** The longest delay a JavaScript timer can hold; anything above would fire at once. */
export const maxTimerMs = 2_147_483_647;

/** The real clock. Timers are looked up at each use, so that fake timers installed later are honoured. */
export const systemClock: Clock = {
  now: () => performance.now(),
  date: () => Date.now(),
  setTimer: (run, ms) => setTimeout(run, ms),
  clearTimer: (timer) => clearTimeout(timer as number),
};

/** A delay that every timer can hold: not NaN, not negative, not above {@link maxTimerMs}. */
export function timerDelay(ms: number): number {
  return ms > 0 ? Math.min(ms, maxTimerMs) : 0;
}
