import { timeText, trim } from "../explain/words.js";
import type { Simulation } from "./index.js";
import type { Summary } from "./summary.js";

/** Each row: its name, and one cell for each variant. */
export function tableOf({ variants, isChange, patienceMs }: Simulation): [name: string, ...cells: string[]][] {
  const row = (name: string, cell: (summary: Summary) => string): [string, ...string[]] => [
    name,
    ...variants.map(({ summary }) => cell(summary)),
  ];
  return [
    row(`answered within ${timeText(patienceMs)}`, ({ ok }) => percent(ok)),
    row("  during the fault", ({ okDuring }) => percent(okDuring)),
    row("  after it", ({ okAfter }) => percent(okAfter)),
    row("good again after", ({ recoveryMs }) =>
      recoveryMs === null ? "never" : recoveryMs === 0 ? "at once" : timeText(recoveryMs),
    ),
    row("95 % knew within", ({ latencyP95 }) => timeText(Math.round(latencyP95))),
    row("refused at once", ({ refused, calls }) => percent(calls === 0 ? null : refused / calls)),
    row("requests per call", ({ attempts, calls }) => trim(calls === 0 ? 0 : attempts / calls)),
    row("most requests/s", ({ peakLoad }) => trim(Math.round(peakLoad))),
    row("work for nobody", ({ wasted }) => percent(wasted)),
    ...(isChange ? [row("executed twice", ({ executedTwice }) => String(executedTwice))] : []),
  ];
}

function percent(share: number | null): string {
  return share === null ? "–" : `${trim(Math.round(share * 1_000) / 10)} %`;
}
