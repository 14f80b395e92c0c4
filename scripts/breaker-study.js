// npm run breaker-study
//
// What the defaults promise of an outage, and what breakers cost and spare: outages of 2 to 60 s at 0.5 to 1,000 calls/s,
// in 1 and 20 processes, by the real runtime in virtual time; beside the default rules of ky and axios-retry, with each
// preset, and with other numbers for the breaker of `standard`. Prints the tables and writes docs/breaker-study.md. The
// same code gives the same page. Takes some minutes.
import { mkdirSync, writeFileSync } from "node:fs";
import { seededRandom } from "../runtime/dist/entries/testing/index.js";
import { callOperation } from "../runtime/dist/src/call/call.js";
import { buildClient } from "../runtime/dist/src/client/client.js";
import { bindingStudy } from "./lib/binding-study.js";
import { source } from "./lib/sources.js";
import { StudyClock } from "./lib/study-clock.js";

const { presetNames, presetValues } = await source("policies/presets.ts");
const { policiesOf } = await source("policies/values.ts");

const outages = [2_000, 5_000, 10_000, 30_000, 60_000];
/** Calls per second, and how often each is played: what is seldom needs more to say something. */
const rates = [
  { perSecond: 0.5, runs: 24 },
  { perSecond: 5, runs: 6 },
  { perSecond: 100, runs: 1 },
];
/** What a request meets in an outage; ms until the answer, or none. */
const faults = {
  "answers 503 after 20 ms": { status: 503, after: 20 },
  "does not answer at all": undefined,
};
/** Before the outage, so that windows and budgets are filled, and after it. */
const [before, after] = [20_000, 45_000];

/** The policies of a GET under a preset. Stale answers are left out: they would hide what the breaker does. */
function preset(name) {
  const leaves = new Map([...presetValues(name)].map(([key, value]) => [key, { value, origin: { kind: "preset" } }]));
  return { ...policiesOf(leaves, "always", false), fallback: false, propagate: false };
}

const standard = preset("standard");
const without = { ...standard, retry: false, breaker: false, bulkhead: false };
const withBreaker = (more) => ({ ...standard, breaker: { ...standard.breaker, ...more } });

const settings = {
  "no policy but timeouts": without,
  "retries only": { ...without, retry: standard.retry },
  ...Object.fromEntries(presetNames.filter((name) => name !== "off").map((name) => [name, preset(name)])),
};

const variants = {
  standard,
  "no breaker": { ...standard, breaker: false },
  "cooldown 500 ms": withBreaker({ cooldown: 500 }),
  "cooldown 2 s": withBreaker({ cooldown: 2_000 }),
  "cooldown 5 s, cooldownMax 30 s": withBreaker({ cooldown: 5_000, cooldownMax: 30_000 }),
  "cooldownMax 5 s": withBreaker({ cooldownMax: 5_000 }),
  "cooldownMax 30 s": withBreaker({ cooldownMax: 30_000 }),
  "minimumCalls 5": withBreaker({ minimumCalls: 5 }),
  "minimumCalls 20": withBreaker({ minimumCalls: 20 }),
  "failureRate 0.25": withBreaker({ failureRate: 0.25 }),
  "failureRate 0.75": withBreaker({ failureRate: 0.75 }),
  "window 30 s": withBreaker({ window: 30_000 }),
};

