// A little shop's back end. It calls two services by generated clients, and is watched.
import express, { type Express, type Response } from "express";
import { Registry } from "prom-client";
import { type drainOnSignal, nodeHealth } from "resil-gen-runtime/health";
import { type Logger, logEvents } from "resil-gen-runtime/log";
import { prometheus } from "resil-gen-runtime/prometheus";
import { createApi as createInventory } from "./client/inventory/index.js";
import { type CreateChargeError, createApi as createPayments } from "./client/payments/index.js";

export interface Settings {
  readonly paymentsUrl: string;
  readonly paymentsToken: string;
  readonly inventoryUrl: string;
  readonly logger: Logger;
}

export interface Backend {
  readonly app: Express;
  /** The clients, for the shutdown. */
  readonly clients: Parameters<typeof drainOnSignal>[1];
}

export function createBackend({ paymentsUrl, paymentsToken, inventoryUrl, logger }: Settings): Backend {
  // One client per process and service: it holds the state of the breakers.
  const payments = createPayments({ baseUrl: paymentsUrl, auth: { bearerAuth: () => paymentsToken } });
  const inventory = createInventory({ baseUrl: inventoryUrl });
  const clients = { payments: payments.$client, inventory: inventory.$client };
  const register = new Registry();
  for (const [name, client] of Object.entries(clients)) {
    prometheus(client, { register, name });
    logEvents(client, logger, { name, correlation: true });
  }

  const app = express();
  app.use(nodeHealth(clients));
  app.get("/metrics", async (_request, response) => {
    response.type(register.contentType).send(await register.metrics());
  });

  app.get("/products/:sku", async (request, response) => {
    const { sku } = request.params;
    const stock = await inventory.getStock({ path: { sku } }).result();
    // It fails only by an answer that is nobody's outage: an unknown product.
    if (!stock.ok) response.status(stock.status === 404 ? 404 : 502).json({ title: "There is no such product." });
    else response.json({ sku, available: stock.data.available, isCurrent: stock.source === "network" });
  });

  app.post("/orders", express.json(), async (request, response) => {
    // The page makes the key when it shows the form: whoever clicks twice pays once.
    const idempotencyKey = request.get("idempotency-key");
    if (idempotencyKey === undefined) {
      response.status(400).json({ title: "An order needs an Idempotency-Key." });
      return;
    }
    const { cents, card } = (request.body ?? {}) as { cents: number; card: string };
    const charge = await payments.createCharge({ body: { cents, card }, idempotencyKey }).result();
    if (charge.ok) response.status(201).json({ charge: charge.data.id });
    else refuse(response, charge.error);
  });

  return { app, clients };
}

function refuse(response: Response, error: CreateChargeError): void {
  if (error.code === "http" && error.status === 402) {
    response.status(402).json({ title: error.body.title ?? "Your card was declined." });
    return;
  }
  if (error.retryAt !== undefined) {
    const seconds = Math.ceil((error.retryAt.getTime() - Date.now()) / 1_000);
    response.set("retry-after", String(Math.max(1, seconds)));
  }
  // With the same key the customer may try again, even where nobody knows whether the card was charged.
  response.status(503).json({ title: error.userMessage ?? "Something went wrong.", code: error.code });
}
