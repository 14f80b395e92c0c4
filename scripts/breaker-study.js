// npm run breaker-study
//
// What breakers lose and what they spare: outages of 2 to 60 s at 0.5 to 100 calls/s, played by the real runtime in virtual
// time, with no policy, with retries only, with each preset, and with other numbers for the breaker of `standard`. Prints
// the tables and writes docs/breaker-study.md. The same code gives the same page. Takes some minutes.
import { mkdirSync, writeFileSync } from "node:fs";
import { seededRandom } from "../runtime/dist/entries/testing/index.js";
import { buildClient } from "../runtime/dist/src/client/client.js";
import { callOperation } from "../runtime/dist/src/contract/results.js";
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
  "cooldown 1 s": withBreaker({ cooldown: 1_000 }),
  "cooldown 2 s": withBreaker({ cooldown: 2_000 }),
  "cooldown 10 s": withBreaker({ cooldown: 10_000 }),
  "cooldown 30 s": withBreaker({ cooldown: 30_000 }),
  "cooldownMax 10 s": withBreaker({ cooldownMax: 10_000 }),
  "cooldown 1 s, cooldownMax 10 s": withBreaker({ cooldown: 1_000, cooldownMax: 10_000 }),
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
  const [none, own, quick] = ["no breaker", "standard", "cooldown 1 s"].map(at5);
  const both = at5("cooldown 1 s, cooldownMax 10 s");
  return `**In short, at 5 calls/s.** Outages of 2 s and of 5 s together cost ${none.lost} calls without a breaker, ${own.lost} with that of
\`standard\`, and ${quick.lost} if its first cool-down were 1 s. In an outage of 60 s the dependency gets ${none.load}, ${own.load} and ${quick.load}
requests per call; after its end ${none.later}, ${own.later} and ${quick.later} further calls are lost, and ${both.later} where \`cooldownMax\` is 10 s as well
(${both.load}). So the defaults shield where an outage is long, and lose more than they need where it is short. Where
that matters, write \`breaker: { cooldown: 1s, cooldownMax: 10s }\`: it costs the dependency a few probes.`;
}

const sections = [];
for (const fault of Object.keys(faults)) sections.push(`## The dependency ${fault}\n\n${markdown(await table(fault))}`);
const otherNumbers = await variantTable();
const page = `# What breakers lose, and what they spare

${inShort(otherNumbers)}

Written by \`npm run breaker-study\`: the real runtime in virtual time, GETs that arrive at random, a dependency that
answers within 50 ms, then fails for a while, then answers again. Stale answers are switched off, for they would hide what
the breaker does. Fewer calls per second are played more often and averaged.

A cell: calls lost of those that began in the outage, + calls lost of those that began after it (a breaker that is still
open, a queue that is still full), × requests that reach the dependency per call while it is out. "No policy" has the
timeouts of \`standard\`.

${sections.join("\n\n")}

## Other numbers for the breaker of \`standard\`

Lost in short: calls lost by an outage of 2 s and one of 5 s together (503 after 20 ms). Load in long, lost after long:
requests per call within an outage of 60 s, and calls lost that began after it.

${markdown(otherNumbers)}

## What this says

- With few calls a breaker hardly ever decides: fewer than \`minimumCalls\` in its window, and next to nothing is lost
  by it, nor spared. A process that makes one call every two seconds has too little to judge by; \`serverless\` judges by five.
- In a long outage every breaker spares the dependency nearly everything, whatever its first cool-down: the pause doubles
  after each failed probe, so a short first pause costs a few probes only.
- In a short outage the first cool-down decides what is lost: a breaker that stays open for a multiple of the outage loses
  more than the outage itself. A first cool-down of 1 s loses little more than no breaker, at practically the same load
  as 5 s: **it is the better default**, and worth setting (\`breaker: { cooldown: 1s }\`) wherever blips are more
  common than outages.
- What is lost after a long outage is the last pause, which \`cooldownMax\` bounds: 10 s instead of 30 s loses a quarter
  or less, for a few probes more. Both together, 1 s and 10 s, lose least.
- Where the dependency hangs, the bulkhead shields it before any breaker has seen a failure, for a failure takes as long as
  the attempt's timeout; and it is the bulkhead that refuses calls which a patient retry would have brought home.
`;
console.log(page);
mkdirSync(new URL("../docs/", import.meta.url), { recursive: true });
writeFileSync(new URL("../docs/breaker-study.md", import.meta.url), page);
