// docs/benchmarks.md: a section for each group, which a run of that group replaces.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { markdownTable } from "./rows.js";

const intro = `# Benchmarks

Every number on this page is written by \`npm run bench\`. Run it to get the numbers of your machine. \`npm run bench -- --only
generator\` measures one group. \`--quick\` checks within minutes that everything runs, and doesn't change this page.

\`ratio\` is resil-gen divided by what it is compared with: lower is better, and below 1 resil-gen is smaller or faster. \`goal\`
is the highest acceptable ratio, or the highest acceptable value in a row without a ratio. A row without a goal is for
information. Times are CPU time (user and system time of the whole process), because wall time on a shared machine is
unreliable. Programs run in turns, and the ratio is the median of the ratios within a turn. Ratios carry over to other
machines; seconds don't.
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
