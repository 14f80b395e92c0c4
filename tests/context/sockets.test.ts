// One client for many users at once, over real connections.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { seededRandom } from "../../runtime/entries/testing/index.js";
import { callOperation } from "../../runtime/src/call/call.js";
import { progress } from "../../runtime/src/extensions/progress.js";
import { fetchTransport } from "../../runtime/src/http/transport.js";
import { postWith } from "../rig/rig.js";
import { current, everyPolicy, operationOf, policySets, Witness } from "./users.js";

const users = Array.from({ length: 60 }, (_, index) => `user${index}`);
const random = seededRandom(10);
const open = new Set<ServerResponse>();

/** Says whose credentials and trace a request came with; fails, hangs and breaks often. */
const server: Server = createServer((request, response) => {
  const { url = "", headers } = request;
  const who = { user: headers.authorization?.slice("Bearer ".length), trace: headers["x-trace"] };
  if (url.startsWith("/upload")) {
    const answer = JSON.stringify(who);
    const type = { "content-type": "application/json" };
    return void request.resume().on("end", () => response.writeHead(200, type).end(answer));
  }
  if (url.startsWith("/events")) return events(request, response, who);
  const chance = random();
  open.add(response);
  response.on("close", () => open.delete(response));
  if (chance < 0.03) return;
  const answer = (): void => {
    if (chance < 0.1) return void request.socket.destroy();
    response.writeHead(chance < 0.3 ? 503 : 200, { "content-type": "application/json" }).end(JSON.stringify(who));
  };
  setTimeout(answer, 12 * random());
});

/** Two events, then the connection breaks; the client comes back for more. */
function events({ headers, socket }: IncomingMessage, response: ServerResponse, who: object): void {
  response.writeHead(200, { "content-type": "text/event-stream" });
  const first = Number(headers["last-event-id"] ?? 0) + 1;
  for (const id of [first, first + 1]) response.write(`id: ${id}\ndata: ${JSON.stringify(who)}\n\n`);
  setTimeout(() => socket.destroy(), 5 * random());
}

let baseUrl = "";

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

/** Every user makes some calls at once, and some of them give up. */
async function crowd(witness: Witness, operations: readonly (readonly [string, object])[], options: object = {}) {
  const client = witness.client({ baseUrl, transport: fetchTransport(), ...options });
  const shared = new AbortController();
  const ends = users.flatMap((user, index) =>
    operations.flatMap(([name, more]) =>
      [0, 1].map((round) => {
        const own = new AbortController();
        const givesUp = round === 1 && index % 5 === 0;
        const signal = index % 10 === 3 ? shared.signal : givesUp ? own.signal : undefined;
        if (givesUp) setTimeout(() => own.abort(), 10 * random());
        return witness.call(
          client,
          operationOf(name, { ...timely, ...more }),
          { user, trace: `${user}-${round}` },
          { signal },
        );
      }),
    ),
  );
  setTimeout(() => shared.abort(), 30);
  const settled = await Promise.all(ends);
  for (const response of open) response.destroy();
  // Work that was aborted stops a moment later.
  for (const [name] of operations) {
    const control = client.resilience.operation(name.replace(/ /g, "_"));
    await vi.waitFor(() => expect(control.counters).toMatchObject({ running: 0, queued: 0 }), 10_000);
  }
  return settled;
}

const timely = { timeout: { attempt: 2_000, total: 20_000, idle: false } } as const;

describe("a call of one of 60 users is made with that user's credentials, in that user's context, under", () => {
  test.each(Object.entries(policySets))("%s", async (name, policies) => {
    const witness = new Witness();
    const settled = await crowd(witness, [[name, policies]]);
    expect(witness.wrong).toEqual([]);
    expect(settled.some(({ ok }) => ok)).toBe(true);
    expect(witness.events).toBeGreaterThan(2 * settled.length);
  });

  test("all policies together, with asynchronous credentials", async () => {
    const witness = new Witness();
    const bearer = async (): Promise<string> => {
      const before = current.getStore()?.user as string;
      await new Promise((resolve) => setTimeout(resolve, 3 * random()));
      witness.saw("credentials", before);
      return current.getStore()?.user as string;
    };
    await crowd(witness, [["everything", everyPolicy]], { auth: { bearer } });
    expect(witness.wrong).toEqual([]);
  });

  test("streams whose connections break, one after the other", async () => {
    const witness = new Witness();
    const client = witness.client({ baseUrl });
    const counts = await Promise.all(users.map((user) => witness.listen(client, { user, trace: `${user}-s` }, 5)));
    expect(witness.wrong).toEqual([]);
    expect(counts).toEqual(users.map(() => 5));
    expect(client.resilience.operation("listen").counters.running).toBe(0);
  });

  test("streams that are read by another user's code", async () => {
    const witness = new Witness();
    const client = witness.client({ baseUrl });
    const broker = { user: "broker", trace: "broker-1" };
    const counts = users.slice(0, 20).map((user) => witness.listen(client, { user, trace: `${user}-s` }, 5, broker));
    expect(await Promise.all(counts)).toEqual(counts.map(() => 5));
    expect(witness.wrong).toEqual([]);
  });

  test("uploads whose progress is told while others send over the same connections", async () => {
    const witness = new Witness();
    const client = witness.client({ baseUrl });
    const upload = postWith(
      { bulkhead: { concurrency: 2, queue: 100, queueTimeout: false, scope: "operation" } },
      {
        path: "/upload",
        security: [["bearer"]],
        extensions: [progress],
        body: { "text/plain": (content, contentType) => ({ content: content as string, contentType }) },
      },
    );
    let told = 0;
    const uploads = users.map((user) =>
      current.run({ user, trace: `${user}-u` }, () => {
        const onProgress = (): void => {
          told++;
          witness.saw("progress", user);
        };
        return callOperation(
          client,
          upload,
          { idempotencyKey: "k", body: "x".repeat(400_000) },
          { onProgress },
        ).result();
      }),
    );
    await Promise.all(uploads);
    expect(told).toBeGreaterThan(users.length);
    expect(witness.wrong).toEqual([]);
  });

  test("a client that is closed by another user", async () => {
    const witness = new Witness();
    const client = witness.client({ baseUrl });
    const operation = operationOf("bulkhead", policySets["bulkhead"] ?? {});
    const calls = users.map((user) => witness.call(client, operation, { user, trace: `${user}-c` }));
    await current.run({ user: "operator", trace: "operator-1" }, () => client.close({ drain: 20 }));
    const codes = (await Promise.all(calls)).map((end) => (end.ok ? "ok" : end.error.code));
    expect(codes).toContain("closed");
    expect(witness.wrong).toEqual([]);
  });
});
