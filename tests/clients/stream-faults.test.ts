// Servers that misbehave while they stream, over real sockets.
import { AsyncLocalStorage } from "node:async_hooks";
import { once } from "node:events";
import type { Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { type Reply, serve, serveRaw } from "./servers.js";
import { connect, type ResilienceEvent } from "./shop.js";

const head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n";
const chunk = (text: string): string => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;

/** Everything of a stream, and how it ended. */
async function read(events: AsyncIterable<{ readonly data: string }>) {
  const data: string[] = [];
  try {
    for await (const event of events) data.push(event.data);
    return { data, code: undefined };
  } catch (error) {
    return { data, code: (error as { code?: string }).code };
  }
}

const streamEnds = (events: readonly ResilienceEvent[]) =>
  events.flatMap((event) => (event.type === "stream" ? [event.outcome] : []));

describe("a connection that ends", () => {
  const endings: [string, (socket: Socket) => void, string | undefined][] = [
    ["with its last chunk: the end", (socket) => socket.end(`${chunk("data: two\n\n")}0\r\n\r\n`), undefined],
    ["without its last chunk: a break", (socket) => socket.end(chunk("data: two\n\n")), "network"],
    ["within a chunk: a break", (socket) => socket.end("ff\r\ndata: two\n\n"), "network"],
    ["with a chunk that is none: a break", (socket) => socket.end(`${chunk("data: two\n\n")}zz\r\n`), "network"],
    [
      "by a reset: a break",
      (socket) => {
        socket.write(chunk("data: two\n\n"));
        setTimeout(() => socket.resetAndDestroy(), 20);
      },
      "network",
    ],
  ];
  test.each(endings)("%s", async (_, end, code) => {
    const server = await serveRaw((socket) => {
      socket.write(`${head}transfer-encoding: chunked\r\n\r\n${chunk("data: one\n\n")}`);
      setTimeout(() => end(socket), 20);
    });
    const { shop, events } = connect(server, { clock: undefined });
    const { data, code: got } = await read(await shop.watchEvents());
    expect([data[0], got]).toEqual(["one", code]);
    expect(streamEnds(events)).toEqual([code ?? "ok"]);
    expect(server.received).toHaveLength(1);
  });

  test("where nothing says how long it is: the end", async () => {
    const server = await serveRaw((socket) => socket.end(`${head}connection: close\r\n\r\ndata: one\r\r`));
    expect(await read(await connect(server).shop.watchEvents())).toEqual({ data: ["one"], code: undefined });
  });
});

test("compressed events come as they are sent; a broken compression is a break", async () => {
  const whole = gzipSync("data: one\n\ndata: two\n\n");
  for (const bytes of [whole, Buffer.from("no gzip at all")]) {
    const server = await serve((response) => {
      response.writeHead(200, { "content-type": "text/event-stream", "content-encoding": "gzip" });
      response.end(bytes);
    });
    const { shop, events } = connect(server, { clock: undefined });
    const { code } = await read(await shop.watchEvents());
    expect(code).toBe(bytes === whole ? undefined : "network");
    expect(streamEnds(events)).toEqual([code ?? "ok"]);
  }
});

test("an event of 4 MB whose characters are cut by its packets is whole", async () => {
  const text = "é漢😀".repeat(450_000);
  const server = await serve(async (response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    const bytes = Buffer.from(`data: ${text}\r\n\r\ndata: end\r\r`);
    for (let at = 0; at < bytes.length; at += 65_521) {
      if (!response.write(bytes.subarray(at, at + 65_521))) await once(response, "drain");
    }
    response.end();
  });
  const { data, code } = await read(await connect(server, { clock: undefined }).shop.watchEvents());
  expect([data[0] === text, data.slice(1), code]).toEqual([true, ["end"], undefined]);
});

test("an endless event ends at its limit, and the server is told", async () => {
  let closed: Promise<unknown> | undefined;
  const server = await serve((response) => {
    closed = once(response, "close");
    response.writeHead(200, { "content-type": "text/event-stream" });
    const more = (): void => {
      while (!response.destroyed && response.write(`data: ${"x".repeat(10_000)}\n`));
    };
    response.on("drain", more);
    more();
  });
  const operations = { watchEvents: { maxResponse: 1_000_000 } };
  const { shop, events } = connect(server, { clock: undefined, operations });
  expect(await read(await shop.watchEvents())).toEqual({ data: [], code: "too-large" });
  await closed;
  expect(streamEnds(events)).toEqual(["too-large"]);
});

test("a reader that is slow slows the server down, and gets everything", async () => {
  let sent = 0;
  const server = await serve((response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    const more = (): void => {
      for (;;) {
        if (sent === 4_000) return void response.end();
        sent++;
        if (!response.write(`data: ${sent} ${"x".repeat(10_000)}\n\n`)) return;
      }
    };
    response.on("drain", more);
    more();
  });
  const items = (await connect(server, { clock: undefined }).shop.watchEvents())[Symbol.asyncIterator]();
  await items.next();
  await sleep(300);
  expect(sent, "40 MB do not fit into the buffers of two sockets").toBeLessThan(3_900);
  let count = 1;
  while (!(await items.next()).done) count++;
  expect(count).toBe(4_000);
});

test("each of many users' streams reconnects with that user's own credentials, and none with another's", async () => {
  const store = new AsyncLocalStorage<string>();
  const mixed: string[] = [];
  const server = await serve(((response, { headers }) => {
    const last = String(headers["last-event-id"] ?? "");
    const user = String(headers["authorization"]).replace("Bearer ", "");
    // The id says whose the stream was.
    if (last !== "" && !last.startsWith(`${user}:`)) mixed.push(`${user} asked for ${last}`);
    const turn = Number(last.split(":")[1] ?? 0) + 1;
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write(`id: ${user}:${turn}\ndata: ${user}\n\n`);
    if (turn === 4) response.end();
    else setTimeout(() => response.socket?.destroy(), 5);
  }) satisfies Reply);
  const told: string[] = [];
  const { shop } = connect(server, {
    clock: undefined,
    middleware: [
      (request, next) => {
        request.headers.set("authorization", `Bearer ${store.getStore()}`);
        return next(request);
      },
    ],
    operations: { watchEvents: { bulkhead: false, retry: { backoff: 1, budget: false } } },
    observe: (event) => {
      if (event.type === "stream") told.push(`${store.getStore()}: ${event.outcome}`);
    },
  });
  const users = Array.from({ length: 50 }, (_, index) => `user-${index}`);
  const opened = await Promise.all(users.map((user) => store.run(user, async () => shop.watchEvents())));
  // Someone else reads them, as a framework that pipes responses does.
  const seen = await store.run("reader", () => Promise.all(opened.map((events) => read(events))));
  expect(seen).toEqual(users.map((user) => ({ data: [user, user, user, user], code: undefined })));
  expect(mixed).toEqual([]);
  expect(told.sort()).toEqual(users.map((user) => `${user}: ok`).sort());
});
