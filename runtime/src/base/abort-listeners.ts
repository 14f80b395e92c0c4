import type { Failure } from "./outcome.js";

interface Heard {
  readonly all: Set<() => void>;
  readonly listener: () => void;
}

/** Hears of aborts: by one listener a signal, however many calls it may end. Node takes more than ten for a leak. */
export class AbortListeners {
  readonly #heard = new WeakMap<AbortSignal, Heard>();

  /** Calls `aborted` when the signal aborts, until the returned function is called. */
  add(signal: AbortSignal | undefined, aborted: () => void): () => void {
    if (signal === undefined) return () => {};
    const { all, listener } = this.#heard.get(signal) ?? this.#listen(signal);
    all.add(aborted);
    return () => {
      if (!all.delete(aborted) || all.size > 0) return;
      signal.removeEventListener("abort", listener);
      this.#heard.delete(signal);
    };
  }

  #listen(signal: AbortSignal): Heard {
    const all = new Set<() => void>();
    const listener = (): void => {
      for (const aborted of [...all]) aborted();
    };
    signal.addEventListener("abort", listener);
    const heard = { all, listener };
    this.#heard.set(signal, heard);
    return heard;
  }
}

/** What a caller's abort makes of a call. */
export function abortedBy(signal: AbortSignal | undefined): Failure {
  return { ok: false, code: "aborted", sent: "no", cause: signal?.reason as unknown };
}
