// Measures within one process: in every round each subject has its turn, in an order that rotates, so that whatever else
// the machine does meets all alike.

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/**
 * CPU time of this process per call, in ns, garbage collection included: the subjects' medians, and the medians of their
 * ratio to and their difference from the first subject, each taken within one round.
 *
 * @param {Readonly<Record<string, () => Promise<number>>>} subjects each makes a batch of calls and gives their number
 */
export async function cpuPerCall(subjects, rounds) {
  const names = Object.keys(subjects);
  const taken = Object.fromEntries(names.map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < names.length; turn++) {
      const name = names[(turn + round) % names.length];
      const before = process.cpuUsage();
      const calls = await subjects[name]();
      const { user, system } = process.cpuUsage(before);
      taken[name].push(((user + system) * 1_000) / calls);
    }
  }
  const base = taken[names[0]];
  const against = (name, by) => median(taken[name].map((value, round) => by(value, base[round])));
  return Object.fromEntries(
    names.map((name) => [
      name,
      {
        ns: median(taken[name]),
        ratio: against(name, (own, other) => own / other),
        extra: against(name, (own, other) => own - other),
      },
    ]),
  );
}

/** A batch of calls one after the other, as many as take about `ms`. */
export async function batchOf(call, ms) {
  const run = async (count) => {
    for (let index = 0; index < count; index++) await call();
    return count;
  };
  await run(3_000);
  let count = 1_000;
  for (;;) {
    const startedAt = performance.now();
    await run(count);
    const took = performance.now() - startedAt;
    if (took >= ms / 2) return () => run(Math.max(500, Math.round((count * ms) / took)));
    count *= 2;
  }
}

/**
 * Bytes that one call allocates: the heap's growth over 2,000 calls in a young generation too large to be collected
 * meanwhile (`--expose-gc --max-semi-space-size=256`).
 */
export async function bytesPerCall(call) {
  const calls = 2_000;
  const grown = [];
  for (let round = 0; round < 7; round++) {
    globalThis.gc();
    await new Promise((resolve) => setImmediate(resolve));
    const before = process.memoryUsage().heapUsed;
    for (let index = 0; index < calls; index++) await call();
    grown.push((process.memoryUsage().heapUsed - before) / calls);
  }
  return median(grown);
}
