// Prints what happens, and when. Every claim is checked as it is printed.
import { createColors } from "picocolors";

const { bold, dim, green, red, cyan, yellow } = createColors(
  process.stdout.isTTY === true && (process.env.NO_COLOR ?? "") === "",
);

let sceneStartedAt = 0;
let scenes = 0;
const broken = [];

export function title(text) {
  console.log(`\n${bold(text)}`);
}

/** Begins a scene: its time starts at 0 ms. */
export function scene(text) {
  scenes++;
  console.log(`\n${bold(`${scenes}. ${text}`)}`);
  sceneStartedAt = performance.now();
}

/** What somebody does at this moment: the client or the server. */
export function moment(who, text) {
  const ms = String(Math.round(performance.now() - sceneStartedAt)).padStart(6);
  const name = who.padEnd(6);
  console.log(`${dim(`${ms} ms`)}  ${who === "server" ? yellow(name) : cyan(name)}  ${text}`);
}

/** Something that this demo promises. */
export function claim(isTrue, text) {
  if (!isTrue) broken.push(`${scenes}. ${text}`);
  console.log(`           ${isTrue ? green("✔") : red("✘")} ${text}`);
}

/** A step before the scenes, and how long it took. */
export async function step(text, work) {
  const startedAt = performance.now();
  const result = await work();
  console.log(`${green("✔")} ${text} ${dim(`(${((performance.now() - startedAt) / 1_000).toFixed(1)} s)`)}`);
  return result;
}

/** How many promises were not kept. */
export function summary() {
  for (const text of broken) console.log(red(`✘ ${text}`));
  const verdict = broken.length === 0 ? green("every claim holds") : red(`${broken.length} claims do not hold`);
  console.log(`\n${scenes} scenes: ${verdict}`);
  return broken.length;
}
