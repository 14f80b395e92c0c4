import { timerDelay } from "../../src/base/clock.js";
import type { StoreContext, StoreTrouble } from "../../src/policies/shared-store.js";
import type { BreakerStore, ExchangeReply, ExchangeRequest } from "./types.js";

/** How long the first connection may take before the store counts as away, in ms. */
const startMs = 5_000;

/** Exchanges that a hanging store may hold before it is tried less often, and how often it is tried then, in ms. */
const crowd = { size: 50, pauseMs: 5_000 };

/** A client's access to its store: limits every exchange in time, and reports once when the store goes and is back. */
export class Hub {
  readonly patienceMs: number;
  /** How often a store that is away is tried, and how often a breaker that is used asks for news. */
  readonly intervalMs: number;
  readonly #store: BreakerStore;
  readonly #context: StoreContext;
  #isAway = false;
  #retryAt = 0;
  #unsettled = 0;
  /** Whether the first connection was made, or failed; and when it was first seen in progress. */
  #hasStarted = false;
  #startedAt: number | undefined;

  constructor(store: BreakerStore, context: StoreContext, patienceMs: number, intervalMs: number) {
    this.#store = store;
    this.#context = context;
    this.patienceMs = patienceMs;
    this.intervalMs = Math.max(1, intervalMs);
  }

  /** Whether an exchange makes sense now. A store that is away is tried once per interval, for all breakers together. */
  mayTry(now: number): boolean {
    if (this.#isStarting(now)) return false;
    return !this.#isAway || now >= this.#retryAt;
  }

  /** Never rejects; `undefined` if there was no reply in time. */
  exchange(scope: string, request: ExchangeRequest): Promise<ExchangeReply | undefined> {
    const { clock } = this.#context;
    this.#retryAt = clock.now() + (this.#unsettled < crowd.size ? this.intervalMs : crowd.pauseMs);
    this.#unsettled++;
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
      const settled = (reply: ExchangeReply | undefined, trouble?: StoreTrouble): void => {
        this.#unsettled--;
        end(reply, trouble);
      };
      const timer = clock.setTimer(() => end(undefined, "timeout"), timerDelay(this.patienceMs));
      Promise.resolve()
        .then(() => this.#store.exchange(scope, request))
        .then(
          (reply) => (isReply(reply) ? settled(reply) : settled(undefined, "garbage")),
          () => settled(undefined, "error"),
        );
    });
  }

  /** The first connection takes its time: that is no outage, until it takes too long. */
  #isStarting(now: number): boolean {
    if (this.#hasStarted) return false;
    try {
      this.#hasStarted = this.#store.isStarting?.() !== true;
    } catch {
      // A fault of the store must not fail the call that is made.
      this.#hasStarted = true;
    }
    if (this.#hasStarted) return false;
    this.#startedAt ??= now;
    if (now - this.#startedAt >= startMs) this.#failed("timeout");
    return true;
  }

  /** Permission to probe that came too late: nobody uses it. */
  #giveBack(scope: string, request: ExchangeRequest, reply: ExchangeReply | undefined): void {
    if (reply?.granted !== true) return;
    const none = { calls: 0, attempts: 0, failures: 0, slow: 0 };
    this.#store.exchange(scope, { ...request, ...none, event: "released" }).catch(() => {});
  }

  #reached(): void {
    if (!this.#isAway) return;
    this.#isAway = false;
    this.#context.changed(true, undefined);
  }

  #failed(trouble: StoreTrouble): void {
    // A call that has waited for permission in vain goes on by itself now, and does not ask again.
    this.#retryAt = Math.max(this.#retryAt, this.#context.clock.now() + this.intervalMs / 2);
    if (this.#isAway) return;
    this.#isAway = true;
    this.#context.changed(false, trouble);
  }
}

function isReply(value: unknown): value is ExchangeReply {
  if (typeof value !== "object" || value === null) return false;
  const { era, isOpen, isForAll, openForMs, failedProbes, granted } = value as ExchangeReply;
  const counts = [era, openForMs, failedProbes];
  const flags = [isOpen, isForAll, granted];
  return counts.every((count) => count >= 0 && count < 1e15) && flags.every((is) => typeof is === "boolean");
}
