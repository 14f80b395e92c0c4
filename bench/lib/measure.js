// Runs programs and measures them. CPU time and not wall time, for the machine may be busy with other things.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The Node that runs whatever is measured. */
export const node = process.env.BENCH_NODE || process.execPath;

const reporter = fileURLToPath(new URL("report-cpu.cjs", import.meta.url));

/** Runs a Node program to its end; throws what it said when it fails. */
export function runNode(script, args, { cwd, env } = {}) {
  const run = spawnSync(node, [script, ...args], {
    cwd,
    encoding: "utf8",
    stdio: ["ignore", "ignore", "pipe"],
    maxBuffer: 1 << 28,
    env: { ...process.env, NO_COLOR: "1", ...env },
  });
  if (run.status === 0) return;
  const said = (run.stderr ?? "").split("\n").find((line) => line.trim() !== "") ?? "";
  throw new Error(`${basename(script)} ended with ${run.status ?? run.signal ?? run.error?.code}: ${said}`);
}

/** Runs a Node program; gives the seconds of CPU that it took, in user and system mode. */
export function cpuSeconds(script, args, options) {
  return reported(script, args, options).reduce((sum, [microseconds]) => sum + microseconds / 1e6, 0);
}

/** Runs a Node program; gives the most memory that one of its processes had at once, in millions of bytes. */
export function peakMegabytes(script, args, options) {
  return Math.max(...reported(script, args, options).map(([, kibibytes]) => (kibibytes * 1_024) / 1e6));
}

/** What each of a program's processes took: microseconds of CPU, KiB of memory. */
function reported(script, args, { cwd } = {}) {
  const folder = mkdtempSync(join(tmpdir(), "resil-gen-cpu-"));
  const report = join(folder, "cpu");
  const options = `${process.env.NODE_OPTIONS ?? ""} --require ${JSON.stringify(reporter)}`;
  try {
    runNode(script, args, { cwd, env: { CPU_REPORT: report, NODE_OPTIONS: options } });
    return readFileSync(report, "utf8")
      .trim()
      .split("\n")
      .map((line) => line.split(" ").map(Number));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * What each program takes, round by round: A B A B, so that a drift of the machine meets all alike. One round before
 * them does not count. A program that fails is left out of what follows and has an `error` instead.
 *
 * @param {Readonly<Record<string, () => number>>} programs
 * @returns {Record<string, { values: number[], error?: string }>}
 */
export function inTurns(programs, { rounds, warmUps }) {
  const results = Object.fromEntries(Object.keys(programs).map((name) => [name, { values: [] }]));
  for (let round = -warmUps; round < rounds; round++) {
    for (const [name, run] of Object.entries(programs)) takeTurn(results[name], run, round >= 0);
  }
  return results;
}

function takeTurn(result, run, counts) {
  if (result.error !== undefined) return;
  try {
    const value = run();
    if (counts) result.values.push(value);
  } catch (error) {
    result.error = error.message;
  }
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** The median of a program's turns; throws where it failed. */
export function medianOf({ values, error }) {
  if (error !== undefined) throw new Error(error);
  return median(values);
}

/** Medians of two programs and the median of their ratios, each taken within one round. */
export function compare(ours, against) {
  return {
    ours: medianOf(ours),
    against: medianOf(against),
    ratio: median(ours.values.map((value, round) => value / against.values[round])),
  };
}
