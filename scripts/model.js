// npm run model -- [--runs 2000] [--seed N]
//
// Plays random runs (what the server does, when callers come and give up, what is shared) with the plain reference of the
// call pipeline and with the runtime, and compares attempts, waits, states and results. A difference is printed with the
// smallest run that shows it.
import { parseArgs } from "node:util";
import { createJiti } from "jiti";

const { values } = parseArgs({ options: { runs: { type: "string" }, seed: { type: "string" } } });
const runs = Number(values.runs ?? 2_000);
const seed = Number(values.seed ?? Date.now() % 2 ** 31);
if (!(runs > 0) || !Number.isInteger(seed)) {
  console.error("✘ model: --runs must be a number above 0, --seed a whole number");
  process.exit(2);
}

const { checkModel } = await createJiti(import.meta.url).import("../tests/model/check.ts");
const { calls, attempts, difference } = await checkModel(runs, seed);
if (difference !== undefined) console.log(difference);
console.log(
  difference === undefined
    ? `✔ model: ${runs} runs, ${calls} calls, ${attempts} attempts, 0 differences (seed ${seed})`
    : `✘ model: a difference; the run above shows it again with --runs ${runs} --seed ${seed}`,
);
process.exitCode = difference === undefined ? 0 : 1;