/** Plays one outage; gives what became of the calls, and how many requests came while it lasted. */
async function play(policies, { outage, perSecond, fault, seed }) {
  const clock = new StudyClock();
  const random = seededRandom(seed);
  const arrivals = seededRandom(seed + 1_000);
  const [from, to] = [before, before + outage];
  const isOut = () => clock.now() >= from && clock.now() < to;
  const found = { calls: 0, lostWithin: 0, lostAfter: 0, callsWithin: 0, requestsWithin: 0 };
  const transport = (_url, { signal }) =>
    new Promise((resolve, reject) => {
      if (isOut()) found.requestsWithin++;
      const reply = isOut() ? fault : { status: 200, after: 50 };
      if (reply !== undefined) clock.setTimer(() => resolve(new Response(null, { status: reply.status })), reply.after);
      signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    });
  const client = buildClient({ contract: 1, servers: ["https://study.example"] }, { clock, random, transport });
  const operation = { id: "study", method: "GET", path: "/", policies, safe: true, responses: { 200: "", 503: "" } };
  const call = () => {
    const isWithin = isOut();
    found.calls++;
    if (isWithin) found.callsWithin++;
    void callOperation(client, operation, {}, {})
      .result()
      .then(({ ok }) => {
        if (!ok) found[isWithin ? "lostWithin" : "lostAfter"]++;
      });
    const next = (-Math.log(1 - arrivals()) * 1_000) / perSecond;
    if (clock.now() + next < to + after) clock.setTimer(call, next);
  };
  clock.setTimer(call, 0);
  await clock.run();
  return found;
}

/** The mean of several runs. */
async function played(policies, { runs, ...scenario }) {
  const sum = {};
  for (let seed = 1; seed <= runs; seed++) {
    const found = await play(policies, { ...scenario, seed });
    for (const [name, value] of Object.entries(found)) sum[name] = (sum[name] ?? 0) + value / runs;
  }
  return sum;
}

const digits = (value) => (value >= 100 ? value.toFixed(0) : String(Number(value.toFixed(1))));

/** Lost of those that began in the outage, + lost of those that began outside it; requests per call in the outage. */
function cell({ lostWithin, lostAfter, requestsWithin, callsWithin }) {
  const load = requestsWithin / Math.max(callsWithin, 1e-9);
  return `${digits(lostWithin)} + ${digits(lostAfter)}, ×${load.toFixed(load < 0.1 ? 3 : 2)}`;
}

async function table(fault) {
  const lines = [["outage", "calls/s", "calls in it", ...Object.keys(settings)]];
  for (const outage of outages) {
    for (const rate of rates) {
      process.stderr.write(`… ${fault}: ${outage / 1_000} s, ${rate.perSecond}/s\n`);
      const found = [];
      for (const policies of Object.values(settings)) {
        found.push(await played(policies, { outage, ...rate, fault: faults[fault] }));
      }
      const calls = digits(found[0].callsWithin);
      lines.push([`${outage / 1_000} s`, String(rate.perSecond), calls, ...found.map(cell)]);
    }
  }
  return lines;
}

/** What each variant loses in short outages beyond no breaker at all, and what it lets through in long ones. */
async function variantTable() {
  const heads = ["lost in short", "load in long", "lost after long"];
  const lines = [["breaker", ...rates.flatMap(({ perSecond }) => heads.map((head) => `${head}, ${perSecond}/s`))]];
  for (const [name, policies] of Object.entries(variants)) {
    process.stderr.write(`… ${name}\n`);
    const line = [name];
    for (const rate of rates) {
      const scenario = { ...rate, fault: faults["answers 503 after 20 ms"] };
      const short = [];
      for (const outage of [2_000, 5_000]) short.push(await played(policies, { ...scenario, outage }));
      const long = await played(policies, { ...scenario, outage: 60_000 });
      const lost = short.reduce((sum, { lostWithin, lostAfter }) => sum + lostWithin + lostAfter, 0);
      line.push(digits(lost), `×${(long.requestsWithin / long.callsWithin).toFixed(3)}`, digits(long.lostAfter));
    }
    lines.push(line);
  }
  return lines;
}

function markdown([head, ...rows]) {
  const line = (cells) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map((_, column) => (column === 0 ? "---" : "---:"))), ...rows.map(line)].join("\n");
}

/** What it comes to, for the head of the page: three rows of the table of other numbers, at 5 calls/s. */
function inShort(rows) {
  const at5 = (name) => {
    const [lost, load, later] = rows.find(([first]) => first === name).slice(4, 7);
    return { lost, load, later };
  };
  const [none, own, slow] = ["no breaker", "standard", "cooldown 5 s, cooldownMax 30 s"].map(at5);
  return `**In short, at 5 calls/s.** Outages of 2 s and 5 s together cost ${none.lost} calls without a breaker, ${own.lost} with the one of
\`standard\`, and ${slow.lost} with cool-downs of 5 s to 30 s. In an outage of 60 s the service receives ${none.load}, ${own.load}, and ${slow.load}
requests per call. After the outage, ${none.later}, ${own.later}, and ${slow.later} more calls are lost.`;
}

