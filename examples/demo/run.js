// npm run demo
//
// Generates a client for a little shop, compiles it, and calls a server with it that fails on purpose. Everything that is
// printed is checked; exit code 1 when a claim does not hold.
import { compileClient, generateClient, importClient } from "./client.js";
import { scenes } from "./scenes.js";
import { startShop } from "./shop-server.js";
import { moment, step, summary, title } from "./timeline.js";

title("A client is generated from fixtures/shop/openapi.yaml");
await step("resil-gen fixtures/shop/openapi.yaml -o .cache/demo/client", generateClient);
await step("its types are checked, and it is compiled", compileClient);
const { createApi, newIdempotencyKey } = await importClient();

title("It meets a server that fails on purpose");
const shop = await startShop();
try {
  const api = createApi({ baseUrl: shop.url, auth: { bearerAuth: () => "demo-token" }, observe: tell });
  for (const play of scenes) await play({ api, shop, newIdempotencyKey });
  await api.$client.close();
} finally {
  await shop.stop();
}
process.exitCode = summary() === 0 ? 0 : 1;

/** The client's side of the time line. */
function tell(event) {
  if (event.type === "retry") {
    moment("client", `${event.operation}: ${event.status ?? event.because}; retry in ${Math.round(event.waitMs)} ms`);
  } else if (event.type === "breaker") {
    moment("client", `breaker of ${event.scope.replace(/^.*:/, "")} is ${event.state}`);
  } else if (event.type === "call" && event.outcome !== "breaker-open") {
    const { operation, outcome, status, attempts, gaveUp } = event;
    const why = gaveUp === undefined || gaveUp === outcome ? "" : ` (${gaveUp})`;
    const how = outcome === "ok" ? String(status) : outcome + why;
    moment("client", `${operation} ends: ${how}, ${attempts} attempt${attempts === 1 ? "" : "s"}`);
  }
}
