// npm run series SPEC
//
// Generates a client, calls each of its operations, and prints how many Prometheus series that makes, how large one scrape
// is, and how long it blocks the process. docs/observability.md has the numbers for Stripe's API.
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";
import { Registry } from "prom-client";
import { generate } from "../dist/src/index.js";
import { prometheus } from "../runtime/dist/entries/prometheus.js";

const root = fileURLToPath(new URL("..", import.meta.url));
const [spec] = process.argv.slice(2);
if (spec === undefined) {
  console.error("Usage: npm run series SPEC");
  process.exit(2);
}

const variants = [
  ["defaults, all calls succeed", {}, [200]],
  ["defaults, each operation also fails once", {}, [200, 503]],
  ["outcome: false", { outcome: false }, [200, 503]],
  ["histograms: false", { histograms: false }, [200, 503]],
  ["histograms: true", { histograms: true }, [200, 503]],
];

/** An input that fits every operation: each path parameter of the document has a value. */
const parameters = [...readFileSync(spec, "utf8").matchAll(/\{([\w-]+)\}/g)].map(([, name]) => [name, "x"]);
const input = { path: Object.fromEntries(parameters), body: {}, idempotencyKey: "key-1" };

const folder = mkdtempSync(join(tmpdir(), "resil-series-"));
try {
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  await generate({ input: spec, output: join(folder, "client"), mocks: false });
  const bundle = join(folder, "client.mjs");
  await build({
    entryPoints: [join(folder, "client/index.ts")],
    outfile: bundle,
    bundle: true,
    format: "esm",
    platform: "node",
    external: ["ky"],
    logLevel: "error",
  });
  const { createApi } = await import(pathToFileURL(bundle).href);
  console.log("| options | operations | series | scrape | blocked |");
  console.log("| --- | --- | --- | --- | --- |");
  for (const [title, options, statuses] of variants) console.log(await measured(title, createApi, options, statuses));
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function measured(title, createApi, options, statuses) {
  let status = 200;
  const transport = async () => new Response("{}", { status, headers: { "content-type": "application/json" } });
  const api = createApi({ baseUrl: "https://api.example", transport, resilience: { retry: false } });
  const register = new Registry();
  prometheus(api.$client, { register, ...options, onWarning: () => {} });
  const operations = Object.entries(api).filter(
    ([name, value]) => typeof value === "function" && !name.startsWith("$"),
  );
  for (status of statuses) {
    for (const [, call] of operations) await call(input).result?.();
  }
  await register.metrics();
  const before = performance.now();
  const text = await register.metrics();
  const blockedMs = performance.now() - before;
  const series = text.split("\n").filter((line) => line !== "" && !line.startsWith("#")).length;
  await api.$client.close();
  const size = `${(text.length / 1e6).toFixed(1)} MB`;
  return `| ${title} | ${operations.length} | ${series.toLocaleString("en-US")} | ${size} | ${Math.round(blockedMs)} ms |`;
}
