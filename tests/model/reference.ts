import type { Policies } from "../../runtime/src/policies/types.js";
import {
  askedFor,
  backoff,
  type Ending,
  isServerFailure,
  mayRepeat,
  type RefusalCode,
  wasSurelyNotDone,
} from "./reference-rules.js";
import { type Leave, never, type ReferenceTurn } from "./reference-state.js";
import type { World } from "./reference-world.js";
import { type CallPlan, type CallTrace, chanceAt, type ReplyPlan, type Scenario } from "./scenario.js";

interface Attempt {
  readonly number: number;
  readonly leave: Leave | undefined;
  readonly reply: ReplyPlan;
  sent: "no" | "maybe" | "yes";
  isOver: boolean;
  /** What a failed answer says by its headers, should its body not arrive. */
  answered?: Ending;
}

interface Refusal {
  readonly code: RefusalCode;
  readonly retryAt?: number;
}

/**
 * One call's way through the pipeline as the contract has it: deadline, retry (budget, hedge), rate limit, bulkhead,
 * breaker, attempt timeout. Slow and plain on purpose; it shares no code with the runtime.
 */
export class ReferenceCall {
  readonly #world: World;
  readonly #plan: CallPlan;
  readonly #scenario: Scenario;
  /** The operation's policies, and what they are for this call. */
  readonly #own: Policies;
  readonly #policies: Policies;
  readonly #deadlineAt: number;
  readonly #ended: (trace: CallTrace) => void;
  readonly #attempts: Attempt[] = [];
  readonly #requests: number[] = [];
  #lastFailure: Ending | undefined;
  #maybeDone = false;
  #isHedging = false;
  /** Taken for an attempt that has not begun. */
  #turn: ReferenceTurn | undefined;
  #isOver = false;

  constructor(world: World, plan: CallPlan, ended: (trace: CallTrace) => void) {
    this.#world = world;
    this.#plan = plan;
    this.#scenario = world.scenario;
    this.#ended = ended;
    this.#own = world.operation(plan.operation).policies;
    const { retry } = this.#own;
    const { maxRetries } = plan;
    this.#policies = {
      ...this.#own,
      timeout: { ...this.#own.timeout, ...plan.timeout },
      retry: retry !== false && maxRetries !== undefined ? { ...retry, maxRetries } : retry,
    };
    const { total } = this.#policies.timeout;
    this.#deadlineAt = total === false ? never : world.now + total;
  }

  start(): void {
    const { abortAfter } = this.#plan;
    if (abortAfter !== undefined) this.#world.at(this.#world.now + abortAfter, () => this.interrupt("aborted"));
    this.#shared.budget?.call(this.#world.now);
    this.#tryAttempt();
  }

  interrupt(code: "aborted" | "closed"): void {
    if (!this.#isOver) this.#finish({ code, sent: "no" });
  }

  get #shared() {
    return this.#world.shared(this.#plan.operation);
  }

