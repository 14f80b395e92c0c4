import { durationMs } from "../../runtime/src/base/duration.js";
import { UsageError } from "../diagnostics/index.js";
import { timeText } from "../explain/words.js";

export const faultKinds = ["outage", "hang", "slow", "errors", "flapping"] as const;
export type FaultKind = (typeof faultKinds)[number];

/** A fault of the server, with its start and end in ms. */
export interface PlannedFault {
  readonly kind: FaultKind;
  readonly from: number;
  readonly to: number;
  /** `slow`: factor; `errors`: share of requests; `flapping`: duration of each phase in ms. */
  readonly amount: number;
}

export interface Scenario {
  /** Calls per second, across all clients. */
  readonly rate: number;
  /** Mean service time of one request, in ms. */
  readonly latency: number;
  /** Requests per second that the server can handle without a fault. */
  readonly capacity: number;
  /** Maximum length of the server's queue. Further requests get a 503. */
  readonly backlog: number;
  readonly faults: readonly PlannedFault[];
  /** In ms. */
  readonly duration: number;
  /** Client processes, each with its own breakers and budgets. */
  readonly clients: number;
  readonly seed: number;
}

/** The flags of a scenario. */
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

/** Above this, a run takes minutes. */
const mostCalls = 500_000;

/**
 * Reads a scenario from flags.
 *
 * @throws UsageError for an invalid value
 */
export function scenarioOf(flags: ScenarioFlags): Scenario {
  const rate = numberOf("--rate", flags.rate ?? "50", 0.01);
  const latency = timeOf("--latency", flags.latency ?? "100ms");
  const duration = timeOf("--duration", flags.duration ?? "90s");
  if (latency <= 0 || duration <= 0) throw new UsageError("--latency and --duration must be above 0.");
  const capacity = numberOf("--capacity", flags.capacity ?? String(1.5 * rate), 0.01);
  const clients = numberOf("--clients", flags.clients ?? "1", 1);
  const seed = numberOf("--seed", flags.seed ?? "1", 0);
  const backlog = numberOf("--backlog", flags.backlog ?? String(Math.ceil(10 * capacity)), 0);
  if (rate * duration > mostCalls * 1_000) {
    throw new UsageError(`--rate × --duration is above ${mostCalls} calls. Lower one of them.`);
  }
  const faults = flags.fail.map(faultOf).sort((a, b) => a.from - b.from);
  if (faults.length === 0) faults.push(...usualFaults(duration));
  const last = faults.find(({ to }) => to >= duration);
  if (last !== undefined) {
    throw new UsageError(
      `A fault ends at ${timeText(last.to)}, but the run ends at ${timeText(duration)}. Raise --duration to see the recovery.`,
    );
  }
  return { rate, latency, capacity, backlog, faults, duration, clients: Math.round(clients), seed };
}

/**
 * Two common faults: from 20 s to 50 s of the default 90 s, one of five instances returns errors (a bad deployment); from
 * 60 s to 68 s, everything is ten times slower (a lock, a failover).
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
    const example = "--fail outage:20s-30s, slow:20s-30s:10, errors:20s-30s:0.5, flapping:20s-40s:2s, or hang:20s-30s";
    throw new UsageError(`Invalid fault '${text}'. Pass ${example}.`);
  }
  const fault = { kind: kind as FaultKind, from: timeOf("--fail", from), to: timeOf("--fail", to) };
  if (fault.to <= fault.from) throw new UsageError(`The fault '${text}' ends before it starts.`);
  return { ...fault, amount: amountOf(fault.kind, amount) };
}

function amountOf(kind: FaultKind, text: string | undefined): number {
  if (kind === "slow") return numberOf("--fail slow", text ?? "10", 1);
  if (kind === "flapping") return Math.max(1, timeOf("--fail flapping", text ?? "2s"));
  if (kind !== "errors") return 1;
  const share = numberOf("--fail errors", text ?? "1", 0);
  if (share > 1) throw new UsageError("The share of --fail errors must be from 0 to 1.");
  return share;
}

function numberOf(flag: string, text: string, least: number): number {
  const number = Number(text);
  if (text.trim() === "" || !Number.isFinite(number) || number < least) {
    throw new UsageError(`${flag} must be a number of at least ${least} (was '${text}').`);
  }
  return number;
}

function timeOf(flag: string, text: string): number {
  const ms = durationMs(/^\d+$/.test(text) ? Number(text) : text);
  if (ms === undefined) throw new UsageError(`${flag} must be a duration such as 250ms, 2s, or 1m (was '${text}').`);
  return ms;
}

/** A fault in words: `10 times slower`. */
export function faultText({ kind, amount }: PlannedFault): string {
  if (kind === "outage") return "down (connections are refused)";
  if (kind === "hang") return "hanging (requests get no response)";
  if (kind === "slow") return `${amount} times slower`;
  if (kind === "errors") return `returning 503 for ${Math.round(amount * 100)}% of requests`;
  return `flapping (${timeText(amount)} down, ${timeText(amount)} up)`;
}

/** Each parameter with its flag, as it could be passed, and its meaning. */
export function parametersOf(scenario: Scenario): (readonly [flag: string, value: string, meaning: string])[] {
  const { rate, latency, capacity, backlog, faults, duration, clients, seed } = scenario;
  return [
    ["--rate", String(rate), "calls per second, across all clients"],
    ["--latency", flagTime(latency), "mean service time of one request"],
    ["--capacity", String(capacity), "requests per second that the server can handle"],
    ["--backlog", String(backlog), "maximum length of the server's queue; further requests get a 503"],
    ...faults.map((fault) => ["--fail", faultFlag(fault), `server is ${faultText(fault)}`] as const),
    ["--duration", flagTime(duration), "length of the run"],
    ["--clients", String(clients), "client processes, each with its own breaker and budget"],
    ["--seed", String(seed), "the same seed gives the same run"],
  ];
}

function faultFlag({ kind, from, to, amount }: PlannedFault): string {
  const span = `${kind}:${flagTime(from)}-${flagTime(to)}`;
  if (kind === "outage" || kind === "hang") return span;
  return `${span}:${kind === "flapping" ? flagTime(amount) : amount}`;
}

function flagTime(ms: number): string {
  return ms % 1_000 === 0 ? `${ms / 1_000}s` : `${ms}ms`;
}
