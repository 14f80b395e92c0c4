// The two properties that bind the defaults, shown with the real runtime beside what other libraries do by default.
import { createJiti } from "jiti";

const { byPolicies, byRule, longestRecovery, play, presetPolicies, promises, rules, worstLoad } = await createJiti(
  import.meta.url,
).import("../../tests/model/outage.ts");

const standard = presetPolicies("standard");
const callers = {
  standard: byPolicies(standard),
  ...Object.fromEntries(Object.entries(rules).map(([name, rule]) => [name, byRule(rule)])),
};

const faults = ["503", "hang"];
const outages = [2_000, 10_000, 60_000];
const rates = [1, 20, 100, 1_000];
const fleets = [1, 20];

const seconds = (ms) => `${Number((ms / 1_000).toFixed(1))} s`;

/** Loads in the worst stretches, recovery, and calls that were lost although the outage was over. */
function cells(aftermath, outage) {
  const loads = promises.load.map(([stretch]) =>
    stretch > outage.lasts ? "" : worstLoad(aftermath, outage, stretch).toFixed(2),
  );
  const recovery = aftermath.recovery === undefined ? "not within 20 s" : seconds(aftermath.recovery);
  return [loads.filter((load) => load !== "").join(" / "), recovery, String(aftermath.lostAfter)];
}

/** Says what is not as promised; nothing where all is. */
function broken(aftermath, outage) {
  const { perSecond, processes, fault } = outage;
  const perProcess = perSecond / processes;
  const promised = perProcess >= promises.leastRate ? promises.load : [[10_000, 1 + standard.retry.maxRetries]];
  const tooMuch = promised.filter(([stretch, most]) => worstLoad(aftermath, outage, stretch) > most);
  const isLate = perProcess >= 1 && !(aftermath.recovery <= longestRecovery(standard, outage));
  return [...tooMuch.map(([stretch]) => `load over ${stretch} ms`), ...(isLate ? [`recovery (${fault})`] : [])];
}

/** One table for each fault, and how many of the runs kept the promises. */
export async function bindingStudy(progress) {
  const tables = [];
  let runs = 0;
  const faulty = [];
  for (const fault of faults) {
    const rows = [
      ["outage", "calls/s", "processes", ...Object.keys(callers).flatMap((name) => [name, "back after", "lost after"])],
    ];
    for (const lasts of outages) {
      for (const perSecond of rates) {
        for (const processes of fleets.filter((count) => count <= perSecond)) {
          progress(`binding properties, ${fault}: ${seconds(lasts)}, ${perSecond}/s, ${processes}`);
          const outage = { perSecond, processes, lasts, fault, seed: 1 };
          const row = [seconds(lasts), String(perSecond), String(processes)];
          for (const [name, caller] of Object.entries(callers)) {
            const aftermath = await play(caller, outage);
            row.push(...cells(aftermath, outage));
            if (name !== "standard") continue;
            runs++;
            const wrong = broken(aftermath, outage);
            if (wrong.length > 0) faulty.push(`${row.slice(0, 3).join(", ")}: ${wrong.join(", ")}`);
          }
          rows.push(row);
        }
      }
    }
    tables.push({ fault, rows });
  }
  return { tables, runs, faulty };
}
