import { source } from "../../lib/sources.js";
import { code, table } from "./tables.js";

const { descriptions, membersOf, onOperationOnly, referenceNames, rowOf } = await source("policies/reference.ts");
const { presetValues } = await source("policies/presets.ts");
const { settingOf } = await source("../runtime/src/policies/settings.ts");

/** What a value of each kind looks like. */
const kinds = {
  time: "duration",
  limit: "duration or `false`",
  window: "duration or `{ calls }`",
  integer: "integer",
  number: "number",
  boolean: "boolean",
  bytes: "bytes or `false`",
  scope: "`operation`, `service`, or a name",
  jitter: "`full`, `equal`, or `none`",
  conditions: "list of `network`, `timeout`, statuses, `5XX`",
  text: "string",
  any: "any value that fits the schema",
  policy: "object, `true`, or `false`",
  group: "object",
  header: "header name",
  headerOrOff: "header name or `false`",
  name: "name",
};

const withoutNumbers = new Set(["policy", "group"]);
const isTime = (unit) => unit === "time" || unit === "limit" || unit === "window";

function durationText(ms) {
  const units = [
    ["h", 3_600_000],
    ["m", 60_000],
    ["s", 1_000],
  ];
  const [unit, length] = units.find(([, each]) => ms >= each && ms % each === 0) ?? ["ms", 1];
  return `${ms / length}${unit}`;
}

function typeOf([, unit, least, most]) {
  if (Array.isArray(unit)) return unit.map(code).join(", ");
  if (withoutNumbers.has(unit)) return least === undefined ? kinds[unit] : `${kinds[unit]}, or a single \`${least}\``;
  const range = least === undefined ? "" : ` (${least} to ${most})`;
  return kinds[unit] + range;
}

/** The default of `standard`, in the words of a document. */
function defaultOf(name, [usual, unit]) {
  const value = presetValues("standard").has(name) ? presetValues("standard").get(name) : usual;
  if (value === undefined || unit === "group") return "";
  if (Array.isArray(value)) return code(value.join(", "));
  if (isTime(unit) && typeof value === "number") return code(durationText(value));
  if (unit === "bytes") return code(`${value / 1_000_000}MB`);
  return code(String(value));
}

const ofCalls = /^(timeout|retry|hedge|coalesce|fallback)(\.|$)/;

/** Who else may set it: a client's options, and those of a single call. */
function placesOf(name) {
  const document = onOperationOnly.includes(name) ? "operation" : "document";
  if (settingOf(name) === undefined) return document;
  return ofCalls.test(name) && !name.startsWith("retry.budget") ? `${document}, client, call` : `${document}, client`;
}

function rowsOf(section) {
  const names = referenceNames.filter((name) => name === section || name.startsWith(`${section}.`));
  return names.map((name) => {
    const row = rowOf(name);
    return [code(name), typeOf(row), defaultOf(name, row), placesOf(name), descriptions[name]];
  });
}

const heads = ["key", "type and range", "default", "where", "meaning"];

/** docs/x-resilience.md */
export function resiliencePage() {
  const sections = membersOf("").filter((name) => membersOf(name).length > 0);
  const single = membersOf("").filter((name) => membersOf(name).length === 0);
  return `# x-resilience reference

Every key of \`x-resilience\`, printed from the code by \`npm run reference\`.

\`\`\`yaml
x-resilience:
  preset: standard
  timeout: { attempt: 2s, total: 6s }
  retry: { maxRetries: 2 }
paths:
  /search:
    post:
      x-resilience: { safe: true } # this POST is read-only
\`\`\`

- **Where.** \`document\` means the document root, a path item, an operation, an
  [overlay](command-line.md), and the \`policies\` of the [configuration file](configuration.md). \`operation\` means a
  single operation only. \`client\` means the [client options](options.md) \`resilience\` and \`operations\`; \`call\` means the call option
  \`resilience\`.
- **Durations** have a unit (\`250ms\`, \`2s\`, \`5m\`, \`1h\`). A number is milliseconds.
- **Sizes** have a unit (\`kB\`, \`MB\`, \`GB\`; 1 MB is 10⁶ bytes). A number is bytes.
- **\`true\`** switches a policy on with its defaults, and **\`false\`** switches it off.
- **Defaults** are those of the preset \`standard\`. Numbers of a policy that is off apply once you switch it on.
  [Presets](presets.md) lists the values of every preset.

Objects merge key by key. Lists and single values are replaced. \`preset\` may be set wherever \`x-resilience\` may: it applies
beneath the other keys of the same place. For editor completion, use
[x-resilience.schema.json](../x-resilience.schema.json). For what each policy does, see [policies](policies.md).

## Keys without members

${table(heads, single.flatMap(rowsOf))}

${sections.map((section) => `## ${section}\n\n${table(heads, rowsOf(section))}`).join("\n\n")}
`;
}
