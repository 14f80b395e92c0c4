// docs/benchmarks.md: a section for each group, which a run of that group replaces.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { markdownTable } from "./rows.js";

const intro = `# Benchmarks

Every number on this page was written by \`npm run bench\`; run it to have those of your machine. \`npm run bench -- --only
generator\` measures one group, \`--quick\` shows within minutes that everything runs (and leaves this page as it is).

How to read it: \`ratio\` is ours divided by what it is compared with, so less is better, and below 1 ours is the smaller
one. The goal is the most that the ratio may be, or the most that ours may be in a row without a ratio; a row without a
goal is there for information. Times are CPU time (user and system time of the whole process), for on a shared machine
wall time says little. Programs that are compared run in turns, and the ratio is the median of the ratios within a turn:
it carries over to other machines, the seconds do not.
`;

/** Puts the results of a group onto the page. */
export function writeSection(path, { name, title, notes }, rows, machine) {
  const [start, end] = [`<!-- ${name} -->`, `<!-- end of ${name} -->`];
  const section = [start, `## ${title}`, machine, notes.trim(), markdownTable(rows), end].join("\n\n");
  const page = existsSync(path) ? readFileSync(path, "utf8") : "";
  const sections = page.match(/<!-- (\w+) -->[\s\S]*?<!-- end of \1 -->/g) ?? [];
  const isKnown = sections.some((other) => other.startsWith(start));
  const all = isKnown ? sections.map((other) => (other.startsWith(start) ? section : other)) : [...sections, section];
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${[intro.trim(), ...all].join("\n\n")}\n`);
}
