// npm run connections
//
// Prints the tables of docs/connections.md: requests lost to keep-alive races, how long connect timeouts really take, and
// how a slow response holds up others. Real time and loopback: about 90 s, on a machine that does nothing else.
import { once } from "node:events";
import { createServer as createHttpServer } from "node:http";
import { createServer } from "node:net";
import { Agent, fetch as undiciFetch } from "undici";
import { poolTransport } from "../runtime/dist/entries/node.js";

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function listening(server) {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return server.address().port;
}

/** Closes a connection that has been idle for `idleMs`; the client hears of that 20 ms later, as over a network. */
async function forgetful(idleMs, end, hint) {
  const server = createServer((socket) => {
    let isLeaving = false;
    let timer;
    socket.on("error", () => {});
    socket.on("data", (bytes) => {
      if (isLeaving || !bytes.includes("\r\n\r\n")) return;
      clearTimeout(timer);
      socket.write(`HTTP/1.1 200 OK\r\ncontent-length: 2\r\n${hint}\r\n{}`);
      timer = setTimeout(() => {
        isLeaving = true;
        setTimeout(() => socket[end](), 20);
      }, idleMs);
    });
  });
  return { server, port: await listening(server) };
}

async function lost(send, end, hint = "") {
  const idleMs = 200;
  const { server, port } = await forgetful(idleMs, end, hint);
  let failures = 0;
  for (let request = 0; request < 60; request++) {
    try {
      await (await send(new URL(`http://127.0.0.1:${port}/`), { method: "POST", body: "{}" })).text();
    } catch {
      failures++;
    }
    await sleep(idleMs - 5 + (request % 6) * 10);
  }
  server.close();
  return failures;
}

async function races() {
  const hint = "keep-alive: timeout=1\r\n";
  const rows = [
    ["`fetch` of Node (keeps idle connections for 4 s)", fetch],
    ['`poolTransport({ keepAlive: "4s" })`', poolTransport({ keepAlive: "4s" })],
    ['`poolTransport({ keepAlive: "100ms" })`', poolTransport({ keepAlive: "100ms" })],
    ["`fetch` of Node, if the server sends `Keep-Alive: timeout=1`", fetch, hint],
  ];
  console.log("| client | lost, closed by FIN | lost, closed by RST |\n| --- | ---: | ---: |");
  for (const [name, send, given] of rows)
    console.log(
      `| ${name} | ${await lost(send, "destroy", given)} of 60 | ${await lost(send, "resetAndDestroy", given)} of 60 |`,
    );
}

/** A host that accepts connections, and never completes the TLS handshake. */
async function connectTimeouts() {
  const url = new URL(`https://127.0.0.1:${await listening(createServer(() => {}))}/`);
  const took = async (send) => {
    const startedAt = performance.now();
    await send().catch(() => {});
    return `${((performance.now() - startedAt) / 1_000).toFixed(2)} s`;
  };
  console.log(
    "\n| timeout | `connect.timeout` of undici's `Agent` | `connectTimeout` of `poolTransport` |\n| ---: | ---: | ---: |",
  );
  for (const timeout of [50, 300, 1_000, 3_000]) {
    const dispatcher = new Agent({ connect: { timeout } });
    const pool = poolTransport({ connectTimeout: timeout });
    console.log(
      `| ${timeout} ms | ${await took(() => undiciFetch(url, { dispatcher }))} | ${await took(() => pool(url, {}))} |`,
    );
  }
}

async function slowResponses() {
  const server = createHttpServer(({ url }, response) => {
    setTimeout(() => response.end("{}"), url === "/slow" ? 500 : 5);
  });
  const base = `http://127.0.0.1:${await listening(server)}`;
  console.log("\n| pool | median of the nine | slowest |\n| --- | ---: | ---: |");
  for (const options of [
    { connections: 1 },
    { connections: 1, pipelining: 10 },
    { connections: 2 },
    { connections: 10 },
  ]) {
    const pool = poolTransport(options);
    const send = async (path) => (await pool(new URL(base + path), {})).text();
    await Promise.all(Array.from({ length: 10 }, () => send("/")));
    const startedAt = performance.now();
    const slow = send("/slow");
    const ends = Array.from({ length: 9 }, () => send("/").then(() => Math.round(performance.now() - startedAt)));
    const times = (await Promise.all(ends)).sort((one, other) => one - other);
    await slow;
    const name = Object.entries(options).map(([option, value]) => `\`${option}: ${value}\``);
    console.log(`| ${name.join(", ")} | ${times[4]} ms | ${times[8]} ms |`);
  }
}

await races();
await connectTimeouts();
await slowResponses();
process.exit();
