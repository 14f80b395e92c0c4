// npm run presets [-- --check]
//
// docs/presets.md: every value of every preset, printed from the code. --check compares instead of writing: exit code 1 when
// the page is not what the code says.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { source } from "./lib/sources.js";

const { presetNames, presetValues, unrepeatableTotal } = await source("policies/presets.ts");

const page = new URL("../docs/presets.md", import.meta.url);
const blocks = ["timeout", "retry", "breaker", "bulkhead", "rateLimit", "hedge", "coalesce", "fallback", "propagate"];
const others = ["maxResponse", "idempotency"];
const times = /^timeout\.|\.(initial|max|window|cooldown|cooldownMax|duration|queueTimeout|per|after|stale|burst)$/;
const counted = new Set(["hedge.max"]);

const presets = presetNames.map((name) => presetValues(name));
const names = [...new Set(presets.flatMap((values) => [...values.keys()]))];

function duration(ms) {
  const [unit, length] = [
    ["h", 3_600_000],
    ["m", 60_000],
    ["s", 1_000],
  ].find(([, each]) => ms >= each && ms % each === 0) ?? ["ms", 1];
  return `${ms / length}${unit}`;
}

/** A value in the words of `x-resilience`. */
function written(name, value) {
  if (value === undefined) return "";
  if (value === true && blocks.includes(name)) return "on";
  if (value === false && (blocks.includes(name) || times.test(name) || name === "maxResponse")) return "off";
  if (typeof value === "number" && times.test(name) && !counted.has(name)) return duration(value);
  if (name === "maxResponse") return `${value / 1_000_000}MB`;
  return Array.isArray(value) ? value.join(", ") : String(value);
}

/** Whether the policy that a value belongs to is on; a block without a switch always is. */
function isOn(values, name) {
  const parts = name.split(".").slice(0, -1);
  return parts.every((_, index) => values.get(parts.slice(0, index + 1).join(".")) !== false);
}

/** Empty where the preset says what `standard` says, or where the policy is off. */
function cell(values, index, name) {
  const [standard] = presets;
  const text = written(name, values.get(name));
  if (index === 0) return isOn(values, name) || text === "" ? text : `(${text})`;
  const isSame = text === written(name, standard.get(name)) && isOn(values, name) === isOn(standard, name);
  return isSame || !isOn(values, name) ? "" : text;
}

function table(block) {
  const own = names.filter((name) => name === block || name.startsWith(`${block}.`)).sort(inOrder);
  const rows = own.map((name) => [`\`${name}\``, ...presets.map((values, index) => cell(values, index, name))]);
  const line = (cells) => `| ${cells.join(" | ")} |`;
  const heads = ["", ...presetNames];
  return [line(heads), line(heads.map(() => "---")), ...rows.map(line)].join("\n");
}

/** As they are written in the code, but what belongs to a value right behind it. */
function inOrder(a, b) {
  return placeOf(a) < placeOf(b) ? -1 : 1;
}

function placeOf(name) {
  const parent = name.slice(0, Math.max(0, name.lastIndexOf(".")));
  return (names.includes(parent) ? placeOf(parent) : "") + String(names.indexOf(name)).padStart(3, "0");
}

const text = `# Presets

Printed from the code by \`npm run presets\`. An empty cell means the same value as \`standard\`, or a policy that is off.
Numbers in parentheses apply once you switch the policy on. A share is a number from 0 to 1; 1 MB is 10⁶ bytes. For the
meaning and range of each key, see the [x-resilience reference](x-resilience.md).

\`\`\`yaml
x-resilience: { preset: microservices }
\`\`\`

Some kinds of operations differ, unless you set the value yourself:

- An operation that can't be retried has no attempt timeout, and ${duration(unrepeatableTotal)} total under \`standard\`.
- Streams, uploads, and downloads have no bulkhead. Their timeouts end with the response headers; then \`timeout.idle\`
  applies.
- Only safe operations are hedged or return stale responses. Only GETs are coalesced.

${[...blocks, ...others].map((block) => `## ${block}\n\n${table(block)}`).join("\n\n")}
`;

const isCheck = process.argv.includes("--check");
if (!isCheck) {
  mkdirSync(new URL(".", page), { recursive: true });
  writeFileSync(page, text);
} else if (readFileSync(page, "utf8") !== text) {
  console.error("docs/presets.md is out of date. Run npm run presets.");
  process.exit(1);
}
