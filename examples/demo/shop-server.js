// A shop on loopback that fails when it is told to.
import { once } from "node:events";
import { createServer } from "node:http";
import { moment } from "./timeline.js";

const order = { id: "o-1", status: "placed", items: [{ sku: "tea-assam", quantity: 2 }] };
const products = [{ sku: "tea-assam", name: "Assam, 100 g", stock: 12 }];

export async function startShop() {
  const shop = {
    url: "",
    /** Requests that arrived in this scene: what they were and when. */
    arrivals: [],
    /** What was executed, by idempotency key. */
    ledger: new Map(),
    /** Ways to fail, one per request; then all is well. */
    faults: [],
    /** How long each answer takes, in ms. */
    delayMs: 0,
    begin(...faults) {
      Object.assign(shop, { arrivals: [], faults, delayMs: 0 });
    },
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };

  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    const { method, url } = request;
    const key = request.headers["idempotency-key"];
    shop.arrivals.push({ at: performance.now(), key });
    const say = (text) => moment("server", `${method} ${url} ${text}`);
    const fault = shop.faults.shift();
    if (fault !== undefined && fault !== "lose") return fail(fault, response, say);
    await new Promise((resolve) => setTimeout(resolve, shop.delayMs));
    const { status, data } = execute(shop, method, url, key, body, say);
    if (fault !== "lose") return answer(response, status, data);
    say("… and its answer is lost: the connection breaks");
    return response.socket.destroy();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  shop.url = `http://127.0.0.1:${server.address().port}/v1`;
  return shop;
}

function fail(fault, response, say) {
  if (fault === "hang") return say("arrives; no answer will ever come");
  const { status, headers = {} } = fault;
  say(`→ ${[status, ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`)].join(", ")}`);
  return answer(response, status, { title: "on purpose", status }, "application/problem+json", headers);
}

/** Does what the request asks. One key is executed once; the second time the answer is repeated. */
function execute({ ledger }, method, url, key, body, say) {
  if (method === "POST") {
    const known = ledger.get(key);
    if (known !== undefined) {
      say(`→ ${known.status}, key ${short(key)} is known: the same answer again`);
      return known;
    }
    const done = { status: 201, data: { id: `no-${ledger.size + 1}`, status: "placed", ...JSON.parse(body) } };
    ledger.set(key, done);
    say(`is executed under its key ${short(key)}`);
    return done;
  }
  say("→ 200");
  if (url.startsWith("/v1/inventory")) return { status: 200, data: products };
  return { status: 200, data: url.startsWith("/v1/orders/") ? order : [order] };
}

function answer(response, status, data, contentType = "application/json", headers = {}) {
  response.writeHead(status, { "content-type": contentType, ...headers }).end(JSON.stringify(data));
}

function short(key) {
  return `${key.slice(0, 8)}…`;
}
