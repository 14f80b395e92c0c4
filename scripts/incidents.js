// npm run incidents -- --scale 10
//
// Causes ten incidents at the same time, each with a client and a server of its own, under a real Prometheus with our alert
// rules. Prints which alerts fire when, which log lines name the cause, and how many incidents are as expected. At full
// length it takes 22 minutes; `--scale` divides the times of the rules, of the policies, and of the incidents. `--only NAME`
// causes one of them.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { memoryStore, sharedStore } from "../runtime/dist/entries/stores/index.js";
import { faultyServer } from "./incidents/faulty-server.js";
import { incidents as allIncidents } from "./incidents/list.js";
import { generatedClient, startClient, startPod } from "./incidents/pods.js";
import { startPrometheus } from "./incidents/prometheus.js";
import { judged } from "./incidents/report.js";
import { dashboard } from "./lib/dashboard.js";
import { prometheusNames } from "./lib/metric-names.js";
import { rulesFile } from "./monitoring.js";

/** Health before the incidents, and after the longest of them, in minutes. */
const [before, after] = [3, 3];

const { values } = parseArgs({ options: { scale: { type: "string", default: "1" }, only: { type: "string" } } });
const scale = Number(values.scale);
if (!(scale >= 1 && scale <= 20)) {
  console.error(`'--scale' must be a number from 1 to 20 (was ${values.scale}).`);
  process.exit(2);
}
const incidents = allIncidents.filter(({ name }) => values.only === undefined || name === values.only);
if (incidents.length === 0) {
  console.error(`There is no incident '${values.only}'. Incidents: ${allIncidents.map(({ name }) => name).join(", ")}`);
  process.exit(2);
}
const ms = (full) => full / scale;
const minutes = (count) => ms(count * 60_000);
const clock = () => performance.now();
const wait = (until) => new Promise((resolve) => setTimeout(resolve, Math.max(0, until - clock())));

const generated = await generatedClient();
const data = await mkdtemp(join(tmpdir(), "resil-prometheus-"));
const pods = [await startPod(), await startPod()];
const rules = rulesFile(prometheusNames, "resil-gen-runtime/prometheus", scale);
const prometheus = await startPrometheus(data, {
  rules,
  targets: pods.map(({ target }) => target),
  intervalMs: Math.round(ms(15_000)),
});
if (prometheus === undefined) {
  console.log("Skipped: there is no 'prometheus' on the PATH.");
  await cleanUp();
  process.exit(0);
}

const startedAt = clock();
const { panels } = dashboard(prometheusNames, { title: "", uid: "" });
const running = await Promise.all(incidents.map(prepare));
const seen = new Map();
const watching = watch();
await Promise.all(running.map(play));
await wait(startedAt + minutes(before + Math.max(...incidents.map(({ minutes: length }) => length)) + after));
watching.stop();
await Promise.all(running.map(({ stop }) => stop()));
// A minute for the shortest rates, and what the windows of the runtime hold: they are not scaled.
const results = running.map((each) => judged(each, seen, 1 + 10_000 / minutes(1)));
await prometheus.stop();
await cleanUp();
for (const { text } of results) console.log(`${text}\n`);
const good = results.filter(({ isGood }) => isGood).length;
console.log(`incidents: ${good}/${results.length} as expected`);
process.exitCode = good === results.length ? 0 : 1;

/** Everything is well at first. */
async function prepare(incident) {
  const server = await faultyServer();
  const store = storeThatFails();
  const lines = [];
  const stops = incident.clients.map((client) => {
    const shared = client.hasStore ? sharedStore(store) : undefined;
    return startClient({ createApi: generated.createApi, pods, url: server.url, ms, store: shared, lines }, client);
  });
  const stop = async () => {
    await Promise.all(stops.map((end) => end()));
    server.close();
  };
  return { incident, server, store, lines, stop, shown: false };
}

async function play(each) {
  const { incident, server, store } = each;
  const begins = startedAt + minutes(before);
  await wait(begins);
  incident.begin({ server, store, ms, clock });
  // Late enough for every window, and before the end.
  await wait(begins + minutes(incident.minutes - 0.5));
  each.shown = await isShown(incident);
  await wait(begins + minutes(incident.minutes));
  server.behave(() => ({ status: 200 }));
  await incident.end?.({ server, store, ms, clock });
}

/** Whether the panel shows the incident: its queries return something other than zero for the client. */
async function isShown({ panel: title, clients }) {
  const panel = panels.find((each) => each.title === title);
  if (panel === undefined) throw new Error(`there is no panel ${title}`);
  const names = clients.map(({ name }) => name).join("|");
  for (const { expr } of panel.targets) {
    const query = expr
      .replaceAll("$client", names)
      .replaceAll("$__rate_interval", `${Math.round(minutes(1))}ms`)
      .replaceAll(
        /\[(\d+)([hm])\]/g,
        (_match, count, unit) => `[${Math.round(minutes(count * (unit === "h" ? 60 : 1)))}ms]`,
      )
      .replaceAll(/\$(job|instance|operation)/g, ".*");
    const result = await prometheus.query(query);
    if (result.some(({ value: [, value] }) => Number(value) > 0)) return true;
  }
  return false;
}

/** Notes for each alert of each client when it began and when it was seen last, in minutes since the beginning. */
function watch() {
  const look = async () => {
    const at = (clock() - startedAt) / minutes(1) - before;
    for (const { labels } of await prometheus.firing()) {
      const key = `${labels.client}\n${labels.alertname}`;
      const known = seen.get(key) ?? { first: at, last: at };
      seen.set(key, { ...known, last: at });
    }
  };
  const timer = setInterval(() => look().catch((error) => console.error(error)), ms(15_000));
  return { stop: () => clearInterval(timer) };
}

function storeThatFails() {
  const memory = memoryStore();
  let isAway = false;
  return {
    exchange: async (scope, request) => {
      if (isAway) throw Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" });
      return memory.exchange(scope, request);
    },
    down: () => {
      isAway = true;
    },
    up: () => {
      isAway = false;
    },
  };
}

async function cleanUp() {
  for (const pod of pods) pod.stop();
  await generated.remove();
  await rm(data, { recursive: true, force: true });
}
