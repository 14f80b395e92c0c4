// One client for all requests of a worker. A worker's request may do I/O for itself alone, and ends with all that it was
// doing: nothing may be continued from another request, nothing may wait for one that has ended.
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

/** Before it, workerd continues a promise in the request that resolved it. */
const leastCompatibilityDate = "2024-10-14";

const platform = `@cloudflare/workerd-${process.platform}-${process.arch === "x64" ? "64" : process.arch}/bin/workerd`;
const program = [
  process.env["WORKERD"],
  fileURLToPath(new URL(`../../node_modules/${platform}`, import.meta.url)),
].find((path) => path !== undefined && existsSync(path));
if (program === undefined) console.warn("workerd is missing: set WORKERD to its path to test within it");

const folder = mkdtempSync(join(tmpdir(), "resil-gen-workerd-"));
let tokens = 0;

const origin: Server = createServer((request, response) => {
  const { url = "", headers } = request;
  const who = { user: headers.authorization?.slice("Bearer ".length), trace: headers["x-trace"] };
  const json = (status: number, data: unknown): void => {
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(data));
  };
  if (url.startsWith("/token")) {
    // The first answer takes longer than its request lives.
    const answer = { access_token: `token-${++tokens}`, expires_in: 3_600 };
    return void setTimeout(() => json(200, answer), tokens === 1 ? 6_000 : 10);
  }
  if (url.startsWith("/events")) {
    response.writeHead(200, { "content-type": "text/event-stream" });
    const id = Number(headers["last-event-id"] ?? 0) + 1;
    response.write(`id: ${id}\ndata: ${JSON.stringify(who)}\n\n`);
    return void setTimeout(() => request.socket.destroy(), 30);
  }
  setTimeout(() => json(Math.random() < 0.2 ? 503 : 200, who), 40);
});

let worker: ChildProcess | undefined;
let address = "";

beforeAll(async () => {
  if (program === undefined) return;
  await new Promise<void>((resolve) => origin.listen(0, "127.0.0.1", resolve));
  await build({
    entryPoints: [fileURLToPath(new URL("worker.ts", import.meta.url))],
    outfile: join(folder, "worker.js"),
    bundle: true,
    format: "esm",
    external: ["node:*"],
    logLevel: "error",
  });
  const { port } = origin.address() as AddressInfo;
  const config = `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = .worker), (name = "internet", network = (allow = ["public", "private"]))],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);
const worker :Workerd.Worker = (
  modules = [(name = "worker", esModule = embed "worker.js")],
  compatibilityDate = "${leastCompatibilityDate}",
  compatibilityFlags = ["nodejs_als"],
  bindings = [(name = "ORIGIN", text = "http://127.0.0.1:${port}")],
);
`;
  writeFileSync(join(folder, "config.capnp"), config);
  const stdio = ["ignore", "ignore", "ignore", "pipe"] as const;
  worker = spawn(program, ["serve", "config.capnp", "--control-fd=3"], { cwd: folder, stdio: [...stdio] });
  let told = "";
  for await (const chunk of worker.stdio[3] as Readable) {
    told += String(chunk);
    if (told.includes('"listen"')) break;
  }
  const line = told.split("\n").find((each) => each.includes('"listen"')) ?? "";
  address = `http://127.0.0.1:${(JSON.parse(line) as AddressInfo).port}`;
});

afterAll(() => {
  worker?.kill();
  origin.closeAllConnections();
  origin.close();
  rmSync(folder, { recursive: true, force: true });
});

/** What the worker answers; `hangs` where that takes too long. */
async function ask(path: string, user: number | string = "", giveUpAfter = 30_000): Promise<unknown> {
  try {
    const signal = AbortSignal.timeout(giveUpAfter);
    const response = await fetch(`${address}${path}?user=user${user}`, { signal });
    return response.ok ? await response.json() : response.status;
  } catch (error) {
    return (error as Error).name === "TimeoutError" ? "hangs" : String(error);
  }
}

const crowd = (path: string, count: number): Promise<unknown[]> =>
  Promise.all(Array.from({ length: count }, (_, user) => ask(path, user)));

/** How many gave each answer. */
function tally(answers: readonly unknown[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const answer of answers) counts[String(answer)] = (counts[String(answer)] ?? 0) + 1;
  return counts;
}

describe.skipIf(program === undefined)("in workerd, with one client for all requests", () => {
  test("60 requests that share three slots are all answered, each for its own user", async () => {
    const counts = tally(await crowd("/bulkhead", 60));
    expect((counts["ok"] ?? 0) + (counts["unexpected-response"] ?? 0) + (counts["http"] ?? 0)).toBe(60);
    expect(await ask("/wrong")).toEqual([]);
  });

  test.each(["/retries", "/everything", "/coalescing"])("60 requests to %s are all answered", async (path) => {
    const counts = tally(await crowd(path, 60));
    expect(counts["ok"]).toBeGreaterThan(path === "/coalescing" ? 20 : 55);
    expect(Object.keys(counts).filter((answer) => !["ok", "http"].includes(answer))).toEqual([]);
    expect(await ask("/wrong")).toEqual([]);
  });

  test("50 streams reconnect, each for its own user", async () => {
    expect(tally(await crowd("/stream", 50))).toEqual({ 5: 50 });
    expect(await ask("/wrong")).toEqual([]);
  });

  test("callers that hang up while they hold or wait for slots cost no capacity", async () => {
    const hangUps = Array.from({ length: 40 }, (_, user) => ask("/retries", user, 30 + 5 * user));
    await Promise.all(hangUps);
    const counts = tally(await crowd("/retries", 60));
    expect(counts["ok"]).toBeGreaterThan(55);
    expect(counts["hangs"]).toBeUndefined();
    // The slot of a request that has ended is taken back when slots are scarce, and its time is over.
    const afterMore = async (): Promise<unknown> => {
      await crowd("/retries", 10);
      return ask("/counters");
    };
    await expect.poll(afterMore, { timeout: 20_000 }).toEqual([0, 0, 0, 0]);
    expect(await ask("/wrong")).toEqual([]);
  });

  test("a token is fetched by the next request where the one that asked for it has ended", async () => {
    const first = ask("/token", "", 300);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(tally(await crowd("/token", 20))).toEqual({ ok: 20 });
    await first;
    // Those that waited asked together again, or each for itself; nobody waited for the dead one's answer.
    expect(tokens).toBeGreaterThan(1);
  });

  test("the calls of other requests are ended by close, each in its own", async () => {
    const calls = crowd("/bulkhead", 20);
    await new Promise((resolve) => setTimeout(resolve, 60));
    await ask("/close");
    const counts = tally(await calls);
    expect(counts["closed"]).toBeGreaterThan(0);
    expect(counts["hangs"]).toBeUndefined();
    expect(await ask("/wrong")).toEqual([]);
  });
});
