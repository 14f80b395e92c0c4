import type { LocalBreaker, StoreContext, Verdict } from "../../src/policies/breaker-link.js";
import type { BreakerPolicy } from "../../src/policies/types.js";
import type { Hub } from "./hub.js";
import type { BreakerLink } from "./shared-breaker.js";
import type { ExchangeReply, ExchangeRequest, SharedPolicy } from "./types.js";

/** How long the state of a scope without a span of time is kept. */
const longTtlMs = 600_000;

const noCounts = { calls: 0, attempts: 0, failures: 0, slow: 0 };

type Told = Required<Pick<ExchangeRequest, "event" | "by" | "openForMs" | "failedProbes">>;

/**
 * One breaker's tie to those of its scope. It has no timer: it exchanges with the store when its breaker is used and some
 * time has passed since the last time, when an attempt failed, and when there is news of a probe; one at a time.
 */
export class Link implements BreakerLink {
  readonly #hub: Hub;
  readonly #context: StoreContext;
  readonly #scope: string;
  readonly #policy: BreakerPolicy;
  readonly #shared: SharedPolicy;
  readonly #breaker: LocalBreaker;
  readonly #intervalMs: number;
  readonly #id = crypto.randomUUID();
  #claims = 0;
  #counts = { ...noCounts };
  #countsSince = 0;
  #exchangedAt = Number.NEGATIVE_INFINITY;
  #isExchanging = false;
  readonly #news: Told[] = [];
  #era = 0;
  /** The breaker is open for all, as far as is known here; until when is for a store that loses its memory. */
  #isOpen = false;
  #openUntil = 0;
  #failedProbes = 0;
  #isAsking = false;
  #deniedUntil = 0;
  /** Leave for probes that were not made yet, and probes under way. */
  readonly #granted: string[] = [];
  readonly #out: string[] = [];

  constructor(hub: Hub, context: StoreContext, scope: string, breaker: LocalBreaker, intervalMs: number) {
    this.#hub = hub;
    this.#context = context;
    this.#scope = scope;
    this.#policy = breaker.policy;
    this.#shared = sharedPolicy(breaker.policy);
    this.#breaker = breaker;
    this.#intervalMs = intervalMs;
  }

  use(now: number): void {
    if (this.#news.length > 0 || now - this.#exchangedAt >= this.#intervalMs) this.#exchange(now);
  }

  count(isNewCall: boolean, failed: boolean, slow: boolean, now: number): void {
    if (this.#hub.isAway) return;
    const { spanMs } = this.#shared;
    if (this.#counts.attempts === 0) this.#countsSince = now;
    else if (spanMs > 0 && now - this.#countsSince > spanMs) this.#counts = { ...noCounts };
    this.#counts.calls += Number(isNewCall);
    this.#counts.attempts++;
    this.#counts.failures += Number(failed);
    this.#counts.slow += Number(slow);
    if (failed || slow) this.#exchange(now);
  }

  refusedUntil(now: number): number | undefined {
    if (this.#isFree()) return undefined;
    if (this.#isAsking) return now;
    return now < this.#deniedUntil ? this.#deniedUntil : undefined;
  }

  ask(): Promise<void> | undefined {
    if (this.#isFree() || this.#isAsking) return undefined;
    const by = `${this.#id}:${++this.#claims}`;
    this.#isAsking = true;
    return this.#hub.exchange(this.#scope, this.#request({ event: "claim", by })).then((reply) => {
      this.#isAsking = false;
      if (reply === undefined) return;
      this.#heard(reply);
      if (reply.granted) this.#granted.push(by);
      else if (reply.isOpen) this.#deniedUntil = this.#context.clock.now() + this.#intervalMs;
    });
  }

  decline(now: number): void {
    this.#tell(this.#granted.shift(), "released", 0, 0, now);
  }

  probing(): void {
    const by = this.#granted.shift();
    if (by !== undefined) this.#out.push(by);
  }

  probeEnded(verdict: Verdict, openForMs: number, failedProbes: number, now: number): void {
    const event = { success: "passed", failure: "failed", neutral: "released" } as const;
    this.#tell(this.#out.shift(), event[verdict], openForMs, failedProbes, now);
  }

  #tell(by: string | undefined, event: Told["event"], openForMs: number, failedProbes: number, now: number): void {
    if (by === undefined) return;
    this.#news.push({ event, by, openForMs, failedProbes });
    this.#exchange(now);
  }

  /** Nobody has to be asked: the store is away, the breaker is not open for all, or there is leave already. */
  #isFree(): boolean {
    return this.#hub.isAway || !this.#isOpen || this.#granted.length > 0;
  }

  /** Tells and asks, in the background. */
  #exchange(now: number): void {
    if (this.#isExchanging || !this.#hub.mayTry(now)) return;
    this.#isExchanging = true;
    this.#exchangedAt = now;
    const request = this.#request(this.#news.shift());
    this.#counts = { ...noCounts };
    void this.#hub.exchange(this.#scope, request).then((reply) => {
      this.#isExchanging = false;
      if (reply === undefined) return this.#forget();
      this.#heard(reply);
      const { failures, slow } = this.#counts;
      if (this.#news.length > 0 || failures + slow > 0) this.#exchange(this.#context.clock.now());
    });
  }

  #request(told: Partial<Told> = {}): ExchangeRequest {
    const { cooldown } = this.#policy;
    const openForMs = cooldown * (1 + this.#context.random() / 10);
    const usual = { by: this.#id, openForMs, failedProbes: 0 };
    const counts = told.event === "claim" ? noCounts : this.#counts;
    return { policy: this.#shared, era: this.#era, ...counts, ...usual, ...told };
  }

  /** The store is away: what comes next is decided here, and what it says when it is back is new. */
  #forget(): void {
    this.#era = 0;
    this.#isOpen = false;
    this.#news.length = 0;
    this.#granted.length = 0;
    this.#counts = { ...noCounts };
  }

  #heard({ era, isOpen, openForMs, failedProbes }: ExchangeReply): void {
    // An answer that was overtaken.
    if (era !== 0 && era < this.#era) return;
    const now = this.#context.clock.now();
    const isNew = era !== this.#era || isOpen !== this.#isOpen;
    const wasOpen = this.#isOpen;
    this.#era = era;
    this.#isOpen = isOpen;
    // What belongs to an earlier era is nobody's concern any more: leave, probes under way, and what was counted.
    if (isNew) {
      this.#granted.length = 0;
      this.#out.length = 0;
      if (isOpen !== wasOpen) this.#counts = { ...noCounts };
    }
    if (isOpen && isNew) {
      this.#deniedUntil = 0;
      this.#openUntil = now + openForMs;
      this.#failedProbes = failedProbes;
      this.#breaker.open(this.#openUntil, failedProbes);
    } else if (!isOpen && era === 0 && this.#openUntil > now) {
      this.#news.push({
        event: "restored",
        by: this.#id,
        openForMs: this.#openUntil - now,
        failedProbes: this.#failedProbes,
      });
    } else if (!isOpen) {
      this.#openUntil = 0;
      // A store that has lost its memory says nothing about the server.
      if (wasOpen && era !== 0) this.#breaker.close();
    }
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
