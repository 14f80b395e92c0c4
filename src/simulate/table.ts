import { thousands, timeText, trim } from "../explain/words.js";
import type { Simulation } from "./index.js";
import { type RejectingPolicy, rejectingPolicies } from "./measure.js";
import type { Summary } from "./summary.js";

/** A name, and one cell for each variant. */
export type TableRow = readonly [name: string, ...cells: string[]];

const rejectionNames: Readonly<Record<RejectingPolicy, string>> = {
  breaker: "  by the circuit breaker",
  bulkhead: "  by the bulkhead",
  rateLimit: "  by the rate limit",
};

/** The results as rows. The name of a row that details the one above is indented. */
export function tableOf({ variants, isWrite, patienceMs }: Simulation): TableRow[] {
  const row = (name: string, cell: (summary: Summary) => string): TableRow => [
    name,
    ...variants.map(({ summary }) => cell(summary)),
  ];
  const rejections = rejectingPolicies
    .filter((policy) => variants.some(({ summary }) => summary.rejectedBy[policy] > 0))
    .map((policy) => row(rejectionNames[policy], ({ rejectedBy, calls }) => share(rejectedBy[policy], calls)));
  return [
    row(`succeeded within ${timeText(patienceMs)}`, ({ ok }) => percent(ok)),
    row("  during the fault window", ({ okDuring }) => percent(okDuring)),
    row("  after it", ({ okAfter }) => percent(okAfter)),
    row("recovered after", ({ recoveryMs }) =>
      recoveryMs === null ? "never" : recoveryMs === 0 ? "immediately" : timeText(recoveryMs),
    ),
    row("p95 time to result", ({ latencyP95 }) => timeText(Math.round(latencyP95))),
    row("rejected by the client", ({ rejected, calls }) => share(rejected, calls)),
    ...rejections,
    row("requests per call", ({ attempts, calls }) => trim(calls === 0 ? 0 : attempts / calls)),
    row("peak requests/s", ({ peakLoad }) => thousands(Math.round(peakLoad))),
    row("wasted server work", ({ wasted }) => percent(wasted)),
    ...(isWrite ? [row("duplicate writes", ({ executedTwice }) => thousands(executedTwice))] : []),
  ];
}

function share(count: number, calls: number): string {
  return percent(calls === 0 ? null : count / calls);
}

function percent(part: number | null): string {
  return part === null ? "–" : `${trim(Math.round(part * 1_000) / 10)}%`;
}
