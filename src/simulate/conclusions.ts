import type { Policies } from "../../runtime/src/policies/types.js";
import { throughput } from "../explain/server-load.js";
import { countText, timeText, trim } from "../explain/words.js";
import type { Simulation } from "./index.js";
import type { Summary } from "./summary.js";

/** A share below this is worth a word. */
const normalShare = 0.95;
const longRecoveryMs = 8_000;
/** Shares of calls differ when they differ by this. */
const difference = 0.05;

/** What the numbers say, in sentences; each holds for this run and no other. */
export function conclusionsOf(simulation: Simulation, policies: Policies): string[] {
  const { scenario, capacity, variants } = simulation;
  const summary = (id: string): Summary => variants.find((variant) => variant.id === id)?.summary as Summary;
  const [none, retries, own] = [summary("none"), summary("retries"), summary("policies")];
  const tight = tooTight(none, own, policies, scenario.latency);
  return [
    storm(retries, own, scenario.rate, capacity),
    simulation.isChange && retries.executedTwice > 0
      ? `Retries only: ${countText(retries.executedTwice, "change was", "changes were")} executed more than once.`
      : "",
    `With the policies the dependency gets at most ${Math.round(own.peakLoad)} requests a second. ${recoveryText(own)}`,
    price(simulation, own),
    tight === "" ? slowReturn(own, policies) : tight,
    own.executedTwice > 0 && simulation.isChange && policies.repeat !== "keyed"
      ? `With the policies ${countText(own.executedTwice, "change was", "changes were")} executed more than once: HTTP says that this changes nothing more.`
      : "",
  ].filter((sentence) => sentence !== "");
}

function storm({ peakLoad, recoveryMs, wasted }: Summary, own: Summary, rate: number, capacity: number): string {
  const times = peakLoad / rate;
  const load = `Retries only: ${trim(rate)} calls a second become up to ${Math.round(peakLoad)} requests a second`;
  const isStorm = times >= 1.5 && peakLoad > capacity && peakLoad > 1.1 * own.peakLoad;
  const what = isStorm
    ? `${load}, ${trim(peakLoad / capacity)} times what the dependency can do: a retry storm.`
    : `${load}.`;
  if (recoveryMs !== null) return what;
  return `${what} It keeps the dependency down after the fault is over: ${Math.round(wasted * 100)} % of its work is for callers that have given up.`;
}

/** Sparing the dependency has its price; a simulation that hid it would be an advertisement. */
function price({ variants }: Simulation, own: Summary): string {
  const better = variants
    .filter(({ summary }) => summary.recoveryMs !== null && summary.ok >= own.ok + difference)
    .sort((a, b) => b.summary.ok - a.summary.ok)[0];
  if (better === undefined) return "";
  const percent = (share: number): string => `${Math.round(share * 100)} %`;
  const shares = `${better.name}: ${percent(better.summary.ok)} against ${percent(own.ok)}`;
  const times = [better.summary, own].map(({ latencyP95 }) => timeText(Math.round(latencyP95)));
  const refused = percent(own.refused / own.calls);
  return `The price: in this accident more calls are answered without the policies (${shares}). With them ${refused} were refused at once, and 95 % of the callers knew within ${times[1]}; else within ${times[0]}.`;
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
