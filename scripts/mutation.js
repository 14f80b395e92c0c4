// npm run mutation
//
// Mutation testing of runtime/src/policies by Stryker: changes the code in one place after the other and runs the unit tests
// that reach it. Prints the mutants that no test has noticed, a score for each file, and the score of all. Exit code 1
// below the goal. Takes some minutes.
import { spawnSync } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../", import.meta.url));
const report = `${root}.cache/mutation.json`;
const goal = 90;

rmSync(report, { force: true });
const { status } = spawnSync(process.execPath, ["node_modules/@stryker-mutator/core/bin/stryker.js", "run"], {
  cwd: root,
  stdio: ["ignore", "ignore", "inherit"],
});
if (status !== 0) {
  console.error(`Stryker failed (${status})`);
  process.exit(1);
}

/** A mutant that a test noticed: one failed, or did not come to its end. */
const isNoticed = ({ status }) => status === "Killed" || status === "Timeout";
const isLost = ({ status }) => status === "Survived" || status === "NoCoverage";
const counted = (mutants) => ({ noticed: mutants.filter(isNoticed).length, lost: mutants.filter(isLost).length });
const score = ({ noticed, lost }) => (100 * noticed) / Math.max(1, noticed + lost);

const { files } = JSON.parse(readFileSync(report, "utf8"));
for (const [path, { source, mutants }] of Object.entries(files)) {
  const lines = source.split("\n");
  const counts = counted(mutants);
  console.log(`${path.padEnd(40)} ${score(counts).toFixed(1).padStart(6)} %  (${counts.lost} not noticed)`);
  for (const { location, replacement, mutatorName } of mutants.filter(isLost)) {
    const { line } = location.start;
    console.log(`  ${line}: ${lines[line - 1].trim()}  →  ${replacement ?? mutatorName}`);
  }
}
const all = counted(Object.values(files).flatMap(({ mutants }) => mutants));
const reached = score(all);
console.log(
  `mutation score ${reached.toFixed(1)} %: ${all.noticed} of ${all.noticed + all.lost} mutants of runtime/src/policies noticed (goal: ${goal} %)`,
);
process.exit(reached >= goal ? 0 : 1);
