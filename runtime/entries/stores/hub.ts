import { timerDelay } from "../../src/base/clock.js";
import type { StoreContext, StoreTrouble } from "../../src/policies/breaker-link.js";
import type { BreakerStore, ExchangeReply, ExchangeRequest } from "./types.js";

/** First and longest pause between two tries to reach a store that is away, in ms. */
const pauses = { first: 1_000, longest: 30_000 };

/** A client's way to its store: bounds every exchange in time, and says once when the store goes and when it is back. */
export class Hub {
  readonly #store: BreakerStore;
  readonly #context: StoreContext;
  readonly #patienceMs: number;
  #isAway = false;
  #retryAt = 0;
  #pauseMs = pauses.first;

  constructor(store: BreakerStore, context: StoreContext, patienceMs: number) {
    this.#store = store;
    this.#context = context;
    this.#patienceMs = patienceMs;
  }

  /** Whether each process is by itself now. */
  get isAway(): boolean {
    return this.#isAway;
  }

  /** Whether an exchange should be tried now. */
  mayTry(now: number): boolean {
    return !this.#isAway || now >= this.#retryAt;
  }

  /** Never rejects; `undefined` when there was no answer in time. */
  exchange(scope: string, request: ExchangeRequest): Promise<ExchangeReply | undefined> {
    const { clock } = this.#context;
    return new Promise((resolve) => {
      let isOver = false;
      const end = (reply: ExchangeReply | undefined, trouble?: StoreTrouble): void => {
        if (isOver) return this.#giveBack(scope, request, reply);
        isOver = true;
        clock.clearTimer(timer);
        if (trouble === undefined) this.#reached();
        else this.#failed(trouble);
        resolve(reply);
      };
      const timer = clock.setTimer(() => end(undefined, "timeout"), timerDelay(this.#patienceMs));
      Promise.resolve()
        .then(() => this.#store.exchange(scope, request))
        .then(
          (reply) => (isReply(reply) ? end(reply) : end(undefined, "garbage")),
          () => end(undefined, "error"),
        );
    });
  }

  /** Leave for a probe that came too late: nobody will make it. */
  #giveBack(scope: string, request: ExchangeRequest, reply: ExchangeReply | undefined): void {
    if (reply?.granted !== true) return;
    const none = { calls: 0, attempts: 0, failures: 0, slow: 0 };
    this.#store.exchange(scope, { ...request, ...none, event: "released" }).catch(() => {});
  }

  #reached(): void {
    this.#pauseMs = pauses.first;
    if (!this.#isAway) return;
    this.#isAway = false;
    this.#context.changed(true, undefined);
  }

  #failed(trouble: StoreTrouble): void {
    const { clock, random, changed } = this.#context;
    this.#retryAt = clock.now() + this.#pauseMs * (1 + random() / 10);
    this.#pauseMs = Math.min(this.#pauseMs * 2, pauses.longest);
    if (this.#isAway) return;
    this.#isAway = true;
    changed(false, trouble);
  }
}

function isReply(value: unknown): value is ExchangeReply {
  if (typeof value !== "object" || value === null) return false;
  const { era, isOpen, openForMs, failedProbes, granted } = value as ExchangeReply;
  const counts = [era, openForMs, failedProbes];
  return (
    counts.every((count) => count >= 0 && count < 1e15) && [isOpen, granted].every((is) => typeof is === "boolean")
  );
}
