import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { expect, onTestFinished, test } from "vitest";
import { getWith, type Reply, Rig } from "../../../tests/rig/rig.js";
import { VirtualClock } from "../../entries/testing/index.js";
import { callOperation } from "../call/call.js";
import { buildClient } from "../client/client.js";
import { defaults } from "../policies/defaults.js";
import type { Policies } from "../policies/types.js";

const breaker = { ...defaults.breaker, minimumCalls: 3 };
const timeout = { attempt: 200, total: 10_000, idle: false } as const;

/** A clock on which the process can stand still: time passes, and no timer fires meanwhile. */
class HeldClock extends VirtualClock {
  #heldMs = 0;

  override now(): number {
    return super.now() + this.#heldMs;
  }

  standStill(ms: number): void {
    this.#heldMs += ms;
  }
}

async function afterStandstill(ms: number, reply: Reply, calls = 5) {
  const clock = new HeldClock();
  const rig = new Rig({ clock });
  rig.usually = reply;
  const all = Array.from({ length: calls }, () => rig.call(getWith({ breaker, timeout })).result());
  await clock.advance(100);
  clock.standStill(ms);
  const ends = await clock.run(Promise.all(all));
  return { ends, state: rig.client.resilience.operation("getThing").state };
}

test("timeouts that fire late because the process stood still do not open the breaker", async () => {
  const { ends, state } = await afterStandstill(3_000, { after: "never" });
  expect(ends.map((end) => !end.ok && end.error.code)).toEqual(Array.from(ends, () => "timeout"));
  expect(state).toBe("closed");
});

test("timeouts that fire on time open the breaker", async () => {
  const { state } = await afterStandstill(0, { after: "never" });
  expect(state).toBe("open");
});

test("responses that lie in the sockets when a process goes on are read, and are successes", async () => {
  const source = `
    const { createServer } = require("node:http");
    const { parentPort } = require("node:worker_threads");
    let count = 0;
    const server = createServer((request, response) => {
      if (++count === 120) parentPort.postMessage("all are here");
      setTimeout(() => response.writeHead(200, { "content-type": "application/json" }).end('{"a":1}'), 50);
    });
    server.listen(0, "127.0.0.1", () => parentPort.postMessage(server.address().port));
  `;
  const worker = new Worker(source, { eval: true });
  onTestFinished(async () => void (await worker.terminate()));
  const [port] = (await once(worker, "message")) as [number];
  const client = buildClient({ contract: 1, servers: [] }, { baseUrl: `http://127.0.0.1:${port}` });
  const calling = (policies: Partial<Policies>) =>
    Array.from({ length: 60 }, () => callOperation(client, getWith(policies), {}, {}).result());
  // The connections are there, and the code is warm.
  await Promise.all(calling({}));
  const calls = calling({ breaker, timeout: { ...timeout, attempt: 2_000 } });
  await once(worker, "message");
  const until = performance.now() + 3_000;
  while (performance.now() < until);
  const ends = await Promise.all(calls);
  expect(ends.filter(({ ok }) => !ok)).toEqual([]);
  expect(client.resilience.operation("getThing").state).toBe("closed");
});
