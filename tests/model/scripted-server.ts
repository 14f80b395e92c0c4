import type { VirtualClock } from "../../runtime/entries/testing/index.js";
import type { Transport } from "../../runtime/src/http/transport.js";
import { connectionError } from "../rig/rig.js";
import { dateFor, type ReplyPlan, type RetryAfterPlan, type Scenario } from "./scenario.js";

/** Does with each request what the scenario has for it. */
export class ScriptedServer {
  /** When each call's requests came. */
  readonly requests = new Map<number, number[]>();
  /** Most requests under way at once, by operation. */
  readonly crowds: number[];
  readonly #underWay: number[];
  readonly #scenario: Scenario;
  readonly #clock: VirtualClock;

  constructor(scenario: Scenario, clock: VirtualClock) {
    this.#scenario = scenario;
    this.#clock = clock;
    this.crowds = scenario.operations.map(() => 0);
    this.#underWay = scenario.operations.map(() => 0);
  }

  readonly send: Transport = async (_input, init = {}) => {
    const call = Number((init.headers as Record<string, string>)["x-call"]);
    const now = this.#clock.now();
    const times = this.requests.get(call) ?? [];
    this.requests.set(call, [...times, now]);
    const { operation, replies } = this.#scenario.calls[call] as Scenario["calls"][number];
    const outage = this.#scenario.outages.find(({ from, to }) => now >= from && now < to);
    const reply = outage?.reply ?? (replies[Math.min(times.length, replies.length - 1)] as ReplyPlan);
    const crowd = (this.#underWay[operation] ?? 0) + 1;
    this.#underWay[operation] = crowd;
    this.crowds[operation] = Math.max(crowd, this.crowds[operation] ?? 0);
    let isUnderWay = true;
    const left = (): void => {
      if (isUnderWay) this.#underWay[operation] = (this.#underWay[operation] ?? 0) - 1;
      isUnderWay = false;
    };
    const signal = init.signal as AbortSignal;
    // The slot of work that does not stop is taken back: a moment before, it is nobody's business any more.
    const grace = this.#graceOf(operation);
    if (reply.lingers >= grace) {
      signal.addEventListener("abort", () => void this.#clock.setTimer(left, grace - 2 ** -20), { once: true });
    }
    try {
      await this.#headers(reply, signal);
    } catch (error) {
      left();
      throw error;
    }
    if (reply.kind !== "answers") throw new Error("only answers have headers");
    const { status, retryAfter } = reply;
    const headers = { "content-type": "application/json", ...retryAfterHeader(retryAfter, this.#clock.now()) };
    return new Response(this.#body(reply, signal, left), { status, headers });
  };

  /** How long an attempt's slot is held after its end: one attempt timeout, or half of the deadline. */
  #graceOf(operation: number): number {
    const { attempt, total } = (this.#scenario.operations[operation] as Scenario["operations"][number]).policies
      .timeout;
    return attempt || (total === false ? Number.POSITIVE_INFINITY : total / 2);
  }

  /** Until the headers are there. */
  #headers(reply: ReplyPlan, signal: AbortSignal): Promise<void> {
    const clock = this.#clock;
    return new Promise((resolve, reject) => {
      const answer = (): void => {
        signal.removeEventListener("abort", abort);
        if (reply.kind === "fails") reject(connectionError(reply.code));
        else resolve();
      };
      const timer = reply.kind === "hangs" ? undefined : clock.setTimer(answer, reply.after);
      const abort = (): void => {
        clock.clearTimer(timer);
        const end = (): void => reject(signal.reason);
        if (reply.lingers === 0) end();
        else clock.setTimer(end, reply.lingers);
      };
      signal.addEventListener("abort", abort, { once: true });
    });
  }

  #body(reply: ReplyPlan & { kind: "answers" }, signal: AbortSignal, over: () => void): ReadableStream<Uint8Array> {
    const clock = this.#clock;
    return new ReadableStream({
      start: (controller) => {
        const end = (): void => {
          signal.removeEventListener("abort", abort);
          over();
          if (reply.body === "cut") return controller.error(connectionError("UND_ERR_SOCKET"));
          controller.enqueue(new TextEncoder().encode("{}"));
          controller.close();
        };
        const timer =
          reply.body === "hangs" || reply.bodyAfter === 0 ? undefined : clock.setTimer(end, reply.bodyAfter);
        const abort = (): void => {
          clock.clearTimer(timer);
          over();
          controller.error(signal.reason);
        };
        if (signal.aborted) return abort();
        signal.addEventListener("abort", abort, { once: true });
        if (reply.body !== "hangs" && reply.bodyAfter === 0) end();
      },
    });
  }
}

function retryAfterHeader(plan: RetryAfterPlan | undefined, now: number): Record<string, string> {
  switch (plan?.form) {
    case "seconds":
      return { "retry-after": String(plan.value) };
    case "ms":
      return { "retry-after-ms": String(plan.value) };
    case "date":
      return { "retry-after": new Date(dateFor(plan.value, now)).toUTCString() };
    case "nonsense":
      return { "retry-after": "2026-11-23 soon" };
    default:
      return {};
  }
}
