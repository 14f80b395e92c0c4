import type { Verdict } from "../../src/policies/circuit-breaker.js";
import type { LocalBreaker, StoreContext } from "../../src/policies/shared-store.js";
import type { BreakerPolicy } from "../../src/policies/types.js";
import type { Hub } from "./hub.js";
import type { BreakerLink, CountedAttempt } from "./shared-breaker.js";
import type { ExchangeReply, ExchangeRequest, SharedPolicy } from "./types.js";

/** How long to keep the state of a scope whose window is a number of calls. */
const longTtlMs = 600_000;

/**
 * Failures are reported at once, so that the breakers open together: so many in a row, and one more per interval, so that
 * a store is not asked for each call where all calls fail.
 */
const promptReports = 4;

const noCounts = { calls: 0, attempts: 0, failures: 0, slow: 0 };

type News = Required<Pick<ExchangeRequest, "event" | "by" | "openForMs" | "failedProbes">>;

/** What the process's own breaker is doing, as far as the store is concerned. */
type Own =
  /** Closed, or closed by the store. */
  | "closed"
  /** Open on its own numbers, and the store does not know yet. */
  | "unreported"
  /** Open, and in the common round. */
  | "joined"
  /** Closed by a probe, and the store may still hold it open. */
  | "recovered";

/**
 * Connects one breaker to those of its scope. It has no timer: it exchanges with the store when its breaker is used and
 * an interval has passed, when an attempt failed, and when there is news of an opening or a probe.
 */
export class Link implements BreakerLink {
  readonly #hub: Hub;
  readonly #context: StoreContext;
  readonly #scope: string;
  readonly #policy: BreakerPolicy;
  readonly #shared: SharedPolicy;
  readonly #breaker: LocalBreaker;
  readonly #id = crypto.randomUUID();
  #claims = 0;
  #counts = { ...noCounts };
  #countsSince = 0;
  #exchangedAt = Number.NEGATIVE_INFINITY;
  /** An exchange, or a claim, is under way until then at most; its context may die before it settles. */
  #exchangingUntil = 0;
  #askingUntil = 0;
  #prompt = promptReports;
  readonly #news: News[] = [];
  #own: Own = "closed";
  /** Times that the own breaker opened on its own numbers. */
  #openings = 0;
  /** The last reply. */
  #era = 0;
  #isOpen = false;
  #isForAll = false;
  #deniedUntil = 0;
  /** Permission for probes that were not made yet, probes under way with permission, and those without. */
  readonly #granted: string[] = [];
  readonly #out: string[] = [];
  #freeProbes = 0;

  constructor(hub: Hub, context: StoreContext, scope: string, breaker: LocalBreaker) {
    this.#hub = hub;
    this.#context = context;
    this.#scope = scope;
    this.#policy = breaker.policy;
    this.#shared = sharedPolicy(breaker.policy);
    this.#breaker = breaker;
  }

