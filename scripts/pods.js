// npm run pods
//
// Three processes ("pods") with a critical breaker, behind a load balancer that asks /readyz once per second and takes a
// pod out after two failures, as Kubernetes does. The service behind them fails for 20 s. Prints, with and without a
// probe, when the pods left and came back, how often, and what became of the requests. Real time: about 45 s.
import { fork } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";

const [role, serviceUrl, withProbe] = process.argv.slice(2);
const outage = { from: 5_000, to: 25_000 };
const until = 42_000;
const requestsPerSecond = 30;

if (role === "pod") await pod();
else await study();

/** A process that answers requests by calling the service, and reports its health. */
async function pod() {
  const { defaults } = await import("../runtime/dist/src/policies/defaults.js");
  const { buildClient } = await import("../runtime/dist/src/client/client.js");
  const { callOperation } = await import("../runtime/dist/src/call/call.js");
  const { nodeHealth } = await import("../runtime/dist/entries/health.js");
  const policies = {
    repeat: "always",
    timeout: { attempt: 2_000, total: 5_000, idle: false },
    retry: false,
    breaker: { ...defaults.breaker, scope: "payments", critical: true, cooldown: 1_000, cooldownMax: 10_000 },
    bulkhead: false,
    maxResponse: false,
    streaming: false,
  };
  const operation = (id) => ({
    id,
    method: "GET",
    path: `/${id}`,
    policies,
    safe: true,
    responses: { 200: "application/json" },
  });
  const client = buildClient({ contract: 1, servers: [serviceUrl] }, {});
  const call = (id) => callOperation(client, operation(id), {}, {}).result();
  const probe = async () => {
    const end = await call("getStatus");
    if (!end.ok) throw end.error;
  };
  const answerHealth = nodeHealth({ payments: client }, withProbe === "yes" ? { probe: { payments: probe } } : {});
  const server = createServer(async (request, response) => {
    if (answerHealth(request, response)) return;
    response.writeHead((await call("pay")).ok ? 200 : 503).end();
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  process.send(server.address().port);
}

async function study() {
  console.log("| | all pods out | times a pod left | requests without any pod | answered 503 | back after the end |");
  console.log("| --- | ---: | ---: | ---: | ---: | ---: |");
  const rows = await Promise.all([run("without a probe", "no"), run("with a probe", "yes")]);
  for (const row of rows) console.log(`| ${row.join(" | ")} |`);
}

async function run(name, probe) {
  let startedAt = Number.POSITIVE_INFINITY;
  const now = () => performance.now() - startedAt;
  const isOut = () => now() >= outage.from && now() < outage.to;
  const service = createServer((_, response) => {
    response.writeHead(isOut() ? 500 : 200, { "content-type": "application/json" }).end("{}");
  }).listen(0, "127.0.0.1");
  await once(service, "listening");
  const url = `http://127.0.0.1:${service.address().port}`;
  const pods = await Promise.all([1, 2, 3].map(() => startPod(url, probe)));
  startedAt = performance.now();
  const counts = { noPod: 0, refused: 0, left: 0, ready: [] };
  const look = setInterval(() => pods.forEach((each) => void lookAt(each, counts, now)), 1_000);
  let sent = 0;
  let allOutMs = 0;
  let lookedAt = now();
  const send = async (port) => {
    // The last ones are cut off by the end of the run.
    const response = await fetch(`http://127.0.0.1:${port}/`).catch(() => undefined);
    if (response?.status === 503) counts.refused++;
  };
  // By the clock and not by the number of ticks, which come late on a busy machine.
  const tick = setInterval(() => {
    const ready = pods.filter(({ isReady }) => isReady);
    if (ready.length === 0) allOutMs += now() - lookedAt;
    lookedAt = now();
    for (; sent < (now() * requestsPerSecond) / 1_000; sent++) {
      if (ready.length === 0) counts.noPod++;
      else void send(ready[sent % ready.length].port);
    }
  }, 20);
  await new Promise((resolve) => setTimeout(resolve, until - now()));
  for (const timer of [look, tick]) clearInterval(timer);
  for (const { child } of pods) child.kill();
  service.closeAllConnections();
  service.close();
  const back = Math.max(...counts.ready.filter((at) => at > outage.to)) - outage.to;
  const seconds = (ms) => `${(ms / 1_000).toFixed(1)} s`;
  return [
    name,
    seconds(allOutMs),
    counts.left,
    counts.noPod,
    counts.refused,
    Number.isFinite(back) ? seconds(back) : "–",
  ];
}

async function startPod(url, probe) {
  const child = fork(new URL(import.meta.url).pathname, ["pod", url, probe]);
  const [port] = await once(child, "message");
  return { child, port, isReady: true, failures: 0 };
}

/** A readiness probe: failureThreshold 2, successThreshold 1. */
async function lookAt(each, counts, now) {
  const { status } = await fetch(`http://127.0.0.1:${each.port}/readyz`).catch(() => ({ status: 0 }));
  if (process.env.DEBUG) console.log(Math.round(now()), each.port, status);
  each.failures = status === 200 ? 0 : each.failures + 1;
  if (each.isReady && each.failures >= 2) {
    each.isReady = false;
    counts.left++;
  } else if (!each.isReady && status === 200) {
    each.isReady = true;
    counts.ready.push(now());
  }
}