const progress = (text) => process.stderr.write(`… ${text}\n`);
const binding = await bindingStudy(progress);
const sections = [];
for (const fault of Object.keys(faults)) sections.push(`### The service ${fault}\n\n${markdown(await table(fault))}`);
const otherNumbers = await variantTable();
const kept =
  binding.faulty.length === 0
    ? `All ${binding.runs} runs keep both promises.`
    : `Not kept: ${binding.faulty.join("; ")}.`;
const page = `# Breaker study: what the defaults promise, cost, and spare

${inShort(otherNumbers)}

\`npm run breaker-study\` writes this page. It runs the real runtime in virtual time.

## What the defaults promise

With the preset \`standard\`:

- **Recovery is quick.** With at least 1 call per second and process, the first good response arrives within 12 s of the end
  of an outage in which the service answered errors, and within 16 s if it hung: \`cooldownMax\` and its jitter, then the
  next call or one attempt timeout.
- **Retry storms are bounded.** In a total outage with at least 20 calls per second and scope, the service receives at most 2
  requests per call in the worst second, 1.7 over 2 s, 1.25 over 5 s, and 1 over 10 s or more. Below that rate it
  receives at most 1 + \`maxRetries\` over 10 s. In a single second, retries of neighboring calls can add up to more.

${kept} \`tests/model/binding-properties.test.ts\` checks them on every change.

For each caller: requests per call in the worst 1 s, 2 s, 5 s, and 10 s of the outage, as far as it lasts that long. Then the time
from the end of the outage to the first good response, and the failed calls that began after the outage. "ky" and
"axios-retry" stand for the default retry rules of these libraries: 2 retries after 300 ms and 600 ms within 10 s; 3 retries
without a wait and without a timeout.

${binding.tables.map(({ fault, rows }) => `### ${fault === "503" ? "The service answers 503 after 10 ms" : "The service does not answer"}\n\n${markdown(rows)}`).join("\n\n")}

## What the presets cost and spare

GETs arrive at random. The service answers within 50 ms, then fails for a while, then answers again. Stale responses are
off, because they would hide what the breaker does. Low call rates are played more often and averaged.

A cell: calls lost of those that began in the outage, + calls lost of those that began after it (a breaker that is still
open, a queue that is still full), × requests per call that reach the service in the outage. "No policy" has the
timeouts of \`standard\`.

${sections.join("\n\n")}

## Other numbers for the breaker of \`standard\`

"Lost in short": calls lost in an outage of 2 s and one of 5 s together (503 after 20 ms). "Load in long" and "lost after
long": requests per call in an outage of 60 s, and calls lost that began after it.

${markdown(otherNumbers)}

## What this shows

- At low call rates the breaker hardly ever opens: the window holds fewer than \`minimumCalls\`. It then costs and spares next
  to nothing. \`serverless\` decides by five calls.
- In a long outage every breaker spares the service nearly everything, whatever its first cool-down: the cool-down doubles
  after each failed probe, so a short first one costs only a few probes.
- In a short outage the first cool-down decides how many calls are lost: a breaker that stays open for several times as long as
  the outage loses more than the outage itself. That is why \`standard\` starts with 1 s.
- After a long outage, the last cool-down decides how many calls are lost. \`cooldownMax\` bounds it at 10 s, plus up to 10%
  jitter.
- If the service hangs, the bulkhead shields it before any breaker has seen a failure, because a failure takes as long as the
  attempt timeout. The bulkhead then also rejects calls that a patient retry would have saved.
`;
console.log(page);
mkdirSync(new URL("../docs/", import.meta.url), { recursive: true });
writeFileSync(new URL("../docs/breaker-study.md", import.meta.url), page);
