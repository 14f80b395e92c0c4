// What an application that imports from a client ships.
import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { bundle, gzipKilobytes } from "./lib/bundle.js";
import { generate, generateRedocly, redoclyPackage } from "./lib/programs.js";
import { row, skipped } from "./lib/rows.js";
import { documents, pathOf } from "./lib/specs.js";

export const title = "Bundles";

export const notes = `
A module that imports \`createClient\` and operations from GitHub's client (1,223 operations), bundled and minified by
esbuild, after gzip, without ky. 1 kB is 1,000 bytes. [bench/README.md](../bench/README.md) breaks the size down.
`;

/** What is measured, in the order of the table. Each takes the context and its own name, and gives rows or throws. */
export const measures = [
  { name: "One operation", take: oneOperationRows },
  { name: "Each further operation, from 10 to 50", take: slopeRow },
  { name: "The facade with every operation", take: facadeRow },
];

/** An operation that sends a body and needs a key. */
const operation = { id: "issues/create", ours: "issuesCreate", redocly: "issues_create" };

/** GitHub's client as it was generated: its folder, and the names of its operations. */
function githubClient({ work }) {
  const folder = join(work, "bundle");
  const client = join(folder, "client");
  if (!existsSync(client)) generate(pathOf(documents.github, work), client, "--no-mocks");
  const texts = readdirSync(join(client, "operations")).map((name) =>
    readFileSync(join(client, "operations", name), "utf8"),
  );
  const names = texts.flatMap((text) => [...text.matchAll(/^export function (\w+)\(/gm)].map(([, name]) => name));
  return { folder, names };
}

/** Some operations of all groups. */
function spread(names, count) {
  return Array.from({ length: count }, (_, index) => names[Math.floor((index * names.length) / count)]);
}

function bundleOf(names, folder) {
  return bundle(`export { createClient, ${names.join(", ")} } from "./client/index.js";`, folder);
}

async function oneOperationRows(context) {
  const { folder } = githubClient(context);
  const text = await bundleOf([operation.ours], folder);
  const ours = gzipKilobytes(text);
  const rows = [row(`One operation (${operation.id})`, { unit: "kB", ours, goal: 8 })];
  rows.push(row("Paths of other operations in it", { ours: strangers(text, context), goal: 0 }));
  return [...rows, await redoclyRow(ours, context)];
}

/** How many paths of other operations a bundle holds; `/` alone is a text of the runtime, too. */
function strangers(text, { work }) {
  const { paths } = JSON.parse(readFileSync(pathOf(documents.github, work), "utf8"));
  const own = Object.keys(paths).find((path) => paths[path].post?.operationId === operation.id);
  return Object.keys(paths).filter((path) => path !== own && path !== "/" && text.includes(JSON.stringify(path)))
    .length;
}

async function redoclyRow(ours, { work }) {
  const measure = `One operation, against ${redoclyPackage}`;
  try {
    const folder = join(work, "bundle-redocly");
    mkdirSync(folder, { recursive: true });
    generateRedocly(pathOf(documents.github, work), join(folder, "client.ts"));
    const against = gzipKilobytes(await bundle(`export { ${operation.redocly} } from "./client.js";`, folder));
    return row(measure, { unit: "kB", ours, against, ratio: ours / against });
  } catch (error) {
    return skipped(measure, error.message);
  }
}

async function slopeRow(context, name) {
  const { folder, names } = githubClient(context);
  const [few, many] = await Promise.all([10, 50].map((count) => bundleOf(spread(names, count), folder)));
  const ours = (gzipKilobytes(many) - gzipKilobytes(few)) / 40;
  return [row(name, { unit: "kB", ours, goal: 0.1 })];
}

async function facadeRow(context) {
  const { folder, names } = githubClient(context);
  const ours = gzipKilobytes(await bundle('export { createApi } from "./client/index.js";', folder));
  return [row(`The facade with all ${names.length} operations`, { unit: "kB", ours })];
}
