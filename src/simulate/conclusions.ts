import type { Policies } from "../../runtime/policies/types.js";
import { throughput } from "../explain/load.js";
import { countText, timeText, trim } from "../explain/words.js";
import type { Simulation } from "./index.js";
import type { Summary } from "./summary.js";

/** A share below this is worth a word. */
const normalShare = 0.95;
const longRecoveryMs = 5_000;

/** What the numbers say, in sentences; each holds for this run and no other. */
export function conclusionsOf(simulation: Simulation, policies: Policies): string[] {
  const { scenario, capacity, variants } = simulation;
  const summary = (id: string): Summary => variants.find((variant) => variant.id === id)?.summary as Summary;
  const [none, retries, own] = [summary("none"), summary("retries"), summary("policies")];
  return [
    storm(retries, scenario.rate, capacity),
    simulation.isChange && retries.executedTwice > 0
      ? `Retries only: ${countText(retries.executedTwice, "change was", "changes were")} executed more than once.`
      : "",
    `With the policies the dependency gets at most ${trim(own.peakLoad)} requests a second. ${recoveryText(own)}`,
    slowReturn(own, policies),
    tooTight(none, own, policies, scenario.latency),
    own.executedTwice > 0 && simulation.isChange && policies.repeat !== "keyed"
      ? `With the policies ${countText(own.executedTwice, "change was", "changes were")} executed more than once: HTTP says that this changes nothing more.`
      : "",
  ].filter((sentence) => sentence !== "");
}

function storm({ peakLoad, recoveryMs, wasted }: Summary, rate: number, capacity: number): string {
  const times = peakLoad / rate;
  const load = `Retries only: ${trim(rate)} calls a second become up to ${trim(peakLoad)} requests a second`;
  const isStorm = times >= 1.5 && peakLoad > capacity;
  const what = isStorm
    ? `${load}, ${trim(peakLoad / capacity)} times what the dependency can do: a retry storm.`
    : `${load}.`;
  if (recoveryMs !== null) return what;
  return `${what} It keeps the dependency down after the fault is over: ${Math.round(wasted * 100)} % of its work is for callers that have given up.`;
}

function recoveryText({ recoveryMs }: Summary): string {
  if (recoveryMs === null) return "Calls do not go well again within the run.";
  return recoveryMs === 0
    ? "Calls go well again when the fault is over."
    : `Calls go well again ${timeText(recoveryMs)} after the fault is over.`;
}

function slowReturn({ recoveryMs }: Summary, { breaker }: Policies): string {
  if (!breaker || (recoveryMs !== null && recoveryMs < longRecoveryMs)) return "";
  return `The breaker's pauses grow up to ${timeText(breaker.cooldownMax)}: a lower breaker.cooldownMax brings calls back sooner, at the price of more probes.`;
}

/** The policies are in the way when nothing is wrong. */
function tooTight(none: Summary, own: Summary, policies: Policies, latency: number): string {
  if ((own.okBefore ?? 1) >= normalShare || (none.okBefore ?? 1) < normalShare) return "";
  const { bulkhead } = policies;
  const share = `Even before the fault only ${Math.round((own.okBefore ?? 1) * 100)} % of the calls go well with the policies`;
  if (!bulkhead) return `${share}: they are too tight for this traffic.`;
  const [most] = throughput({ ...policies, timeout: { attempt: latency, total: latency, idle: false } }).slice(-1);
  return `${share}: the bulkhead lets ${trim(most?.callsPerSecond ?? 0)} calls a second through at this latency.`;
}
