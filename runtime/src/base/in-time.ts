import type { HttpCall } from "../call/http-call.js";
import { dropTimer, limitTimer } from "./clock.js";

/** What a promise comes to; `undefined` when the caller aborts before, or after `ms`. */
export function inTime<T>({ core, signal }: HttpCall, promise: Promise<T>, ms: number): Promise<T | undefined> {
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
