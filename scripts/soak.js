// npm run soak -- [--calls 1000000]
//
// Makes a million calls of every sort in one process: answered, 503, aborted, timed out, refused by breaker and bulkhead,
// hedged, shared, answered from before, streams left early. Most of them hold one signal that lives all the time. After a
// tenth of them the heap stands where it stands; at the end it must be within 2 MB of that, and no listener, no timer and
// no call may be left.
import { getEventListeners } from "node:events";
import { parseArgs } from "node:util";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import {
  buildClient,
  callOperation,
  coalesce,
  fallback,
  hedge,
  jsonLines,
  keys,
  rateLimit,
  systemClock,
} from "../runtime/dist/src/index.js";

const { values } = parseArgs({ options: { calls: { type: "string" } } });
const total = Number(values.calls ?? 1_000_000);
const allowedBytes = 2_000_000;
/** Calls that are under way at once. */
const crowd = 500;

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc");

const retry = {
  maxRetries: 1,
  backoff: { initial: 0, factor: 1, max: 0, jitter: "full" },
  on: ["network", "timeout", 503],
  retryAfter: true,
  budget: { ratio: 0.5, minPerSecond: 10 },
};
const breaker = {
  window: 1_000,
  failureRate: 0.5,
  minimumCalls: 10,
  slowCall: false,
  cooldown: 5,
  cooldownMax: 20,
  probes: 1,
  scope: "operation",
  shared: false,
  critical: false,
};
const bulkhead = { concurrency: 2_000, queue: 100, queueTimeout: 1_000, scope: "operation" };
const standard = {
  repeat: "always",
  timeout: { attempt: 2_000, total: 5_000, idle: 1_000 },
  retry,
  breaker,
  bulkhead,
  maxResponse: 1_000_000,
  streaming: false,
};

function operation(id, policies = {}, more = {}) {
  return {
    id,
    method: "GET",
    path: `/${id}`,
    policies: { ...standard, ...policies },
    safe: true,
    responses: { 200: "application/json", default: "application/json" },
    ...more,
  };
}

/** Each with its share of the calls, in thousandths. */
const operations = [
  [300, operation("ok")],
  [
    150,
    operation(
      "post",
      { repeat: "keyed" },
      { method: "POST", safe: false, extensions: [keys], idempotencyKey: { in: "header", name: "idempotency-key" } },
    ),
  ],
  [120, operation("unavailable", { breaker: false })],
  [100, operation("broken")],
  [100, operation("busy", { bulkhead: { ...bulkhead, concurrency: 2, queue: 2 }, breaker: false })],
  [80, operation("aborted", { breaker: false })],
  [50, operation("hangs", { timeout: { attempt: 2, total: 50, idle: false }, retry: false, breaker: false })],
  [30, operation("hedged", { hedge: { after: 1, max: 1 } }, { extensions: [hedge] })],
  [30, operation("shared", { coalesce: true }, { extensions: [coalesce] })],
  [20, operation("stale", { fallback: { stale: 60_000 }, breaker: false }, { extensions: fallback })],
  [10, operation("limited", { rateLimit: { calls: 1_000, per: 10, scope: "operation" } }, { extensions: [rateLimit] })],
  [
    10,
    operation("lines", { streaming: true }, { extensions: [jsonLines], responses: { 200: "application/x-ndjson" } }),
  ],
];
const deck = operations.flatMap(([share, one]) => Array.from({ length: share }, () => one));

let requests = 0;
/** Answers by the path; what hangs ends with its signal, as fetch does. */
function transport(url, { signal }) {
  const count = ++requests;
  switch (url.pathname) {
    case "/unavailable":
      return answer("{}", 503);
    case "/broken":
      return count % 3 === 0 ? answer("{}") : Promise.reject(new TypeError("fetch failed"));
    case "/stale":
      return count % 2 === 0 ? answer("{}") : answer("{}", 503);
    case "/lines":
      return answer("{}\n".repeat(20), 200, "application/x-ndjson");
    case "/busy":
      return later(signal, 1);
    case "/hedged":
      return later(signal, 3);
    case "/aborted":
    case "/hangs":
      return later(signal);
    default:
      return answer('{"value":1}');
  }
}

