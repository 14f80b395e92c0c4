import { memoryStore, sharedStore } from "resil-gen-runtime/stores";
import { faultTransport, seededRandom, VirtualClock } from "resil-gen-runtime/testing";
import { afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { generate, typeErrors } from "../support/example.js";
import type { ClientOptions } from "./client/index.js";

let createHandler: typeof import("./handler.js").createHandler;

beforeAll(async () => {
  generate("serverless", "rates.yaml", "client");
  ({ createHandler } = await import("./handler.js"));
});

const lines: Record<string, unknown>[] = [];

beforeEach(() => {
  lines.length = 0;
  for (const level of ["info", "warn", "error"] as const) {
    vi.spyOn(console, level).mockImplementation((text: string) => void lines.push(JSON.parse(text)));
  }
});

afterEach(() => {
  vi.restoreAllMocks();
});

type Fault = NonNullable<NonNullable<Parameters<typeof faultTransport>[0]>["script"]>[number];

/** An instance of the function, beside a service that fails by script, on a clock of its own unless given. */
function instance(clock = new VirtualClock(), options: ClientOptions = {}) {
  const script: Fault[] = [];
  const inner = async (input: URL | Request) => {
    const { pathname } = new URL(input instanceof Request ? input.url : input);
    return Response.json({ currency: pathname.slice(-3), rate: 1.08 });
  };
  const transport = faultTransport({ script, clock, inner });
  const handle = createHandler({ ...options, transport, clock, random: seededRandom(1) });
  const ask = (path = "/rates/USD", init?: RequestInit) =>
    clock.run(handle(new Request(`https://fn.example${path}`, init)));
  /** The next so many requests to the service come to this. */
  const next = (count: number, fault: Fault): void => {
    while (script.length < transport.requests) script.push(undefined);
    script.length = transport.requests;
    script.push(...Array.from({ length: count }, () => fault));
  };
  return { clock, transport, ask, next };
}

const told = async (answer: Response) => [
  answer.status,
  answer.headers.get("x-source"),
  answer.headers.get("age"),
  await answer.json(),
];
const usd = { currency: "USD", rate: 1.08 };

test("it has no type error", () => {
  expect(typeErrors("serverless")).toBe("");
});

test("answers with what the service says, also at the second attempt", async () => {
  const { ask, next, transport } = instance();
  next(1, { drop: "answer" });
  expect(await told(await ask())).toEqual([200, "network", "0", usd]);
  expect(transport.requests).toBe(2);
  expect(lines).toMatchObject([{ level: "info", event: "retry", client: "rates", because: "network" }]);
});

test("when the service fails, the answer is the earlier one, and says how old it is", async () => {
  const { ask, next, clock } = instance();
  await ask();
  await clock.advance("1m");
  next(2, { status: 500 });
  const [status, source, age, body] = await told(await ask());
  expect([status, source, body]).toEqual([200, "stale", usd]);
  expect(Number(age)).toBeGreaterThanOrEqual(60);
});

test("when the service hangs, there is an answer before the deadline of three seconds", async () => {
  const { ask, next, clock } = instance();
  await ask();
  next(9, { latency: "1h" });
  const startedAt = clock.now();
  expect((await told(await ask()))[1]).toBe("stale");
  expect(clock.now() - startedAt).toBeLessThanOrEqual(3_000);
  expect(clock.pending).toBe(0);
});

test("while the breaker is open, the service is left alone and the earlier answer comes at once", async () => {
  const { ask, next, transport, clock } = instance();
  await ask();
  next(100, { drop: "connect" });
  for (let call = 0; call < 5; call++) await ask();
  const { requests } = transport;
  const startedAt = clock.now();
  expect((await told(await ask()))[1]).toBe("stale");
  expect([transport.requests, clock.now() - startedAt]).toEqual([requests, 0]);
  const health = await (await ask("/readyz")).json();
  expect(health).toMatchObject({ status: "degraded", clients: { rates: [{ state: "open" }] } });
});

test("instances that share a store share the breaker: what one has learnt, the others need not", async () => {
  const clock = new VirtualClock();
  const store = memoryStore({ now: () => clock.date() });
  const one = instance(clock, { store: sharedStore(store) });
  const other = instance(clock, { store: sharedStore(store) });
  await one.ask();
  await other.ask();
  one.next(100, { drop: "connect" });
  for (let call = 0; call < 5; call++) await one.ask();
  await clock.advance("300ms");
  await other.ask();
  const { requests } = other.transport;
  expect((await told(await other.ask()))[1]).toBe("stale");
  expect(other.transport.requests).toBe(requests);
});

test("without an earlier answer it says that it has none", async () => {
  const { ask, next } = instance();
  next(9, { status: 500 });
  const answer = await ask();
  expect([answer.status, await answer.json()]).toEqual([503, { title: "There is no rate just now.", status: 503 }]);
});

test("an unknown currency is no outage: no retry, no earlier answer", async () => {
  const { ask, next, transport } = instance();
  next(1, { status: 404, headers: { "content-type": "application/problem+json" }, body: "{}" });
  expect((await ask("/rates/XXX")).status).toBe(404);
  expect(transport.requests).toBe(1);
  for (const path of ["/", "/rates/usd", "/rates/USD/more"]) expect((await ask(path)).status).toBe(404);
  expect((await ask("/rates/USD", { method: "POST" })).status).toBe(404);
  expect(transport.requests).toBe(1);
});

test("what is deployed is alive", async () => {
  const { default: worker } = await import("./worker.js");
  expect((await worker.fetch(new Request("https://fn.example/livez"))).status).toBe(200);
});
