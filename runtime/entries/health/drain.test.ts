// Shutdowns of real servers: whatever is open, they end within the drain.
import { once } from "node:events";
import {
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from "node:http";
import { connect as connectHttp2, createServer as createHttp2 } from "node:http2";
import { type AddressInfo, connect } from "node:net";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { getWith } from "../../../tests/rig/rig.js";
import { callOperation } from "../../src/call/call.js";
import { buildClient, type Client } from "../../src/client/client.js";
import type { ResilienceError } from "../../src/contract/errors.js";
import { type Drain, type DrainOptions, drainOnSignal, health, nodeHealth } from "../health.js";

const long = "10m";
const getThing = getWith({});

/** A client whose service answers when it is told to. */
function hangingClient() {
  const answers: (() => void)[] = [];
  const client = buildClient(
    { contract: 1, servers: ["https://api.example"] },
    {
      transport: (_input, init) =>
        new Promise((resolve, reject) => {
          init?.signal?.addEventListener("abort", () => reject(new Error("aborted")));
          answers.push(() => resolve(Response.json({})));
        }),
    },
  );
  return { client, answers, call: () => callOperation(client, getThing, {}, {}) };
}

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

interface Started {
  readonly drain: Drain;
  readonly steps: string[];
  readonly url: string;
  readonly server: Server;
  get(path: string): Promise<{ status: number | undefined; headers: IncomingMessage["headers"]; body: string }>;
}

/** A server that is shut down by hand, and does not end this process. */
async function start(
  handler: Handler,
  options: DrainOptions = {},
  clients: Record<string, Client> = {},
): Promise<Started> {
  const steps: string[] = [];
  const answerHealth = nodeHealth(clients);
  const server = createServer((request, response) => {
    if (!answerHealth(request, response)) handler(request, response);
  });
  const drain = drainOnSignal(server, clients, {
    signals: [],
    exit: false,
    delay: 0,
    onStep: (step) => steps.push(step),
    ...options,
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => server.closeAllConnections());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const get: Started["get"] = (path) =>
    new Promise((resolve, reject) => {
      const asked = httpRequest(url + path, (response) => {
        let body = "";
        response.on("data", (chunk) => {
          body += String(chunk);
        });
        response.on("end", () => resolve({ status: response.statusCode, headers: response.headers, body }));
      });
      asked.on("error", reject).end();
    });
  return { drain, steps, url, server, get };
}

/** How long a shutdown takes once it has begun, in ms. */
async function duration(drain: Drain): Promise<number> {
  const startedAt = performance.now();
  drain.stop();
  await drain.done;
  return performance.now() - startedAt;
}

const hang: Handler = () => {};

describe("a shutdown", () => {
  test("is not ready at once, still serves, and asks peers not to reuse connections", async () => {
    const { client } = hangingClient();
    const { drain, steps, get } = await start((_, response) => response.end("own"), { delay: long }, { shop: client });
    expect((await get("/readyz")).status).toBe(200);
    drain.stop();
    expect([drain.isStopping, steps, health({ shop: client }).ready]).toEqual([true, ["not-ready"], false]);
    expect((await get("/readyz")).status).toBe(503);
    expect((await get("/livez")).status).toBe(200);
    expect(await get("/")).toMatchObject({ status: 200, body: "own", headers: { connection: "close" } });
    drain.stop();
    await drain.done;
    expect(steps).toEqual(["not-ready", "closing", "closed"]);
  });

  test("ends an open event stream in good order, although its handler goes on writing", async () => {
    let opened = 0;
    const { drain, get } = await start(
      (_, response) => {
        opened++;
        response.writeHead(200, { "content-type": "text/event-stream" }).write("data: 1\n\n");
        const timer = setInterval(() => response.write("data: 2\n\n"), 1);
        response.on("close", () => clearInterval(timer));
      },
      { drain: long },
    );
    const stream = get("/events");
    await expect.poll(() => opened).toBe(1);
    // Whether its stream has begun by then is a matter of chance.
    const late = get("/events").catch(() => ({ body: "" }));
    drain.stop();
    await drain.done;
    expect((await stream).body).toMatch(/^(data: \d\n\n)+$/);
    expect((await late).body).toMatch(/^(data: \d\n\n)*$/);
  });

  test("lets a request finish, whose calls go on", async () => {
    const { client, answers, call } = hangingClient();
    const { drain, get } = await start(
      async (_, response) => {
        await call();
        await call();
        response.end("both");
      },
      { drain: long },
      { shop: client },
    );
    const answer = get("/");
    await expect.poll(() => answers.length).toBe(1);
    drain.stop();
    answers[0]?.();
    await expect.poll(() => answers.length).toBe(2);
    answers[1]?.();
    expect((await answer).body).toBe("both");
    await drain.done;
    expect(await call().result()).toMatchObject({ ok: false, error: { code: "closed" } });
  });

  test("ends a hanging call in time for its request to be answered", async () => {
    const { client, answers, call } = hangingClient();
    const { drain, get } = await start(
      async (_, response) => {
        const end = await call().result();
        response.writeHead(503).end(end.ok ? "ok" : (end.error as ResilienceError).code);
      },
      { drain: 400 },
      { shop: client },
    );
    const answer = get("/");
    await expect.poll(() => answers.length).toBe(1);
    const took = await duration(drain);
    expect(await answer).toMatchObject({ status: 503, body: "closed" });
    expect(took).toBeLessThan(1_500);
  });

  test("ends within the drain, whatever hangs: requests, keep-alive and half-open connections, upgrades, own resources", async () => {
    const { url, server, drain } = await start(hang, { drain: 200, close: () => new Promise(() => {}) });
    server.on("upgrade", (_request, socket) => socket.write("HTTP/1.1 101 Switching Protocols\r\n\r\n"));
    const { port } = new URL(url);
    const texts = [
      "GET / HTTP/1.1\r\nhost: a\r\n\r\n",
      "GET",
      "",
      "GET / HTTP/1.1\r\nhost: a\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n",
    ];
    const sockets = texts.map(() =>
      connect(Number(port), "127.0.0.1")
        .on("error", () => {})
        .setNoDelay(),
    );
    await Promise.all(sockets.map((socket) => once(socket, "connect")));
    sockets.forEach((socket, index) => void socket.resume().write(texts[index] ?? ""));
    await new Promise((resolve) => setTimeout(resolve, 20));
    const ended = sockets.map((socket) => once(socket, "close"));
    // The process's own resources get a second beyond the drain.
    expect(await duration(drain)).toBeLessThan(200 + 1_000 + 800);
    await Promise.all(ended);
    expect(server.listening).toBe(false);
  });

  test("of a server with idle keep-alive connections ends at once", async () => {
    const { url, drain } = await start((_, response) => response.end("own"), { drain: long });
    expect(await (await fetch(url)).text()).toBe("own");
    await drain.stop();
    await drain.done;
  });

  test("ends at once when a second signal comes during the drain", async () => {
    const { drain, steps, get } = await start(hang, { drain: long });
    const answer = get("/").catch((error: Error) => error);
    await new Promise((resolve) => setTimeout(resolve, 20));
    drain.stop();
    await expect.poll(() => steps).toContain("closing");
    drain.stop();
    await expect
      .poll(() => {
        drain.stop();
        return steps;
      })
      .toContain("closed");
    expect(await answer).toBeInstanceOf(Error);
  });

  test("closes own resources last, and outlives their faults and those of its log", async () => {
    const order: string[] = [];
    const { client } = hangingClient();
    vi.spyOn(client, "close").mockImplementation(async () => void order.push("client"));
    const { drain } = await start(
      hang,
      {
        close: () => {
          order.push("database");
          throw new Error("already closed");
        },
        onStep: () => {
          throw new Error("no log");
        },
      },
      { shop: client },
    );
    drain.stop();
    await drain.done;
    expect(order).toEqual(["client", "database"]);
  });

  test("of an HTTP/2 server ends its sessions", async () => {
    const server = createHttp2((_request, _response) => {});
    const drain = drainOnSignal(server, {}, { signals: [], exit: false, delay: 0, drain: 100 });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const session = connectHttp2(`http://127.0.0.1:${(server.address() as AddressInfo).port}`).on("error", () => {});
    session.request().on("error", () => {});
    await once(session, "connect");
    const ended = once(session, "close");
    expect(await duration(drain)).toBeLessThan(2_000);
    await ended;
  });

  test("begins by a signal, takes its listeners back, and ends the process", async () => {
    const exit = vi.spyOn(process, "exit").mockImplementation(() => undefined as never);
    onTestFinished(() => exit.mockRestore());
    const before = process.listenerCount("SIGUSR2");
    const server = createServer(hang).listen(0, "127.0.0.1");
    await once(server, "listening");
    const drain = drainOnSignal(server, {}, { signals: ["SIGUSR2"], delay: 0 });
    process.kill(process.pid, "SIGUSR2");
    await drain.done;
    await expect.poll(() => exit.mock.calls).toEqual([[0]]);
    expect(process.listenerCount("SIGUSR2")).toBe(before);
  });
});

test("an invalid duration is refused at once", () => {
  expect(() => drainOnSignal(createServer(), {}, { delay: "soon" as never })).toThrow(/'delay' must be/);
});
