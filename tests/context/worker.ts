// A worker that serves many users with one client, as it is meant to be used. Bundled and run by workerd.test.ts.
import { clientCredentials } from "../../runtime/src/auth/token-source.js";
import { callOperation } from "../../runtime/src/call/call.js";
import type { Client } from "../../runtime/src/client/client.js";
import type { ResilienceError } from "../../runtime/src/contract/errors.js";
import type { Operation } from "../../runtime/src/contract/operation.js";
import { fetchTransport } from "../../runtime/src/http/transport.js";
import { retriesAfter } from "../rig/rig.js";
import { operationOf, Witness } from "./users.js";

const timely = { timeout: { attempt: 1_000, total: 20_000, idle: false } } as const;
const narrow = { bulkhead: { concurrency: 3, queue: 200, queueTimeout: false, scope: "operation" } } as const;

const operations: Readonly<Record<string, Operation>> = {
  bulkhead: operationOf("bulkhead", { ...timely, ...narrow }),
  retries: operationOf("retries", { ...timely, ...narrow, retry: retriesAfter(20, 5) }),
  coalescing: operationOf("coalescing", { ...timely, coalesce: true }),
  everything: operationOf("everything", {
    ...timely,
    ...narrow,
    coalesce: true,
    retry: retriesAfter(20, 5),
    hedge: { after: 30, max: 1 },
    rateLimit: { calls: 50, per: 100, scope: "operation" },
    fallback: { stale: 60_000 },
  }),
};

const witness = new Witness();
let users: Client | undefined;
let machine: Client | undefined;

async function answer(url: URL, origin: string): Promise<unknown> {
  const user = url.searchParams.get("user") ?? "";
  const caller = { user, trace: `${user}-1` };
  users ??= witness.client({ baseUrl: origin, transport: fetchTransport() });
  if (url.pathname === "/wrong") return witness.wrong;
  if (url.pathname === "/counters") {
    return Object.keys(operations).map((id) => users?.resilience.operation(id).counters.running);
  }
  if (url.pathname === "/stream") return witness.listen(users, caller, 5);
  if (url.pathname === "/close") return users.close();
  if (url.pathname === "/token") {
    const bearer = clientCredentials({ tokenUrl: `${origin}/token`, clientId: "worker", timeout: "8s" });
    machine ??= new Witness().client({
      baseUrl: origin,
      transport: fetchTransport(),
      auth: { bearer },
      middleware: [],
    });
    const end = await callOperation(machine, operations["retries"] as Operation, {}, {}).result();
    return end.ok ? "ok" : (end.error as ResilienceError).code;
  }
  const operation = operations[url.pathname.slice(1)] as Operation;
  const end = await witness.call(users, operation, caller);
  return end.ok ? "ok" : (end.error as ResilienceError).code;
}

export default {
  async fetch(request: Request, { ORIGIN }: { readonly ORIGIN: string }): Promise<Response> {
    return Response.json(await answer(new URL(request.url), ORIGIN));
  },
};
