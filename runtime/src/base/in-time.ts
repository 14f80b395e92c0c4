import type { HttpCall } from "../call/http-call.js";
import { limitTimer } from "./clock.js";

/** What a promise comes to; `undefined` when the caller aborts before, or after `ms`. */
export function inTime<T>({ core, signal }: HttpCall, promise: Promise<T>, ms: number): Promise<T | undefined> {
  const { clock, aborts } = core;
  return new Promise((resolve, reject) => {
    const end = (value?: T): void => {
      clock.clearTimer(timer);
      deafen();
      resolve(value);
    };
    const nothing = (): void => end();
    const timer = limitTimer(clock, nothing, ms);
    const deafen = aborts.add(signal, nothing);
    promise.then(end, (cause) => {
      end();
      reject(cause);
    });
  });
}
