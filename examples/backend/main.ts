// Starts the back end, and stops it without losing a request.
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { pino } from "pino";
import { createBackend } from "./app.js";

const { PORT = "3000", HOST = "0.0.0.0", DRAIN_MS = "5000" } = process.env;
const { PAYMENTS_URL = "", PAYMENTS_TOKEN = "", INVENTORY_URL = "" } = process.env;
const logger = pino();
const hurry = new AbortController();
let isStopping = false;

const backend = createBackend({
  paymentsUrl: PAYMENTS_URL,
  paymentsToken: PAYMENTS_TOKEN,
  inventoryUrl: INVENTORY_URL,
  logger,
  isStopping: () => isStopping,
});
const server = backend.app.listen(Number(PORT), HOST);
await once(server, "listening");
logger.info({ port: (server.address() as AddressInfo).port }, "listening");

// The second signal is meant by somebody who does not want to wait.
process.on("SIGTERM", () => {
  if (isStopping) hurry.abort();
  isStopping = true;
});
await once(process, "SIGTERM");
logger.info("not ready any more");
// Load balancers send requests until they have seen /readyz fail.
await sleep(Number(DRAIN_MS), undefined, { signal: hurry.signal }).catch(() => {});
server.close();
server.closeIdleConnections();
// Requests that are under way come to their end.
await once(server, "close");
await backend.close();
logger.info("stopped");