  /** Asks the breaker before any waiting; waits for its turn, then for a place. */
  #tryAttempt(): void {
    const { now } = this.#world;
    const refusal = this.#refusal();
    if (refusal !== undefined) return this.#refuse(refusal);
    const { limiter } = this.#shared;
    const turn = limiter?.take(now);
    if (limiter === undefined || turn === undefined) return this.#wantPlace();
    this.#turn = turn;
    if (turn.at <= now) return this.#wantPlace();
    if (turn.at >= this.#deadlineAt) {
      this.#giveBackTurn();
      return this.#refuse({ code: "rate-limited", retryAt: turn.at });
    }
    this.#wait(
      0,
      turn.at,
      () => this.#wantPlace(),
      () => this.#giveBackTurn(),
    );
  }

  /** A turn of which no attempt was made goes to the next. */
  #giveBackTurn(): void {
    if (this.#turn !== undefined) this.#shared.limiter?.giveBack(this.#turn);
    this.#turn = undefined;
  }

  #wantPlace(): void {
    const { now } = this.#world;
    const { bulkhead } = this.#shared;
    if (bulkhead === undefined) return this.#begin();
    if (bulkhead.hasRoom()) {
      bulkhead.running++;
      return this.#begin();
    }
    const { queue, queueTimeout } = bulkhead.policy;
    if (bulkhead.queue.length >= queue) {
      this.#giveBackTurn();
      return this.#refuse({ code: "bulkhead-full" });
    }
    const queueEnd = queueTimeout === false ? never : now + queueTimeout;
    const isDeadline = this.#deadlineAt <= queueEnd;
    const leaveQueue = (): void => {
      bulkhead.queue = bulkhead.queue.filter((other) => other !== granted);
      this.#giveBackTurn();
    };
    const tooLate = (): void => {
      leaveQueue();
      this.#refuse({ code: isDeadline ? "deadline" : "bulkhead-full" });
    };
    const wait = this.#wait(0, Math.min(queueEnd, this.#deadlineAt), tooLate, leaveQueue);
    const granted = (): void => {
      this.#world.stopWaiting(wait);
      this.#begin();
    };
    bulkhead.queue.push(granted);
  }

  /** The place is taken; deadline and breaker are asked again. */
  #begin(): void {
    const refusal = this.#refusal();
    if (refusal !== undefined) {
      this.#shared.bulkhead?.free();
      this.#giveBackTurn();
      return this.#refuse(refusal);
    }
    this.#turn = undefined;
    this.#launch();
    if (this.#attempts.length > 1) return;
    const { hedge, retry } = this.#policies;
    this.#isHedging = true;
    if (hedge && retry) this.#hedgeLater(Math.min(hedge.max, retry.maxRetries));
  }

  #launch(): void {
    const { now } = this.#world;
    const number = this.#attempts.length + 1;
    const { attempt: own } = this.#policies.timeout;
    const remaining = this.#deadlineAt - now;
    const limit = own === false ? remaining : Math.min(own, remaining);
    const leave = this.#shared.breaker?.begin(now);
    const attempt: Attempt = { number, leave, reply: this.#reply(number), sent: "maybe", isOver: false };
    this.#attempts.push(attempt);
    this.#requests.push(now);
    if (limit !== never) this.#world.at(now + limit, () => this.#timeIsUp(attempt, limit));
    this.#serve(attempt);
  }

  #reply(number: number): ReplyPlan {
    const { replies } = this.#plan;
    const { now } = this.#world;
    const outage = this.#scenario.outages.find(({ from, to }) => now >= from && now < to);
    return outage?.reply ?? (replies[Math.min(number, replies.length) - 1] as ReplyPlan);
  }

  /** What the server makes of an attempt. */
  #serve(attempt: Attempt): void {
    const { reply } = attempt;
    const world = this.#world;
    const answeredAt = world.now + reply.after;
    if (reply.kind === "hangs") return;
    if (reply.kind === "fails") {
      const sent = reply.code === "ECONNRESET" ? "maybe" : "no";
      const isHopeless = reply.code === "CERT_HAS_EXPIRED";
      return world.at(answeredAt, () => this.#workEnds(attempt, { code: "network", sent, isHopeless }));
    }
    world.at(answeredAt, () => {
      if (attempt.isOver) return;
      attempt.sent = "yes";
      const { status, retryAfter, bodyAfter } = reply;
      // Status and Retry-After of a failed answer stand with its headers, whatever becomes of its body.
      if (status >= 300)
        attempt.answered = unreadable(status, askedFor(retryAfter, answeredAt, answeredAt), answeredAt);
      if (reply.body === "hangs") return;
      // Counted from when the answer is read.
      const askedAt = answeredAt + bodyAfter;
      const asked = askedFor(retryAfter, answeredAt, askedAt);
      const failure: Ending = {
        code: "http",
        sent: "yes",
        status,
        ...(asked === undefined ? {} : { asked, askedAt }),
      };
      const answer: Ending = status < 300 ? { code: "ok", sent: "yes", status } : failure;
      const cut: Ending = attempt.answered ?? { code: "network", sent: "yes" };
      const ending = reply.body === "cut" ? cut : answer;
      if (bodyAfter === 0) this.#workEnds(attempt, ending);
      else world.at(askedAt, () => this.#workEnds(attempt, ending));
    });
  }

  /** The attempt's own timeout, or the deadline. */
  #timeIsUp(attempt: Attempt, limit: number): void {
    const { attempt: usual, total } = this.#own.timeout;
    const code = limit === this.#policies.timeout.attempt ? "timeout" : "deadline";
    const half = total === false ? never : total / 2;
    const isCutShort = limit < Math.min(usual === false ? half : usual, 1_000);
    this.#cut(attempt, { code, sent: attempt.sent, isCutShort });
  }

  #workEnds(attempt: Attempt, ending: Ending): void {
    if (attempt.isOver) return;
    attempt.sent = ending.sent;
    this.#attemptEnds(attempt, ending);
    this.#shared.bulkhead?.free();
  }

  /** Ends an attempt before its work, which keeps its slot until it has really ended, for one attempt timeout at most. */
  #cut(attempt: Attempt, ending: Ending): void {
    if (attempt.isOver) return;
    const { lingers } = attempt.reply;
    const free = (): void => this.#shared.bulkhead?.free();
    // With its headers an answer has passed its last chance to linger.
    if (lingers === 0 || attempt.sent === "yes") this.#world.soon(free);
    else {
      const { attempt: usual, total } = this.#own.timeout;
      const grace = usual || (total === false ? never : total / 2);
      this.#world.at(this.#world.now + Math.min(lingers, grace), free);
    }
    const isTimedOut = ending.code === "timeout" || ending.code === "deadline";
    this.#attemptEnds(attempt, (isTimedOut && attempt.answered) || ending);
  }

  #attemptEnds(attempt: Attempt, ending: Ending): void {
    attempt.isOver = true;
    const { breaker } = this.#shared;
    if (attempt.leave !== undefined) breaker?.end(attempt.leave, isServerFailure(ending), this, this.#world.now);
    if (this.#isOver) return;
    if (ending.code === "ok") return this.#finish(ending);
    // Another that is still under way may do better.
    if (this.#attempts.some(({ isOver }) => !isOver) && mayRepeat(ending, this.#policies)) return;
    const wait = this.#waitFor(ending);
    if (wait === "breaker-open") return this.#finish(later(ending, breaker?.refusesUntil(this.#world.now)), wait);
    if (typeof wait === "string") return this.#finish(ending, wait);
    this.#isHedging = false;
    this.#lastFailure = ending;
    if (!wasSurelyNotDone(ending)) this.#maybeDone = true;
    const wakeAt = this.#world.now + wait;
    this.#wait(
      wakeAt,
      wakeAt,
      () => this.#tryAttempt(),
      () => {},
    );
  }

  /** How long to wait for the next attempt, or why there is none. */
  #waitFor(ending: Ending): number | string {
    const { now } = this.#world;
    const { retry } = this.#policies;
    const { breaker, budget } = this.#shared;
    if (ending.code === "deadline") return "deadline";
    if (retry === false || !mayRepeat(ending, this.#policies)) return "not-retryable";
    if (!this.#world.operation(this.#plan.operation).isReplayable) return "body-not-replayable";
    if (this.#attempts.length > retry.maxRetries) return "max-retries";
    const remaining = this.#deadlineAt - now;
    const asked = retry.retryAfter ? (ending.asked ?? 0) : 0;
    if (asked > 0 && asked >= remaining) return "retry-after";
    const chance = chanceAt(this.#scenario.seed, now);
    const spread = asked * (1 + chance / 10);
    const wait = Math.max(backoff(this.#attempts.length, this.#policies, chance), spread < remaining ? spread : asked);
    if (wait >= remaining) return "deadline";
    const until = breaker?.refusesUntil(now);
    if (until !== undefined && until > now + wait) return "breaker-open";
    if (budget !== undefined && !budget.spend(now, wait)) return "budget";
    return wait;
  }

  #hedgeLater(left: number): void {
    const { hedge, retry } = this.#policies;
    if (left === 0 || !hedge || !retry) return;
    this.#world.at(this.#world.now + hedge.after, () => {
      const { now } = this.#world;
      if (!this.#isHedging || this.#isOver) return;
      if (this.#refusal() === undefined && this.#attempts.length <= retry.maxRetries) this.#hedgeNow(now);
      this.#hedgeLater(left - 1);
    });
  }

  /** Only if a place, a turn and a token of the budget are free at this moment; then all are taken. */
  #hedgeNow(now: number): void {
    const { bulkhead, budget, limiter } = this.#shared;
    if (bulkhead?.hasRoom() === false || budget?.canSpend(now) === false) return;
    const turn: ReferenceTurn | undefined = limiter?.take(now);
    if (turn !== undefined && turn.at > now) return limiter?.giveBack(turn);
    budget?.spend(now, 0);
    if (bulkhead !== undefined) bulkhead.running++;
    this.#launch();
  }

  #refusal(): Refusal | undefined {
    const { now } = this.#world;
    if (now >= this.#deadlineAt) return { code: "deadline" };
    const until = this.#shared.breaker?.refusesUntil(now);
    return until === undefined ? undefined : { code: "breaker-open", retryAt: until };
  }

  /** The last attempt's error says more than that there is no further one. */
  #refuse({ code, retryAt }: Refusal): void {
    const ending = this.#lastFailure;
    this.#finish(later(ending ?? { code, sent: "no" }, retryAt), code);
  }

  #wait(wakeAt: number, until: number, over: () => void, undo: () => void) {
    const { breaker } = this.#shared;
    const refuse = (retryAt: number): void => {
      undo();
      this.#refuse({ code: "breaker-open", retryAt });
    };
    return this.#world.wait({ call: this, breaker, wakeAt, until, over, undo, refuse });
  }

  #finish(ending: Ending, gaveUp?: string): void {
    this.#isOver = true;
    this.#world.stopWaitingOf(this);
    const { now } = this.#world;
    const { code, status, asked, askedAt } = ending;
    const all = this.#attempts.map(({ sent }) => sent);
    const sent = (["yes", "maybe"] as const).find((word) => all.includes(word)) ?? "no";
    const isMutation = this.#world.operation(this.#plan.operation).method !== "GET";
    const isRefused = status !== undefined && status >= 400 && status < 500;
    const retryAt = asked === undefined || askedAt === undefined ? never : Math.max(now, askedAt + asked);
    this.#ended({
      code,
      status,
      gaveUp,
      attempts: this.#attempts.length,
      requests: this.#requests,
      endedAt: now,
      sent: code === "ok" ? undefined : sent,
      maybeDone: isMutation && isRefused && this.#maybeDone,
      retryAt: retryAt === never ? undefined : retryAt,
    });
    for (const attempt of this.#attempts) this.#cut(attempt, { code: "aborted", sent: attempt.sent });
  }
}

/** An ending after which trying again makes no sense before `retryAt` either. */
function later(ending: Ending, retryAt: number | undefined): Ending {
  if (retryAt === undefined) return ending;
  const { asked = 0, askedAt = 0 } = ending;
  return { ...ending, asked: 0, askedAt: Math.max(retryAt, askedAt + asked) };
}

/** A failed answer whose body did not arrive. */
function unreadable(status: number, asked: number | undefined, askedAt: number): Ending {
  return { code: "unexpected-response", sent: "yes", status, ...(asked === undefined ? {} : { asked, askedAt }) };
}