  use(now: number): void {
    if (this.#news.length > 0 || now - this.#exchangedAt >= this.#hub.intervalMs) this.#exchange(now);
  }

  count({ isNewCall, failed, slow, opened }: CountedAttempt, now: number): void {
    const { spanMs } = this.#shared;
    if (this.#counts.attempts === 0) this.#countsSince = now;
    else if (spanMs > 0 && now - this.#countsSince > spanMs) this.#counts = { ...noCounts };
    this.#counts.calls += Number(isNewCall);
    this.#counts.attempts++;
    this.#counts.failures += Number(failed);
    this.#counts.slow += Number(slow);
    if (opened) {
      this.#own = "unreported";
      this.#openings++;
    }
    if (opened || ((failed || slow) && this.#prompt > 0)) this.#exchange(now);
  }

  refusedUntil(now: number): number | undefined {
    if (this.#isFree(now)) return undefined;
    if (now < this.#askingUntil) return now;
    return now < this.#deniedUntil ? this.#deniedUntil : undefined;
  }

  ask(now: number): Promise<void> | undefined {
    if (this.#isFree(now) || now < this.#askingUntil) return undefined;
    const by = `${this.#id}:${++this.#claims}`;
    const { failedProbes } = this.#breaker;
    this.#askingUntil = now + 2 * this.#hub.patienceMs;
    const openings = this.#openings;
    const request = this.#request({ event: "claim", by, failedProbes });
    return this.#hub.exchange(this.#scope, request).then((reply) => {
      this.#askingUntil = 0;
      if (reply === undefined) return this.#forget();
      const isCurrent = this.#heard(reply, "claim", openings);
      if (reply.granted && isCurrent) this.#granted.push(by);
      else if (reply.isOpen)
        this.#deniedUntil = this.#context.clock.now() + Math.max(this.#hub.intervalMs, reply.openForMs);
    });
  }

  decline(now: number): void {
    this.#tell(this.#granted.shift(), "released", now);
  }

  probing(): void {
    const by = this.#granted.shift();
    if (by === undefined) this.#freeProbes++;
    else this.#out.push(by);
  }

  probeEnded(verdict: Verdict, closed: boolean, now: number): void {
    const event = { success: "passed", failure: "failed", neutral: "released" } as const;
    if (closed) this.#own = "recovered";
    const by = this.#out.shift();
    if (by === undefined) this.#freeProbes = Math.max(0, this.#freeProbes - 1);
    this.#tell(by, event[verdict], now);
    if (closed && by === undefined) this.#exchange(now);
  }

  #tell(by: string | undefined, event: News["event"], now: number): void {
    if (by === undefined) return;
    this.#news.push({ ...this.#remaining(now), event, by });
    // What a probe showed decides for all processes: it does not wait for an exchange that is under way.
    this.#exchange(now, true);
  }

  /** No permission is needed: the store is away, or there is permission already. */
  #isFree(now: number): boolean {
    return this.#granted.length > 0 || !this.#hub.mayTry(now);
  }

  /** Reports and asks, in the background. */
  #exchange(now: number, isUrgent = false): void {
    if ((now < this.#exchangingUntil && !isUrgent) || !this.#hub.mayTry(now)) return;
    this.#exchangingUntil = now + 2 * this.#hub.patienceMs;
    const intervals = Math.floor((now - this.#exchangedAt) / this.#hub.intervalMs);
    this.#prompt = intervals === 0 ? this.#prompt - 1 : Math.min(promptReports, this.#prompt + intervals);
    this.#exchangedAt = now;
    const told = this.#news.shift() ?? this.#standing(now);
    const openings = this.#openings;
    const request = this.#request(told);
    this.#counts = { ...noCounts };
    void this.#hub.exchange(this.#scope, request).then((reply) => {
      this.#exchangingUntil = 0;
      if (reply === undefined) return this.#forget();
      this.#heard(reply, told?.event, openings);
      const later = this.#context.clock.now();
      const { failures, slow } = this.#counts;
      const standing = this.#standing(later)?.event;
      const isNews = this.#news.length > 0 || (standing !== undefined && standing !== told?.event);
      if (isNews || (failures + slow > 0 && this.#prompt > 0)) this.#exchange(later);
    });
  }

  /** What the store must know of the own breaker, and may not. */
  #standing(now: number): News | undefined {
    if (this.#own === "unreported") {
      const event = this.#isForAll && this.#era === 0 ? "restored" : "opened";
      return { ...this.#remaining(now), event, by: this.#id };
    }
    if (this.#own !== "recovered" || !this.#isOpen) return undefined;
    return { ...this.#remaining(now), event: "recovered", by: this.#id };
  }

  #remaining(now: number): Pick<News, "openForMs" | "failedProbes"> {
    const { openUntil, failedProbes } = this.#breaker;
    return { openForMs: Math.max(0, openUntil - now), failedProbes };
  }

  #request(told: Partial<News> = {}): ExchangeRequest {
    const { cooldown } = this.#policy;
    const openForMs = cooldown * (1 + this.#context.random() / 10);
    const usual = { by: this.#id, openForMs, failedProbes: 0 };
    const counts = told.event === "claim" ? noCounts : this.#counts;
    return { policy: this.#shared, era: this.#era, ...counts, ...usual, ...told };
  }

  /** The store is away: until it is back, the process decides on its own. */
  #forget(): void {
    if (this.#own === "joined") this.#own = "unreported";
    this.#news.length = 0;
    this.#granted.length = 0;
    this.#counts = { ...noCounts };
  }

  /**
   * @param openings how often the own breaker had opened when the request was sent
   * @returns whether the reply still holds
   */
  #heard(reply: ExchangeReply, event: ExchangeRequest["event"], openings: number): boolean {
    const { era, isOpen, isForAll } = reply;
    if (era === 0 && this.#era !== 0) {
      this.#lost();
      return true;
    }
    // A reply that was overtaken.
    if (era < this.#era) return false;
    const isNews = era !== this.#era;
    const wasKnown = this.#era !== 0;
    const isNewForAll = isForAll && (isNews || !this.#isForAll);
    this.#era = era;
    this.#isOpen = isOpen;
    this.#isForAll = isForAll;
    // Permission, probes, and what a probe showed belong to an era.
    if (isNews) {
      this.#granted.length = 0;
      this.#out.length = 0;
      if (this.#own === "recovered") this.#own = "closed";
    }
    if (isForAll || (isNews && !isOpen)) this.#counts = { ...noCounts };
    if (isOpen) this.#heardOpen(reply, event, isNews, isNewForAll);
    else if (isNews && wasKnown && openings === this.#openings) this.#heardClosed();
    else if (this.#own === "recovered") this.#own = "closed";
    return true;
  }

  #heardOpen(
    { isForAll, openForMs, failedProbes }: ExchangeReply,
    event: ExchangeRequest["event"],
    isNews: boolean,
    isNewForAll: boolean,
  ): void {
    const isReported = event === "opened" || event === "claim" || event === "restored";
    const joins = this.#own === "unreported" && (isReported || isForAll);
    const isOwnOpen = this.#own === "joined" || this.#own === "unreported";
    // Open only for others; or this process found the service well within this era.
    if (isOwnOpen ? !isNews && !joins && !isNewForAll : !isNewForAll || this.#own === "recovered") return;
    if (joins || !isOwnOpen) this.#own = "joined";
    // A probe of this process is under way, and its result counts.
    if (!isNews && this.#out.length + this.#freeProbes > 0) return;
    this.#freeProbes = 0;
    this.#deniedUntil = 0;
    this.#breaker.open(this.#context.clock.now() + openForMs, failedProbes);
  }

  #heardClosed(): void {
    if (this.#own === "joined" || this.#own === "unreported") this.#breaker.close();
    this.#own = "closed";
  }

  /** The store lost its data, which says nothing about the service. */
  #lost(): void {
    this.#era = 0;
    this.#isOpen = false;
    this.#granted.length = 0;
    this.#out.length = 0;
    if (this.#own === "joined") this.#own = "unreported";
    if (this.#own === "recovered") this.#own = "closed";
  }
}

function sharedPolicy(policy: BreakerPolicy): SharedPolicy {
  const { window, minimumCalls, failureRate, slowCall, cooldown, cooldownMax, probes } = policy;
  const spanMs = typeof window === "number" ? window : 0;
  const longest = Math.max(cooldown, cooldownMax);
  return {
    spanMs,
    maxCalls: typeof window === "number" ? 0 : window.calls,
    minimumCalls,
    failureRate,
    slowRate: slowCall ? slowCall.rate : 0,
    probes,
    leaseMs: longest,
    ttlMs: 2 * ((spanMs || longTtlMs) + 2 * longest),
  };
}
