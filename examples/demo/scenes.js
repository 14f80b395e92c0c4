// Six accidents, and what the generated client makes of them. `api` is that client, `shop` the server.
import { setTimeout as sleep } from "node:timers/promises";
import { claim, moment, scene } from "./timeline.js";

const path = { orderId: "o-1" };

async function survivesOutage({ api, shop }) {
  scene("A GET survives two 503s");
  shop.begin({ status: 503 }, { status: 503 });
  const outcome = await api.getOrder({ path }).result();
  claim(outcome.ok && outcome.data.id === "o-1", "the caller saw one good answer, and no error");
  claim(outcome.attempts === 3 && shop.arrivals.length === 3, "the server got 3 requests");
}

async function executesOnce({ api, shop, newIdempotencyKey }) {
  scene("A POST whose answer is lost is executed once");
  shop.begin("lose");
  const before = shop.ledger.size;
  const body = { items: [{ sku: "tea-assam", quantity: 2 }] };
  const order = await api.createOrder({ body, idempotencyKey: newIdempotencyKey() });
  const keys = new Set(shop.arrivals.map(({ key }) => key));
  claim(shop.arrivals.length === 2 && keys.size === 1, "2 requests, both with the same key");
  claim(shop.ledger.size === before + 1, `the server's ledger has 1 new entry, ${order.id}: what the caller got`);

  shop.begin("lose");
  const outcome = await api
    .pay({ body: { orderId: order.id, cents: 1250 }, idempotencyKey: newIdempotencyKey() })
    .result();
  claim(!outcome.ok && shop.arrivals.length === 1, "nothing says that /payments knows keys: it is not sent again");
  claim(outcome.error?.sent === "maybe", "and the error says that it may have been executed (sent: maybe)");
}

async function obeysRetryAfter({ api, shop }) {
  scene("Retry-After is obeyed");
  shop.begin({ status: 429, headers: { "retry-after": 1 } });
  const outcome = await api.listOrders({ query: { limit: 1 } }).result();
  const [first, second] = shop.arrivals;
  const waited = Math.round((second?.at ?? 0) - first.at);
  claim(outcome.ok && waited >= 1_000, `the second request came ${waited} ms after the first: not before its time`);
}

async function breakerOpens({ api, shop }) {
  scene("A breaker opens, refuses without the network, and closes after its probe");
  shop.begin(...Array.from({ length: 6 }, () => ({ status: 500 })));
  for (let count = 0; count < 3; count++) await api.getInventory().result();
  shop.faults = [];
  const { length } = shop.arrivals;
  const startedAt = performance.now();
  const refused = await Promise.all(Array.from({ length: 1_000 }, () => api.getInventory().result()));
  const tookMs = Math.round(performance.now() - startedAt);
  const isRefused = refused.every(({ ok, error }) => !ok && error.code === "breaker-open" && error.sent === "no");
  moment("client", `1000 calls refused in ${tookMs} ms: breaker-open`);
  claim(
    isRefused && shop.arrivals.length === length,
    `the server's counter stands at ${length}: none of them was sent`,
  );
  const { retryAt } = refused[0].error;
  await sleep(retryAt.getTime() - Date.now() + 5);
  const probe = await api.getInventory().result();
  claim(probe.ok && shop.arrivals.length === length + 1, "after the cool-down one probe went through and was answered");
  const next = await api.getInventory().result();
  claim(next.ok && next.attempts === 1, "and the breaker is closed again");
}

async function bulkheadRefuses({ api, shop }) {
  scene("A bulkhead refuses what exceeds its queue");
  shop.begin();
  shop.delayMs = 300;
  const outcomes = await Promise.all(Array.from({ length: 7 }, () => api.getInventory().result()));
  const refused = outcomes.filter(({ error }) => error?.code === "bulkhead-full");
  const slowest = Math.round(Math.max(...refused.map(({ elapsedMs }) => elapsedMs)));
  claim(refused.length === 3, `of 7 calls at once 2 ran, 2 waited, and 3 were refused within ${slowest} ms`);
  claim(
    shop.arrivals.length === 4 && outcomes.filter(({ ok }) => ok).length === 4,
    "the server got 4 requests, and answered them",
  );
}

async function timesOut({ api, shop }) {
  scene("An operation that hangs is ended by its own timeout");
  shop.begin("hang", "hang");
  const { ok, error, elapsedMs } = await api.getSlowReport().result();
  claim(!ok && error.code === "timeout" && error.attempts === 2, `the caller got '${error?.code}' after 2 attempts`);
  claim(
    elapsedMs >= 1_190 && elapsedMs < 2_000,
    `after ${Math.round(elapsedMs)} ms: 600 ms each, 2 s at most, as the document says`,
  );
}

export const scenes = [survivesOutage, executesOnce, obeysRetryAfter, breakerOpens, bulkheadRefuses, timesOut];
