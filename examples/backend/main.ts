// Starts the back end, and stops it without losing a request.
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { pino } from "pino";
import { drainOnSignal } from "resil-gen-runtime/health";
import { createBackend } from "./app.js";

const { PORT = "3000", HOST = "0.0.0.0", DELAY_MS = "5000", DRAIN_MS = "10000" } = process.env;
const { PAYMENTS_URL = "", PAYMENTS_TOKEN = "", INVENTORY_URL = "" } = process.env;
const logger = pino();

const { app, clients } = createBackend({
  paymentsUrl: PAYMENTS_URL,
  paymentsToken: PAYMENTS_TOKEN,
  inventoryUrl: INVENTORY_URL,
  logger,
});
const server = app.listen(Number(PORT), HOST);
await once(server, "listening");
logger.info({ port: (server.address() as AddressInfo).port }, "listening");

// Within the pod's terminationGracePeriodSeconds: the delay, the drain, and a second.
drainOnSignal(server, clients, {
  delay: Number(DELAY_MS),
  drain: Number(DRAIN_MS),
  onStep: (step) => logger.info(step),
});
