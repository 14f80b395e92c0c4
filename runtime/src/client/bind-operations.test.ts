import { expect, test } from "vitest";
import { type BoundOperations, bindOperations } from "./bind-operations.js";
import { buildClient, type ClientHandle } from "./client.js";

const client: ClientHandle = buildClient({ contract: 1, servers: ["https://api.example"] }, {});
const orders = { getOrder: (own: ClientHandle, id: string, note?: string) => ({ own, id, note }) };
const payments = { pay: (own: ClientHandle) => own };

interface Bound extends BoundOperations<typeof orders> {
  readonly $client: ClientHandle;
}

test("operations of all modules are called with the client before their own arguments", () => {
  const bound = bindOperations<Bound & BoundOperations<typeof payments>>(client, { orders, payments });
  expect(bound.getOrder("o-1", "urgent")).toEqual({ own: client, id: "o-1", note: "urgent" });
  expect(bound.pay()).toBe(client);
  expect(bound.$client).toBe(client);
});

test("bound operations have the types of their own, less the client", () => {
  const bound = bindOperations<Bound>(client, { orders });
  // @ts-expect-error the id is missing
  bound.getOrder();
  // @ts-expect-error it is a text
  bound.getOrder(1);
});
