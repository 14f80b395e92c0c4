// The service that makes the calls: several pods, each with a registry of its own, and a client for each incident.
import { mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";
import { Registry } from "prom-client";
import { generate } from "../../dist/src/index.js";
import { logEvents } from "../../runtime/dist/entries/log.js";
import { prometheus } from "../../runtime/dist/entries/prometheus.js";

const root = fileURLToPath(new URL("../..", import.meta.url));

const document = {
  openapi: "3.1.0",
  info: { title: "Orders", version: "1" },
  paths: {
    "/orders/{id}": {
      get: {
        operationId: "getOrder",
        parameters: [{ name: "id", in: "path", required: true, schema: { type: "string" } }],
        responses: { 200: { description: "ok", content: { "application/json": { schema: { type: "object" } } } } },
      },
    },
  },
};

/** Generates the client as a user would. */
export async function generatedClient() {
  const folder = await mkdtemp(join(tmpdir(), "resil-incidents-"));
  await symlink(join(root, "node_modules"), join(folder, "node_modules"));
  await writeFile(join(folder, "openapi.json"), JSON.stringify(document));
  await generate({ input: join(folder, "openapi.json"), output: join(folder, "client"), mocks: false });
  const outfile = join(folder, "client.mjs");
  const entryPoints = [join(folder, "client/index.ts")];
  await build({
    entryPoints,
    outfile,
    bundle: true,
    format: "esm",
    platform: "node",
    external: ["ky"],
    logLevel: "error",
  });
  const { createApi } = await import(pathToFileURL(outfile).href);
  return { folder, createApi, remove: () => rm(folder, { recursive: true, force: true }) };
}

/** A pod: its registry is served for Prometheus. */
export async function startPod() {
  const register = new Registry();
  const server = createServer(async (_request, response) => {
    response.writeHead(200, { "content-type": register.contentType });
    response.end(await register.metrics());
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { register, target: `127.0.0.1:${server.address().port}`, stop: () => server.close() };
}

/**
 * The default policies. What must keep pace with the incidents is faster, too; timeouts are not, so that a slow machine
 * causes no failures of its own.
 */
function scaledPolicies(ms, { breaker = {}, retry = {}, ...more } = {}) {
  return {
    breaker: breaker && {
      window: Math.max(ms(10_000), 3_000),
      cooldown: ms(1_000),
      cooldownMax: Math.max(ms(10_000), 1_000),
      ...breaker,
    },
    retry: retry && { backoff: { initial: ms(100), max: ms(5_000) }, ...retry },
    ...more,
  };
}

/** A client that calls all the time, and the lines that it logs. */
export function startClient({ createApi, pods, url, ms, store, lines }, client) {
  const { name, perMinute, path = "", resilience, pods: count = pods.length } = client;
  const logger = Object.fromEntries(
    ["debug", "info", "warn", "error"].map((level) => [level, (_fields, message) => lines.push(message)]),
  );
  const apis = pods.slice(0, count).map(({ register }) => {
    const api = createApi({ baseUrl: url + path, resilience: scaledPolicies(ms, resilience), store });
    prometheus(api.$client, { register, name });
    logEvents(api.$client, logger, { name, sample: { first: 3, every: "60s" } });
    return api;
  });
  let turn = 0;
  // Four times the traffic is enough for every breaker, and what is rare stays rare.
  const factor = perMinute < 10 ? 60_000 / ms(60_000) : Math.min(4, 60_000 / ms(60_000));
  const timer = setInterval(
    () => {
      apis[turn++ % apis.length].getOrder({ path: { id: "o-1" } }).result();
    },
    60_000 / perMinute / factor,
  );
  return async () => {
    clearInterval(timer);
    await Promise.all(apis.map((api) => api.$client.close()));
  };
}
