import type { RateLimitPolicy } from "./types.js";

/** A turn that was promised to one attempt. */
export interface Turn {
  /** The moment from which the attempt may begin. */
  readonly at: number;
  /** Gives the turn back. */
  cancel(): void;
}

/**
 * At most `calls` attempts in any span of `per` ms: a sliding log of the last turns, so that no burst at the edge of a
 * fixed window comes to twice the limit. Turns are given in order, into the future where the present is full.
 */
export class RateLimiter {
  readonly policy: RateLimitPolicy;
  /** Moments of the last turns, oldest first: all that are younger than the span, or still to come. */
  #turns: number[] = [];
  /** So many turns are remembered before those that are too old are looked for. */
  #room = 1_000;
  /** Turns in the future that were given back. */
  readonly #free: number[] = [];

  constructor(policy: RateLimitPolicy) {
    this.policy = policy;
  }

  /** Takes the next turn. */
  reserve(now: number): Turn {
    const freed = this.#freed(now);
    const at = freed ?? this.#next(now);
    const cancel = (): void => {
      // The last turn can be taken out of the log; one in the middle goes to whoever comes next.
      if (this.#turns.at(-1) === at) this.#turns.pop();
      else this.#free.push(at);
    };
    return { at, cancel };
  }

  /** Takes a turn if there is one at this moment. */
  tryReserve(now: number): Turn | undefined {
    const turn = this.reserve(now);
    if (turn.at <= now) return turn;
    turn.cancel();
    return undefined;
  }

  #next(now: number): number {
    const { calls, per } = this.policy;
    // What lies `calls` turns back must be a whole span ago.
    const before = this.#turns[this.#turns.length - calls];
    const at = before === undefined ? now : Math.max(now, before + per);
    this.#turns.push(at);
    if (this.#turns.length > this.#room) {
      this.#turns = this.#turns.filter((turn) => turn + per > now);
      this.#room = 2 * this.#turns.length + 1_000;
    }
    return at;
  }

  /** The earliest turn that was given back and has not passed. */
  #freed(now: number): number | undefined {
    this.#free.sort((a, b) => a - b);
    while (this.#free.length > 0) {
      const at = this.#free.shift() as number;
      if (at >= now) return at;
      // Nobody used it: it must not hold up the next.
      const index = this.#turns.indexOf(at);
      if (index >= 0) this.#turns.splice(index, 1);
    }
    return undefined;
  }
}
