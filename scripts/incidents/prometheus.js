// A real Prometheus with our rules, and what it says.
import { spawn } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { dump } from "js-yaml";

/** @returns `undefined` where the program is missing */
export async function startPrometheus(folder, { rules, targets, intervalMs }) {
  const interval = `${intervalMs}ms`;
  await writeFile(join(folder, "alerts.yml"), rules);
  await writeFile(
    join(folder, "prometheus.yml"),
    dump({
      global: { scrape_interval: interval, scrape_timeout: interval, evaluation_interval: interval },
      rule_files: ["alerts.yml"],
      scrape_configs: [{ job_name: "api", static_configs: [{ targets }] }],
    }),
  );
  const address = `127.0.0.1:${await freePort()}`;
  const args = [
    `--config.file=${join(folder, "prometheus.yml")}`,
    `--storage.tsdb.path=${join(folder, "data")}`,
    `--web.listen-address=${address}`,
    "--log.level=error",
  ];
  const child = spawn("prometheus", args, { stdio: ["ignore", "inherit", "inherit"] });
  const hasStarted = await new Promise((resolve) => {
    child.once("error", () => resolve(false));
    child.once("spawn", () => resolve(true));
  });
  if (!hasStarted) return undefined;
  const get = async (path, parameters = {}) => {
    const response = await fetch(`http://${address}/api/v1/${path}?${new URLSearchParams(parameters)}`);
    const { status, data, error } = await response.json();
    if (status !== "success") throw new Error(`${path}: ${error}`);
    return data;
  };
  await ready(`http://${address}/-/ready`);
  return {
    /** The alerts that fire now. */
    firing: async () => (await get("alerts")).alerts.filter(({ state }) => state === "firing"),
    query: async (query) => (await get("query", { query })).result,
    stop: () =>
      new Promise((resolve) => {
        child.once("exit", resolve);
        child.kill("SIGTERM");
      }),
  };
}

async function ready(url) {
  for (let left = 100; left > 0; left--) {
    const response = await fetch(url).catch(() => undefined);
    if (response?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error("Prometheus did not start within 10 s.");
}

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
