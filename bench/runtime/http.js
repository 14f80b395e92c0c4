// node http.js ROUNDS MS CLIENT
//
// What a generated client (CLIENT: its bundle) costs beyond ky, and with the lean transport beyond fetch: on a fetch that
// answers at once, and over loopback. All get the same headers, a signal and a timer, and decode the JSON. Prints JSON.
import { fork } from "node:child_process";
import { pathToFileURL } from "node:url";
import { body } from "./order.js";
import { batchOf, cpuPerCall } from "./turns.js";

const [rounds, ms, client] = process.argv.slice(2);
const { createApi, fetchTransport, ky } = await import(pathToFileURL(client).href);
const headers = { accept: "application/json, application/problem+json", authorization: "Bearer token-1" };
const input = { path: { orderId: "o-1" } };
const kyOff = { retry: 0, timeout: false, throwHttpErrors: false };

/** As careful as a person would be by hand: a signal, ended by a timer that is dropped in the end. */
async function timed(send) {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), 5_000);
  try {
    return await (await send(controller.signal)).json();
  } finally {
    clearTimeout(timer);
  }
}

/** What is compared, each with what it stands on before it. */
function subjectsAt(baseUrl, fetchOf) {
  const url = `${baseUrl}/orders/o-1`;
  const auth = { bearerAuth: "token-1" };
  // Room for all calls that are made at once: their waiting is not what is measured.
  const operations = { getOrder: { bulkhead: { concurrency: 100, queueTimeout: false } } };
  const instance = ky.create({ fetch: fetchOf });
  const overKy = createApi({ baseUrl, auth, operations, ky: instance });
  const lean = createApi({ baseUrl, auth, operations, transport: fetchTransport({ fetch: fetchOf }) });
  return {
    ky: () => timed((signal) => instance(new URL(url), { ...kyOff, headers, signal })),
    "over ky": () => overKy.getOrder(input),
    fetch: () => timed((signal) => fetchOf(new URL(url), { headers, signal })),
    lean: () => lean.getOrder(input),
  };
}

/** A pair's first is what the second is compared with. */
async function compared(subjects, batch) {
  const batches = {};
  for (const [name, call] of Object.entries(subjects)) batches[name] = await batch(call);
  const { ky: base, "over ky": overKy, fetch, lean } = batches;
  return {
    "over ky": await cpuPerCall({ base, ours: overKy }, Number(rounds)),
    lean: await cpuPerCall({ base: fetch, ours: lean }, Number(rounds)),
  };
}

/** Calls for a while, so many at once. */
const during = (concurrency) => async (call) => {
  const run = async () => {
    let calls = 0;
    const end = performance.now() + Number(ms);
    const worker = async () => {
      for (; performance.now() < end; calls++) await call();
    };
    await Promise.all(Array.from({ length: concurrency }, worker));
    return calls;
  };
  await run();
  return run;
};

const stub = async () => new Response(body, { headers: { "content-type": "application/json" } });
const onStub = await compared(subjectsAt("https://shop.example/v1", stub), (call) => batchOf(call, Number(ms)));
const server = fork(new URL("server.js", import.meta.url));
const port = await new Promise((resolve) => server.once("message", resolve));
const there = subjectsAt(`http://127.0.0.1:${port}/v1`, (...request) => fetch(...request));
const loopback = {};
for (const concurrency of [1, 50]) loopback[concurrency] = await compared(there, during(concurrency));
server.disconnect();
console.log(JSON.stringify({ onStub, loopback }));
process.exit(0);
