import type { AbortListeners } from "./abort-listeners.js";
import { type Clock, dropTimer, limitTimer } from "./clock.js";

/** What ends a wait before its time: the caller's signal. */
interface Abortable {
  readonly core: { readonly clock: Clock; readonly aborts: AbortListeners };
  readonly signal: AbortSignal | undefined;
}

/** What a promise comes to; `undefined` when the caller aborts before, or after `ms`. */
export function inTime<T>({ core, signal }: Abortable, promise: Promise<T>, ms: number): Promise<T | undefined> {
  const { clock, aborts } = core;
  return new Promise<T | undefined>((resolve, reject) => {
    const leave = (): void => {
      dropTimer(clock, timer);
      deafen();
    };
    const nothing = (): void => {
      leave();
      resolve(undefined);
    };
    const timer = limitTimer(clock, nothing, ms);
    const deafen = aborts.add(signal, nothing);
    promise.finally(leave).then(resolve, reject);
  });
}
