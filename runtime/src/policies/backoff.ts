import type { BackoffPolicy } from "./types.js";

/**
 * How long to wait before retry number `retry` (1 for the first), in ms: exponential, capped, then jittered.
 *
 * Full jitter spreads clients that failed together best (Brooker, "Exponential Backoff And Jitter", AWS 2015).
 */
export function backoffMs(
  retry: number,
  { initial, factor, max, jitter }: BackoffPolicy,
  random: () => number,
): number {
  const wait = initial && Math.min(max, initial * factor ** (retry - 1));
  if (jitter === "none") return wait;
  return jitter === "equal" ? wait / 2 + (random() * wait) / 2 : random() * wait;
}
