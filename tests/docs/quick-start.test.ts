// docs/quick-start.md, step by step: its server is started and asked as the page says, its test is run here.
import { type ChildProcessByStdio, execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const root = fileURLToPath(new URL("../../", import.meta.url));
// Within the package, so that the programs find it by its name.
const folder = `${root}.cache/quick-start`;
const page = readFileSync(`${root}docs/quick-start.md`, "utf8");

/** The fence that comes after the name of its file. */
function programOf(name: string): string {
  const [, code] = new RegExp(`\`${name}\`.*?^\`\`\`ts\n(.*?)^\`\`\``, "ms").exec(page) ?? [];
  if (code === undefined) throw new Error(`docs/quick-start.md has no ${name}`);
  return code;
}

mkdirSync(`${folder}/src`, { recursive: true });
const args = ["bin/resil-gen.js", "fixtures/shop/openapi.yaml", "-o", `${folder}/src/client`, "--force", "--quiet"];
execFileSync(process.execPath, args, { cwd: root });
for (const name of ["src/server.ts", "src/orders.test.ts"]) writeFileSync(`${folder}/${name}`, programOf(name));

describe("the server, with no shop behind it", () => {
  let server: ChildProcessByStdio<null, Readable, Readable>;
  let address: string;
  let told = "";

  beforeAll(async () => {
    const outfile = `${folder}/dist/server.js`;
    const entryPoints = [`${folder}/src/server.ts`];
    await build({ entryPoints, outfile, bundle: true, packages: "external", platform: "node", format: "esm" });
    const [port, nobody] = [await freePort(), await freePort()];
    address = `http://127.0.0.1:${port}`;
    const env = { ...process.env, PORT: String(port), SHOP_URL: `http://127.0.0.1:${nobody}`, SHOP_TOKEN: "secret" };
    server = spawn(process.execPath, [outfile], { env, stdio: ["ignore", "pipe", "pipe"] });
    server.stderr.on("data", (chunk) => {
      told += String(chunk);
    });
    while (!(await isUp(`${address}/livez`))) expect(server.exitCode).toBeNull();
  });
  afterAll(() => void server.kill("SIGKILL"));

  test("without the address of the shop it does not start, and names the variable", () => {
    const { SHOP_URL: _, ...env } = process.env;
    const { status, stderr } = spawnSync(process.execPath, [`${folder}/dist/server.js`], { env, encoding: "utf8" });
    expect({ status, stderr }).toEqual({ status: 1, stderr: expect.stringContaining("Set SHOP_URL") });
  });

  test("twelve calls: the tenth opens the breaker, the last ones come at once", async () => {
    for (let call = 0; call < 12; call++) {
      const response = await fetch(`${address}/orders/o-1`);
      expect(response.status).toBe(503);
      expect(await response.json()).toEqual({ title: "The shop is unavailable. Please try again later." });
    }
    const [tenth, ...later] = told.trim().split("\n").slice(9);
    expect(tenth).toMatch(/failed \(network ECONNREFUSED\), 1 attempt in .* gave up: breaker-open$/);
    expect(later).toEqual(
      Array(2).fill("getOrder: GET /orders/{orderId} was not sent (breaker-open), gave up: breaker-open"),
    );
    expect(told).not.toContain("secret");
  });

  test("the breaker seen from outside: metrics, and a process that is degraded and ready", async () => {
    const metrics = await (await fetch(`${address}/metrics`)).text();
    expect(metrics).toContain('resil_breaker_status{client="shop",scope="operation:getOrder",state="open"} 1');
    const ready = await fetch(`${address}/readyz`);
    expect(ready.status).toBe(200);
    expect(await ready.json()).toMatchObject({ status: "degraded", clients: { shop: [{ state: "open" }] } });
  });

  test("it ends when it is told to", async () => {
    server.kill("SIGTERM");
    expect(await once(server, "exit")).toEqual([0, null]);
  });
});

test("the document of the first step comes with the package", () => {
  const packed = execFileSync("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], {
    cwd: root,
    encoding: "utf8",
  });
  const [{ files }] = JSON.parse(packed) as [{ files: { path: string }[] }];
  const [, path] = /node_modules\/resil-gen\/(\S+\.yaml)/.exec(page) ?? [];
  expect(files.map((file) => file.path)).toContain(path);
});

// The page's own test, registered here as vitest would in its file.
describe("the test", async () => {
  await import(`${folder}/src/orders.test.ts`);
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  return typeof address === "object" && address !== null ? address.port : 0;
}

async function isUp(url: string): Promise<boolean> {
  return fetch(url).then(
    ({ ok }) => ok,
    () => false,
  );
}
