import type { Policies } from "../../runtime/src/policies/types.js";
import { throughput } from "../explain/server-load.js";
import { countText, listText, thousands, timeText, trim } from "../explain/words.js";
import type { Simulation } from "./index.js";
import { type RejectingPolicy, rejectingPolicies } from "./measure.js";
import type { Summary } from "./summary.js";

/** What the numbers of one run mean, in sentences. */
export interface Conclusions {
  /** What you get. */
  readonly gains: readonly string[];
  /** What it costs. */
  readonly costs: readonly string[];
  /** What hand-written retries do. */
  readonly retries: readonly string[];
}

export const policyNames: Readonly<Record<RejectingPolicy, string>> = {
  breaker: "circuit breaker",
  bulkhead: "bulkhead",
  rateLimit: "rate limit",
};

/** If fewer calls succeed before the fault, the policies are too tight. */
const normalShare = 0.95;
const longRecoveryMs = 13_000;
/** Shares that differ by less are equal. */
const difference = 0.01;

interface Compared {
  readonly own: Summary;
  readonly none: Summary;
  readonly retries: Summary;
}

export function conclusionsOf(simulation: Simulation, policies: Policies): Conclusions {
  const summary = (id: string): Summary => simulation.variants.find((variant) => variant.id === id)?.summary as Summary;
  const compared = { own: summary("policies"), none: summary("none"), retries: summary("retries") };
  return {
    gains: sentences(
      successText(compared),
      timeGained(compared),
      loadText(compared.own),
      recoveryText(compared.own),
      noDuplicates(simulation, compared),
    ),
    costs: costs(simulation, policies, compared),
    retries: sentences(
      storm(simulation, compared),
      simulation.isWrite && compared.retries.executedTwice > 0
        ? `${countText(compared.retries.executedTwice, "write was", "writes were")} executed more than once.`
        : "",
    ),
  };
}

/** Compares with what is worse. What is better is a cost: see `tradeOff`. */
function successText({ own, none, retries }: Compared): string {
  const worse = [
    ...(none.ok < own.ok ? [`${percent(none.ok)} without policies`] : []),
    ...(retries.ok < own.ok ? [`${percent(retries.ok)} with retries only`] : []),
  ];
  return `${percent(own.ok)} of calls succeeded${worse.length === 0 ? "" : `, compared with ${listText(worse)}`}.`;
}

function timeGained({ own, none, retries }: Compared): string {
  if (own.latencyP95 > Math.min(none.latencyP95, retries.latencyP95)) return "";
  return `The p95 time to result was ${time(own)}, compared with ${time(none)} without policies and ${time(retries)} with retries only.`;
}

function loadText({ peakLoad }: Summary): string {
  return `The server received at most ${thousands(Math.round(peakLoad))} requests per second.`;
}

function recoveryText({ recoveryMs }: Summary): string {
  if (recoveryMs === null) return "Calls didn't recover within the run.";
  return recoveryMs === 0
    ? "Calls recovered as soon as the fault was over."
    : `Calls recovered ${timeText(recoveryMs)} after the fault was over.`;
}

function noDuplicates({ isWrite }: Simulation, { own, retries }: Compared): string {
  return isWrite && own.executedTwice === 0 && retries.executedTwice > 0 ? "No write was executed more than once." : "";
}

/** A simulation that hid the costs would be an advertisement. */
function costs(simulation: Simulation, policies: Policies, compared: Compared): string[] {
  const { own, none } = compared;
  const tight = tooTight(none, own, policies, simulation.scenario.latency);
  const found = sentences(
    rejections(own),
    tradeOff(compared),
    tight === "" ? slowRecovery(own, policies) : tight,
    own.executedTwice > 0 && simulation.isWrite
      ? `${countText(own.executedTwice, "write was", "writes were")} executed more than once. ${policies.repeat === "keyed" ? "The server deduplicates them by idempotency key." : "The operation is idempotent, so this changes nothing more."}`
      : "",
  );
  return found.length === 0 ? ["Nothing in this scenario: the client rejected no call."] : found;
}

function rejections({ rejected, rejectedBy, calls }: Summary): string {
  if (rejected === 0) return "";
  const by = rejectingPolicies
    .filter((policy) => rejectedBy[policy] > 0)
    .map((policy) => `${policyNames[policy]}: ${thousands(rejectedBy[policy])}`);
  return `The client rejected ${percent(rejected / calls)} of calls (${listText(by)}).`;
}

function tradeOff({ own, none, retries }: Compared): string {
  const better = [
    { name: "without policies", summary: none },
    { name: "with retries only", summary: retries },
  ]
    .filter(({ summary }) => summary.recoveryMs !== null && summary.ok >= own.ok + difference)
    .sort((a, b) => b.summary.ok - a.summary.ok)[0];
  if (better === undefined) return "";
  const { name, summary } = better;
  const inReturn =
    own.latencyP95 < summary.latencyP95
      ? ` In return, the p95 time to result dropped from ${time(summary)} to ${time(own)}.`
      : "";
  return `Trade-off: ${name}, ${percent(summary.ok)} of calls succeeded; with the policies, ${percent(own.ok)}.${inReturn}`;
}

function slowRecovery({ recoveryMs }: Summary, { breaker }: Policies): string {
  if (!breaker || (recoveryMs !== null && recoveryMs < longRecoveryMs)) return "";
  return `The breaker's cooldown grows up to ${timeText(breaker.cooldownMax)}. A lower breaker.cooldownMax speeds up recovery, but sends more probes.`;
}

/** Whether the policies reject calls when nothing is wrong. */
function tooTight(none: Summary, own: Summary, policies: Policies, latency: number): string {
  if ((own.okBefore ?? 1) >= normalShare || (none.okBefore ?? 1) < normalShare) return "";
  const { bulkhead } = policies;
  const share = `Even before the fault, only ${percent(own.okBefore ?? 1)} of calls succeeded`;
  if (!bulkhead) return `${share}: the policies are too tight for this traffic.`;
  const [most] = throughput({ ...policies, timeout: { attempt: latency, total: latency, idle: false } }).slice(-1);
  return `${share}: at this latency, the bulkhead sustains ${trim(most?.callsPerSecond ?? 0)} calls per second.`;
}

function storm({ scenario: { rate }, capacity }: Simulation, { own, retries }: Compared): string {
  const { peakLoad, recoveryMs, wasted } = retries;
  const isStorm = peakLoad >= 1.5 * rate && peakLoad > capacity && peakLoad > 1.1 * own.peakLoad;
  const load = `${trim(rate)} calls per second became up to ${thousands(Math.round(peakLoad))} requests per second`;
  const what = isStorm
    ? `${load}, ${Math.round((peakLoad / capacity) * 10) / 10} times the server's capacity: a retry storm.`
    : `${load}.`;
  if (recoveryMs !== null) return what;
  return `${what} It kept the server down after the fault was over: ${percent(wasted)} of its work was for callers that had given up.`;
}

function percent(share: number): string {
  return `${Math.round(share * 100)}%`;
}

function time({ latencyP95 }: Summary): string {
  return timeText(latencyP95 >= 1_000 ? Math.round(latencyP95 / 100) * 100 : Math.round(latencyP95));
}

function sentences(...all: readonly string[]): string[] {
  return all.filter((sentence) => sentence !== "");
}
