// The measured part of README.md's comparison, taken from docs/benchmarks.md.
import { readFileSync } from "node:fs";
import { table } from "./tables.js";

const [start, end] = ["<!-- figures from docs/benchmarks.md -->", "<!-- end of figures -->"];

/** The cells of the first row whose measure begins with these words. */
function rowOf(page, measure) {
  const line = page.split("\n").find((each) => each.startsWith(`| ${measure}`));
  if (line === undefined) throw new Error(`docs/benchmarks.md has no row '${measure}'. Run npm run bench.`);
  const [name, ours, against] = line
    .split("|")
    .slice(1)
    .map((cell) => cell.trim());
  return { name, ours, against };
}

/** The rest of a page behind some words. */
const after = (page, words) => page.slice(page.indexOf(words));

function figures() {
  const page = readFileSync(new URL("../../../docs/benchmarks.md", import.meta.url), "utf8");
  const [date] = /\d{4}-\d{2}-\d{2}/.exec(page) ?? [];
  const bundle = rowOf(page, "One operation, against @redocly");
  const generated = rowOf(page, "CPU to generate: GitHub, JSON");
  const redocly = rowOf(after(page, generated.name), "— the same by @redocly");
  const around = "Policies around a call that resolves at once";
  const [ours, opossum, cockatiel] = ["", " by opossum", " by cockatiel"].map(
    (peer) => rowOf(page, `${around}${peer}: Node 20`).ours,
  );
  const rows = [
    ["One of GitHub's 1,223 operations in a bundle (gzip, without ky)", bundle.ours, `Redocly: ${bundle.against}`],
    [
      "CPU time to generate GitHub's client, mocks included",
      generated.ours,
      `openapi-typescript, types only: ${generated.against}; Redocly: ${redocly.ours}`,
    ],
    [
      "A call through retry, breaker, timeout, and bulkhead that resolves immediately (Node 20)",
      ours,
      `opossum, without retry and queue: ${opossum}; cockatiel: ${cockatiel}`,
    ],
  ];
  return `${start}\n\nMeasured on ${date}:\n\n${table(["", "resil-gen", "others"], rows)}\n\n${end}`;
}

/** README.md with the figures of the last benchmark. */
export function readmePage() {
  const text = readFileSync(new URL("../../../README.md", import.meta.url), "utf8");
  const [from, to] = [text.indexOf(start), text.indexOf(end)];
  if (from < 0 || to < 0) throw new Error(`README.md has no '${start}' or no '${end}'.`);
  return text.slice(0, from) + figures() + text.slice(to + end.length);
}
