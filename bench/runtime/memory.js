// node --expose-gc memory.js CALLS OPERATIONS
//
// What a client keeps of an operation: heap and timers for each of many operations, before their first call and after
// it. Prints JSON.
import { setImmediate as turn } from "node:timers/promises";
import { callOperation } from "../../runtime/dist/src/call/call.js";
import { buildClient } from "../../runtime/dist/src/client/client.js";
import { defaults } from "../../runtime/dist/src/policies/defaults.js";

const [calls, count] = process.argv.slice(2).map(Number);
const policies = {
  repeat: "always",
  timeout: { attempt: 5_000, total: 15_000, idle: 60_000 },
  retry: defaults.retry,
  breaker: defaults.breaker,
  bulkhead: defaults.bulkhead,
  maxResponse: 50_000_000,
  streaming: false,
};
const operations = Array.from({ length: count }, (_, index) => ({
  id: `operation${index}`,
  method: "GET",
  path: `/things/${index}`,
  policies,
  safe: true,
  responses: { 200: "application/json" },
}));

/** Timers that are set, whether they keep the process alive or not. */
const timers = new Set();
const { setTimeout: set, clearTimeout: clear } = globalThis;
globalThis.setTimeout = (run, ms) => {
  const timer = set(() => {
    timers.delete(timer);
    run();
  }, ms);
  timers.add(timer);
  return timer;
};
globalThis.clearTimeout = (timer) => {
  timers.delete(timer);
  clear(timer);
};

const transport = async () => new Response("{}", { headers: { "content-type": "application/json" } });
const newClient = () => buildClient({ contract: 1, servers: ["https://things.example"] }, { transport });

async function heapUsed() {
  for (let round = 0; round < 5; round++) {
    await turn();
    globalThis.gc();
  }
  return process.memoryUsage().heapUsed;
}

async function callEach(client, times) {
  for (let round = 0; round < times; round++) {
    for (const operation of operations) await callOperation(client, operation, {}, {});
  }
  return client;
}

// What is compiled and cached at a first use is no state of an operation.
await callEach(newClient(), 3);
const client = newClient();
const before = await heapUsed();
await callEach(client, calls);
const after = await heapUsed();
console.log(JSON.stringify({ bytes: (after - before) / count, timers: timers.size, calls: client["~core"].calls }));
process.exit(0);