async function answer(body, status = 200, type = "application/json") {
  return new Response(body, { status, headers: { "content-type": type } });
}

function later(signal, ms) {
  return new Promise((resolve, reject) => {
    const timer = ms === undefined ? undefined : setTimeout(() => end(() => resolve(answer("{}"))), ms);
    const abort = () => end(() => reject(signal.reason));
    const end = (settle) => {
      clearTimeout(timer);
      signal.removeEventListener("abort", abort);
      settle();
    };
    signal.addEventListener("abort", abort);
  });
}

const life = new AbortController();
/** How far the clock was put forward while nothing was under way. */
let skippedMs = 0;
const clock = {
  now: () => systemClock.now() + skippedMs,
  date: () => systemClock.date() + skippedMs,
  setTimer: (run, ms) => systemClock.setTimer(run, ms),
  clearTimer: (timer) => systemClock.clearTimer(timer),
};
const client = buildClient(
  { contract: 1, servers: ["https://api.example"] },
  { transport, clock, identity: () => "somebody", observe: () => {} },
);
const outcomes = {};

const one = (index) => oneOf(deck[(index * 7_919) % deck.length], index);

async function oneOf(operation, index) {
  const own = operation.id === "aborted" ? new AbortController() : undefined;
  const input = operation.method === "POST" ? { idempotencyKey: `key-${index}` } : {};
  const call = callOperation(client, operation, input, { signal: (own ?? life).signal });
  if (own !== undefined) setImmediate(() => own.abort());
  const end = await call.result();
  if (operation.id === "lines" && end.ok) for await (const _ of end.data) if (index % 2 === 0) break;
  const name = end.ok ? end.source : end.error.code;
  outcomes[name] = (outcomes[name] ?? 0) + 1;
}

/** Makes calls up to number `to`, so many at once. */
async function callAll(from, to) {
  let next = from;
  const worker = async () => {
    while (next < to) await one(next++);
  };
  await Promise.all(Array.from({ length: crowd }, worker));
}

/** Bytes that something still holds when nothing is under way, and what happened in the last ten seconds is forgotten. */
async function heapUsed() {
  skippedMs += 11_000;
  await Promise.all(operations.map(([, operation]) => oneOf(operation, 0)));
  for (let round = 0; round < 4; round++) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    collect();
  }
  return process.memoryUsage().heapUsed;
}

const first = Math.round(total / 10);
const startedAt = performance.now();
await callAll(0, first);
const before = await heapUsed();
console.log(`  ${first} calls: heap ${(before / 1e6).toFixed(1)} MB`);
for (let tenth = 1; tenth < 10; tenth++) {
  await callAll(tenth * first, tenth === 9 ? total : (tenth + 1) * first);
  const now = await heapUsed();
  console.log(`  ${tenth === 9 ? total : (tenth + 1) * first} calls: heap ${(now / 1e6).toFixed(1)} MB`);
}
const grown = (await heapUsed()) - before;
const listeners = getEventListeners(life.signal, "abort").length;
const handles = process.getActiveResourcesInfo().filter((name) => name === "Timeout" || name === "Immediate").length;
const running = client["~core"].running.size;
const seconds = (performance.now() - startedAt) / 1_000;

const expected = ["network", "stale", "http", "aborted", "timeout", "breaker-open", "bulkhead-full"];
const problems = [
  ...(grown > allowedBytes ? [`the heap has grown by ${(grown / 1e6).toFixed(1)} MB`] : []),
  ...(listeners > 0 ? [`${listeners} listeners are left`] : []),
  ...(handles > 0 ? [`${handles} timers are left`] : []),
  ...(running > 0 ? [`${running} calls are left`] : []),
  ...expected.filter((name) => !(name in outcomes)).map((name) => `no call ended as ${name}`),
];
console.log(`  ${JSON.stringify(outcomes)}, ${requests} requests, ${seconds.toFixed(0)} s`);
console.log(
  problems.length === 0
    ? `✔ soak: ${total} calls, heap ${grown < 0 ? "−" : "+"}${(Math.abs(grown) / 1e6).toFixed(2)} MB, 0 listeners, 0 timers left`
    : `✘ soak: ${problems.join("; ")}`,
);
process.exitCode = problems.length === 0 ? 0 : 1;
