import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { beforeAll, expect, onTestFinished, test } from "vitest";
import { hang, json, problem, type Reply, reset, serve, type TestServer } from "../../tests/clients/servers.js";
import { bundled, generate, typeErrors } from "../support/example.js";

let program = "";

beforeAll(async () => {
  generate("backend", "payments.yaml", "client/payments");
  generate("backend", "inventory.yaml", "client/inventory");
  program = await bundled("backend", "main.ts");
});

type Line = Record<string, unknown>;

interface Running {
  readonly url: string;
  readonly child: ChildProcess;
  readonly payments: TestServer & { reply: Reply };
  readonly inventory: TestServer & { reply: Reply };
  /** What it has logged so far. */
  readonly lines: Line[];
  /** Waits until it has logged a line with this message. */
  said(message: RegExp): Promise<Line>;
  order(key?: string): Promise<Response>;
}

/** A service whose replies can be changed. */
async function service(reply: Reply): Promise<TestServer & { reply: Reply }> {
  const server = await serve((response, request) => changeable.reply(response, request));
  const changeable = Object.assign(server, { reply });
  return changeable;
}

/** The back end as a process of its own, beside the two services that it calls. */
async function start(settings: NodeJS.ProcessEnv = {}): Promise<Running> {
  const payments = await service(json({ id: "c-1", cents: 1250 }, 201));
  const inventory = await service(json({ available: 12 }));
  const env = {
    ...process.env,
    HOST: "127.0.0.1",
    PORT: "0",
    DELAY_MS: "600000",
    PAYMENTS_URL: payments.url,
    PAYMENTS_TOKEN: "s3cret-token",
    INVENTORY_URL: inventory.url,
    ...settings,
  };
  const child = spawn(process.execPath, [program], { env, stdio: ["ignore", "pipe", "inherit"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  const lines: Line[] = [];
  const output = createInterface(child.stdout).on("line", (text) => lines.push(JSON.parse(text) as Line));
  const said = async (message: RegExp): Promise<Line> => {
    for (;;) {
      const line = lines.find(({ msg }) => message.test(String(msg)));
      if (line !== undefined) return line;
      await once(output, "line");
    }
  };
  const { port } = await said(/^listening$/);
  const url = `http://127.0.0.1:${String(port)}`;
  const order = (key = "key-1") =>
    fetch(`${url}/orders`, {
      method: "POST",
      headers: { "content-type": "application/json", "idempotency-key": key },
      body: JSON.stringify({ cents: 1250, card: "s3cret-card" }),
    });
  return { url, child, payments, inventory, lines, said, order };
}

test("it has no type error", () => {
  expect(typeErrors("backend")).toBe("");
});

test("an order is charged once, under one key, also when the answer is lost on its way", async () => {
  const { payments, order } = await start();
  const good = payments.reply;
  payments.reply = (response, request) => (request.number === 1 ? reset : good)(response, request);
  const answer = await order("key-7");
  expect([answer.status, await answer.json()]).toEqual([201, { charge: "c-1" }]);
  expect(payments.received.map(({ headers }) => headers["idempotency-key"])).toEqual(["key-7", "key-7"]);
  const [first, second] = payments.received.map(({ headers }) => headers["x-correlation-id"]);
  expect([first, first]).toEqual([second, expect.stringMatching(/^[0-9a-f-]{36}$/)]);
});

test("a declined card is told as what it is; an order without a key is refused", async () => {
  const { url, payments, order } = await start();
  payments.reply = problem(402);
  const declined = await order();
  expect([declined.status, await declined.json()]).toEqual([402, { title: "problem 402" }]);
  expect((await fetch(`${url}/orders`, { method: "POST" })).status).toBe(400);
  expect(payments.received).toHaveLength(1);
});

test("while payments fail it is alive and not ready, and tells customers when to come back", async () => {
  const { url, payments, order, said } = await start();
  payments.reply = problem(500);
  for (let call = 0; call < 3; call++) await order(`key-${call}`);
  const { length } = payments.received;
  const refused = await order("key-9");
  expect(refused.status).toBe(503);
  expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
  expect(await refused.json()).toEqual({
    title: "We cannot take payments just now. Please try again in a minute.",
    code: "breaker-open",
  });
  expect(payments.received).toHaveLength(length);
  expect((await fetch(`${url}/livez`)).status).toBe(200);
  const readiness = await fetch(`${url}/readyz`);
  const breaker = { scope: "operation:createCharge", state: "open", critical: true };
  expect([readiness.status, await readiness.json()]).toEqual([
    503,
    { status: "unavailable", clients: { payments: [breaker], inventory: [] } },
  ]);
  expect(await said(/^circuit breaker operation:createCharge opened: /)).toMatchObject({ level: 50 });
});

test("without the inventory a page has an earlier count, or none, and the process stays ready", async () => {
  const { url, inventory } = await start();
  const page = async (sku: string) => (await fetch(`${url}/products/${sku}`)).json();
  expect(await page("tea")).toEqual({ sku: "tea", available: 12, isCurrent: true });
  inventory.reply = reset;
  expect(await page("tea")).toEqual({ sku: "tea", available: 12, isCurrent: false });
  expect(await page("jam")).toEqual({ sku: "jam", available: null, isCurrent: false });
  for (let call = 0; call < 3; call++) await page("jam");
  const readiness = await fetch(`${url}/readyz`);
  expect([readiness.status, await readiness.json()]).toMatchObject([200, { status: "degraded" }]);
});

test("its metrics tell both clients apart", async () => {
  const { url, inventory, order } = await start();
  inventory.reply = reset;
  await order();
  await fetch(`${url}/products/tea`);
  const text = await (await fetch(`${url}/metrics`)).text();
  const lines = text.split("\n");
  expect(lines).toContain('resil_calls_total{client="payments",operation="createCharge",outcome="ok"} 1');
  expect(lines).toContain('resil_retries_total{client="inventory",operation="getStock",reason="network"} 1');
  expect(lines).toContain('resil_fallbacks_total{client="inventory",operation="getStock",source="value"} 1');
  expect(lines).toContain('resil_bulkhead_running_limit{client="payments",scope="operation:createCharge"} 20');
});

test("no secret is in its log", async () => {
  const { payments, order, lines, said } = await start();
  payments.reply = problem(500, {}, { detail: "s3cret-answer" });
  await order("s3cret-key");
  expect(payments.received[0]?.body).toContain("s3cret-card");
  await said(/gave up: max-retries/);
  expect(JSON.stringify(lines)).not.toContain("s3cret");
});

test("told to stop, it is not ready, lets its requests finish, and exits", async () => {
  const { url, child, payments, order, said } = await start();
  const good = payments.reply;
  let answer = (): void => {};
  payments.reply = (response, request) => {
    answer = () => good(response, request);
    hang(response, request);
  };
  const running = order();
  await payments.requests(1);
  child.kill("SIGTERM");
  await said(/^not-ready$/);
  expect((await fetch(`${url}/readyz`)).status).toBe(503);
  expect((await fetch(`${url}/livez`)).status).toBe(200);
  const exited = once(child, "exit");
  child.kill("SIGTERM");
  await said(/^closing$/);
  answer();
  expect((await running).status).toBe(201);
  expect(await exited).toEqual([0, null]);
});

test("told to stop while a payment hangs, it answers the customer and exits within the drain", async () => {
  const { child, payments, order, said } = await start({ DELAY_MS: "0", DRAIN_MS: "1000" });
  payments.reply = hang;
  const running = order();
  await payments.requests(1);
  const exited = once(child, "exit");
  const startedAt = performance.now();
  child.kill("SIGTERM");
  await said(/^closing$/);
  const answer = await running;
  expect([answer.status, await answer.json()]).toMatchObject([503, { code: "closed" }]);
  expect(await exited).toEqual([0, null]);
  expect(performance.now() - startedAt).toBeLessThan(1_000 + 2_000);
});
