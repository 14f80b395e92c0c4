import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import express from "express";
import { describe, expect, onTestFinished, test } from "vitest";
import { getWith, Rig } from "../../tests/rig/rig.js";
import { defaults } from "../src/policies/defaults.js";
import { fetchHealth, type HealthHandlerOptions, health, nodeHealth } from "./health.js";

/** A client of which a critical operation and another one can be made to fail. */
function watched() {
  const rig = new Rig();
  const breaker = { ...defaults.breaker, minimumCalls: 1, cooldown: 1_000 };
  const getThing = getWith({ breaker });
  const payThing = getWith({ breaker: { ...breaker, critical: true } }, { id: "payThing" });
  const fail = async (operation: typeof getThing): Promise<void> => {
    rig.replies(500);
    await rig.end(operation);
  };
  return { rig, getThing, payThing, fail };
}

describe("health", () => {
  test("before the first call all is well", () => {
    expect(health({ shop: new Rig().client })).toEqual({ status: "ok", ready: true, clients: { shop: [] } });
  });

  test("shows critical breakers always, others only while they are not closed", async () => {
    const { rig, getThing, payThing } = watched();
    await rig.end(getThing);
    await rig.end(payThing);
    const pay = { scope: "operation:payThing", state: "closed", critical: true };
    expect(health({ shop: rig.client })).toEqual({ status: "ok", ready: true, clients: { shop: [pay] } });
  });

  test("a breaker that is open is a degradation, and the process stays ready", async () => {
    const { rig, getThing, fail } = watched();
    await fail(getThing);
    const open = { scope: "operation:getThing", state: "open", critical: false };
    expect(health({ shop: rig.client })).toEqual({ status: "degraded", ready: true, clients: { shop: [open] } });
  });

  test("a critical breaker that is open makes it unready, until a probe may be made", async () => {
    const { rig, payThing, fail } = watched();
    const other = watched();
    const clients = { shop: rig.client, stock: other.rig.client };
    await fail(payThing);
    expect(health(clients)).toMatchObject({ status: "unavailable", ready: false });
    await rig.clock.advance("2s");
    expect(health(clients)).toMatchObject({ status: "degraded", ready: true });
    await rig.end(payThing);
    expect(health(clients)).toMatchObject({ status: "ok", ready: true });
  });

  test("a critical breaker that somebody holds open makes it unready, too", async () => {
    const { rig, payThing } = watched();
    await rig.end(payThing);
    rig.client.resilience.operation("payThing").open();
    expect(health({ shop: rig.client }).ready).toBe(false);
    rig.client.resilience.operation("payThing").auto();
    expect(health({ shop: rig.client }).ready).toBe(true);
  });

  test("a process that is stopping is not ready", () => {
    const report = health({ shop: new Rig().client }, { isStopping: () => true });
    expect(report).toEqual({ status: "unavailable", ready: false, clients: { shop: [] } });
  });
});

/** Serves until the test has ended; gives the address. */
async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

type Ask = (path: string, method?: string) => Promise<Response>;

const asking =
  (base: string): Ask =>
  (path, method = "GET") =>
    fetch(base + path, { method });

/** The three sorts of servers, each with `own` for what is not theirs. */
const servers: Record<string, (...given: Parameters<typeof nodeHealth>) => Promise<Ask>> = {
  "Node's http": async (clients, options) => {
    const handle = nodeHealth(clients, options);
    return asking(
      await serve((request, response) => {
        if (!handle(request, response)) response.writeHead(418).end("own");
      }),
    );
  },
  Express: async (clients, options) => {
    const app = express();
    app.use(nodeHealth(clients, options));
    app.use((_request, response) => void response.status(418).send("own"));
    return asking(await serve(app));
  },
  fetch: async (clients, options) => {
    const handle = fetchHealth(clients, options);
    return async (path, method = "GET") =>
      handle(new Request(`http://server.example${path}`, { method })) ?? new Response("own", { status: 418 });
  },
};

describe.each(Object.entries(servers))("a server of %s", (_name, start) => {
  async function started(options: HealthHandlerOptions = {}) {
    const shop = watched();
    return { ...shop, ask: await start({ shop: shop.rig.client }, options) };
  }

  test("is alive whatever the breakers are, and ready as they say", async () => {
    const { ask, payThing, fail, rig } = await started();
    const both = async () => [(await ask("/livez")).status, (await ask("/readyz")).status];
    expect(await both()).toEqual([200, 200]);
    await fail(payThing);
    expect(await both()).toEqual([200, 503]);
    await rig.clock.advance("2s");
    expect(await both()).toEqual([200, 200]);
  });

  test("says what it knows, as JSON that nobody keeps", async () => {
    const { ask, getThing, fail } = await started();
    await fail(getThing);
    const answer = await ask("/readyz?verbose");
    expect(answer.headers.get("content-type")).toBe("application/json");
    expect(answer.headers.get("cache-control")).toBe("no-store");
    const open = { scope: "operation:getThing", state: "open", critical: false };
    expect(await answer.json()).toEqual({ status: "degraded", clients: { shop: [open] } });
    expect(await (await ask("/livez")).json()).toEqual({ status: "ok" });
  });

  test("answers at other paths where it is told to, and without details", async () => {
    const { ask, payThing, fail } = await started({ livePath: "/alive", readyPath: "/ready", details: false });
    await fail(payThing);
    expect((await ask("/alive")).status).toBe(200);
    const answer = await ask("/ready");
    expect([answer.status, await answer.json()]).toEqual([503, { status: "unavailable" }]);
    expect((await ask("/livez")).status).toBe(418);
  });

  test("leaves other requests to others", async () => {
    const { ask } = await started();
    const answers = await Promise.all([ask("/"), ask("/livez/more"), ask("/readyz", "POST")]);
    for (const answer of answers) expect([answer.status, await answer.text()]).toEqual([418, "own"]);
  });

  test("answers HEAD without a body", async () => {
    const { ask } = await started();
    const answer = await ask("/readyz", "HEAD");
    expect([answer.status, await answer.text()]).toEqual([200, ""]);
  });

  test("is not ready while it stops", async () => {
    let isStopping = false;
    const { ask } = await started({ isStopping: () => isStopping });
    expect((await ask("/readyz")).status).toBe(200);
    isStopping = true;
    expect([(await ask("/readyz")).status, (await ask("/livez")).status]).toEqual([503, 200]);
  });
});

test("no answer makes a call", async () => {
  const { rig, payThing, fail } = watched();
  const handle = fetchHealth({ shop: rig.client });
  await fail(payThing);
  const { requests } = rig;
  handle(new Request("http://server.example/readyz"));
  await rig.clock.advance("1m");
  expect(rig.requests).toBe(requests);
});
