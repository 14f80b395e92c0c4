// npm run oracle -- DIR [--only TEXT] [--verbose]
//
// Judges generated clients by an independent reading of their documents. Requests: inputs made from each operation's
// schemas are encoded by the client, and decoded as the document says. Responses: bodies made from the schemas are
// decoded by the client. Mocks: the data of every documented JSON response is checked by ajv. Nothing is served.
// Faults of documents stand in scripts/oracle/faults.json with a reason each. Exit code 1 where anything else is refused.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { documentsIn } from "./lib/documents.js";
import { judge } from "./oracle/judge.js";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { only: { type: "string", default: "" }, verbose: { type: "boolean", default: false } },
});
const [folder] = positionals;
if (folder === undefined) {
  console.error("usage: npm run oracle -- DIR [--only TEXT[,TEXT]] [--verbose]");
  process.exit(2);
}

const faults = JSON.parse(readFileSync(new URL("oracle/faults.json", import.meta.url), "utf8"));
const isKnown = (document, finding) =>
  faults.some((fault) => document.includes(fault.document) && finding.startsWith(fault.finding));
const total = { operations: 0, calls: 0, requests: 0, responses: 0, answers: 0, misfits: 0, known: 0 };

for (const { name, file } of documentsIn(resolve(folder))) {
  if (!values.only.split(",").some((part) => name.includes(part))) continue;
  const work = mkdtempSync(join(tmpdir(), "resil-gen-oracle-"));
  const { counts, findings } = await judge(file, work);
  rmSync(work, { recursive: true, force: true });
  for (const [key, count] of Object.entries(counts)) total[key] += count;
  const fresh = findings.filter(({ text }) => !isKnown(name, text));
  total.known += findings.length - fresh.length;
  for (const { kind } of fresh) total[kind]++;
  console.log(`${name}: ${counts.operations} operations, ${counts.calls} called, ${fresh.length} refused`);
  for (const { kind, text } of fresh.slice(0, values.verbose ? Number.POSITIVE_INFINITY : 10))
    console.log(`  ${kind}: ${text}`);
}

console.log(`mocks: ${total.answers} responses, ${total.misfits} do not fit their schemas`);
if (total.known > 0) console.log(`known faults of documents: ${total.known}`);
console.log(
  `oracle: ${total.operations} operations, ${total.calls} called, ${total.requests} requests refused, ${total.responses} responses refused`,
);
const isTolerable = total.known <= total.calls * 0.005;
const isRight = total.requests + total.responses + total.misfits === 0 && isTolerable && total.operations > 0;
process.exit(isRight ? 0 : 1);
