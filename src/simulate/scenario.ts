import { durationMs } from "../../runtime/src/base/duration.js";
import { UsageError } from "../diagnostics/index.js";

export const faultKinds = ["outage", "hang", "slow", "errors", "flapping"] as const;
export type FaultKind = (typeof faultKinds)[number];

/** What happens to the dependency, from and to in ms. */
export interface PlannedFault {
  readonly kind: FaultKind;
  readonly from: number;
  readonly to: number;
  /** `slow`: how many times slower; `errors`: share of the requests; `flapping`: ms down, then as long up. */
  readonly amount: number;
}

export interface Scenario {
  /** Calls per second, of all clients together. */
  readonly rate: number;
  /** How long the dependency works on one request, on average, in ms. */
  readonly latency: number;
  /** Requests per second that it can answer when nothing is wrong with it. */
  readonly capacity: number;
  /** Requests that may wait in it; more are answered 503. */
  readonly backlog: number;
  readonly faults: readonly PlannedFault[];
  /** In ms. */
  readonly duration: number;
  /** Processes, each with its own breakers and budgets. */
  readonly clients: number;
  readonly seed: number;
}

/** What the command line says of a scenario. */
export interface ScenarioFlags {
  readonly rate?: string;
  readonly latency?: string;
  readonly capacity?: string;
  readonly backlog?: string;
  readonly fail: readonly string[];
  readonly duration?: string;
  readonly clients?: string;
  readonly seed?: string;
}

/** More than that takes minutes. */
const mostCalls = 500_000;

/**
 * Reads a scenario from flags.
 *
 * @throws UsageError for a value that is none
 */
export function scenarioOf(flags: ScenarioFlags): Scenario {
  const rate = numberOf("--rate", flags.rate ?? "50", 0.01);
  const latency = timeOf("--latency", flags.latency ?? "100ms");
  const duration = timeOf("--duration", flags.duration ?? "90s");
  if (latency <= 0 || duration <= 0) throw new UsageError("--latency and --duration must be above 0");
  const capacity = numberOf("--capacity", flags.capacity ?? String(1.5 * rate), 0.01);
  const clients = numberOf("--clients", flags.clients ?? "1", 1);
  const seed = numberOf("--seed", flags.seed ?? "1", 0);
  const backlog = numberOf("--backlog", flags.backlog ?? String(Math.ceil(10 * capacity)), 0);
  if (rate * duration > mostCalls * 1_000) {
    throw new UsageError(`--rate × --duration is above ${mostCalls} calls: lower one of them`);
  }
  const faults = flags.fail.map(faultOf).sort((a, b) => a.from - b.from);
  if (faults.length === 0) faults.push(...usualFaults(duration));
  const last = faults.find(({ to }) => to >= duration);
  if (last !== undefined) {
    throw new UsageError(
      `a fault lasts to ${last.to} ms, the run ${duration} ms: raise --duration to see what follows it`,
    );
  }
  return { rate, latency, capacity, backlog, faults, duration, clients: Math.round(clients), seed };
}

/**
 * What services go through: one instance in five that answers errors (a deployment), from 20 s to 50 s of the usual 90,
 * and a stretch in which everything is ten times slower (a lock, a failover), from 60 s to 68 s.
 */
function usualFaults(duration: number): PlannedFault[] {
  const at = (second: number): number => Math.round((duration * second) / 90);
  return [
    { kind: "errors", from: at(20), to: at(50), amount: 0.2 },
    { kind: "slow", from: at(60), to: at(68), amount: 10 },
  ];
}

/** `outage:20s-30s`, `slow:20s-30s:10`, `errors:20s-30s:0.5`, `flapping:20s-40s:2s`. */
function faultOf(text: string): PlannedFault {
  const [kind = "", span = "", amount, more] = text.split(":");
  const [from = "", to = "", rest] = span.split("-");
  if (!faultKinds.some((known) => known === kind) || rest !== undefined || more !== undefined) {
    const example = "--fail outage:20s-30s, slow:20s-30s:10, errors:20s-30s:0.5, flapping:20s-40s:2s or hang:20s-30s";
    throw new UsageError(`'${text}' says no fault; write ${example}`);
  }
  const fault = { kind: kind as FaultKind, from: timeOf("--fail", from), to: timeOf("--fail", to) };
  if (fault.to <= fault.from) throw new UsageError(`'${text}' ends before it begins`);
  return { ...fault, amount: amountOf(fault.kind, amount) };
}

function amountOf(kind: FaultKind, text: string | undefined): number {
  if (kind === "slow") return numberOf("--fail slow", text ?? "10", 1);
  if (kind === "flapping") return Math.max(1, timeOf("--fail flapping", text ?? "2s"));
  if (kind !== "errors") return 1;
  const share = numberOf("--fail errors", text ?? "1", 0);
  if (share > 1) throw new UsageError("--fail errors takes a share from 0 to 1");
  return share;
}

function numberOf(flag: string, text: string, least: number): number {
  const number = Number(text);
  if (text.trim() === "" || !Number.isFinite(number) || number < least) {
    throw new UsageError(`${flag} must be a number of ${least} or more, not '${text}'`);
  }
  return number;
}

function timeOf(flag: string, text: string): number {
  const ms = durationMs(/^\d+$/.test(text) ? Number(text) : text);
  if (ms === undefined) throw new UsageError(`${flag} must be a time such as 250ms, 2s or 1m, not '${text}'`);
  return ms;
}

/** A fault in words: `ten times slower from 20 s to 30 s`. */
export function faultText({ kind, amount }: PlannedFault): string {
  if (kind === "outage") return "down: connections are refused";
  if (kind === "hang") return "hanging: requests are taken and not worked on";
  if (kind === "slow") return `${amount} times slower`;
  if (kind === "errors") return `${Math.round(amount * 100)} % of the requests are answered 503`;
  return `flapping: ${amount / 1_000} s down, ${amount / 1_000} s up`;
}
