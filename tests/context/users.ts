// Many users of one client, each in an async context of its own, as the requests that a server handles.
import { AsyncLocalStorage } from "node:async_hooks";
import { authorize } from "../../runtime/src/auth/auth.js";
import { callOperation } from "../../runtime/src/call/call.js";
import { buildClient, type Client } from "../../runtime/src/client/client.js";
import type { ApiDescription } from "../../runtime/src/contract/api.js";
import type { CallOptions } from "../../runtime/src/contract/call-options.js";
import type { Operation } from "../../runtime/src/contract/operation.js";
import type { RuntimeOptions } from "../../runtime/src/contract/options.js";
import type { Settled } from "../../runtime/src/contract/results.js";
import { coalesce } from "../../runtime/src/extensions/coalesce.js";
import { eventStream } from "../../runtime/src/extensions/event-stream.js";
import { fallback } from "../../runtime/src/extensions/fallback.js";
import { hedge } from "../../runtime/src/extensions/hedge.js";
import { rateLimit } from "../../runtime/src/extensions/rate-limit.js";
import type { ResilienceEvent } from "../../runtime/src/observe/events.js";
import type { Policies } from "../../runtime/src/policies/types.js";
import { getWith, offPolicies, retriesAfter } from "../rig/rig.js";

/** Who makes a call, and in which trace: what a server's handler keeps for each request. */
export interface Caller {
  readonly user: string;
  readonly trace: string;
}

export const current = new AsyncLocalStorage<Caller>();

export const api: ApiDescription = {
  contract: 1,
  servers: ["https://api.example"],
  authorize,
  securitySchemes: { bearer: { type: "bearer" } },
};

/** Each makes calls wait or continue in another way. */
export const policySets: Readonly<Record<string, Partial<Policies>>> = {
  bulkhead: { bulkhead: { concurrency: 3, queue: 1_000, queueTimeout: false, scope: "operation" } },
  "rate limit": { rateLimit: { calls: 20, per: 50, scope: "operation" } },
  retries: { retry: retriesAfter(5, 3) },
  "attempt timeout": { timeout: { attempt: 900, total: 20_000, idle: false }, retry: retriesAfter(5, 3) },
  hedge: { hedge: { after: 4, max: 2 }, retry: retriesAfter(5, 3) },
  coalescing: { coalesce: true, retry: retriesAfter(5, 3) },
  "stale responses": { fallback: { stale: 60_000 } },
  breaker: {
    retry: retriesAfter(5, 3),
    breaker: {
      window: 100,
      failureRate: 0.2,
      minimumCalls: 5,
      slowCall: false,
      cooldown: 20,
      cooldownMax: 20,
      probes: 1,
      scope: "operation",
      shared: false,
      critical: false,
    },
  },
  deadline: {
    timeout: { attempt: false, total: 800, idle: false },
    bulkhead: { concurrency: 3, queue: 1_000, queueTimeout: 300, scope: "operation" },
  },
};

/** All of them on one operation. */
export const everyPolicy: Partial<Policies> = Object.assign({}, ...Object.values(policySets), {
  breaker: { ...(policySets["breaker"]?.breaker as object), failureRate: 0.6 },
  timeout: { attempt: 600, total: 20_000, idle: false },
});

/** Reads who the caller is, by credentials alone. */
export function operationOf(name: string, policies: Partial<Policies>): Operation {
  return getWith(policies, {
    id: name.replace(/ /g, "_"),
    path: "/me",
    security: [["bearer"]],
    extensions: [rateLimit, hedge, ...fallback, coalesce],
  });
}

export const streamOperation: Operation = getWith(
  {
    ...offPolicies,
    streaming: true,
    retry: retriesAfter(5, 20),
    timeout: { attempt: false, total: false, idle: 5_000 },
    bulkhead: { concurrency: 100, queue: 0, queueTimeout: false, scope: "operation" },
  },
  {
    id: "listen",
    path: "/events",
    security: [["bearer"]],
    extensions: [eventStream],
    responses: { "200": "text/event-stream" },
  },
);

/** What went wrong between users: each entry names both. Empty where nothing did. */
export class Witness {
  readonly wrong: string[] = [];
  readonly #callers = new Map<number, Caller>();
  calls = 0;
  events = 0;

  /** Whatever a client runs for its caller must find that caller. */
  saw(where: string, owner: string | undefined): void {
    const found = current.getStore()?.user;
    if (found === undefined || found !== owner) this.wrong.push(`${where}: of ${owner}, in the context of ${found}`);
  }

  /** All events of one call come in one context. */
  readonly observe = (event: ResilienceEvent): void => {
    this.events++;
    if (!("call" in event)) return;
    const caller = current.getStore();
    const owner = this.#callers.get(event.call) ?? caller;
    if (owner !== undefined) this.#callers.set(event.call, owner);
    if (caller === undefined || caller !== owner)
      this.wrong.push(`event ${event.type} of call ${event.call}: of ${owner?.user}, in that of ${caller?.user}`);
    if ("correlationId" in event && event.correlationId !== caller?.trace)
      this.wrong.push(`event ${event.type}: trace ${event.correlationId} told to ${caller?.trace}`);
  };

  /** Options of a client whose every function answers for the current user. */
  options(more: Partial<RuntimeOptions> = {}): RuntimeOptions {
    return {
      auth: { bearer: () => current.getStore()?.user as string },
      correlationId: () => current.getStore()?.trace,
      observe: this.observe,
      middleware: [
        (request, next) => {
          const owner = request.headers.get("authorization")?.slice("Bearer ".length);
          this.saw("middleware", owner);
          const headers = new Headers(request.headers);
          headers.set("x-trace", current.getStore()?.trace ?? "");
          return next(new Request(request, { headers }));
        },
      ],
      identity: () => current.getStore()?.user as string,
      ...more,
    };
  }

  client(more: Partial<RuntimeOptions> = {}): Client {
    return buildClient(api, this.options(more));
  }

  /** Makes a call as a user; what comes back must be that user's. */
  async call(client: Client, operation: Operation, caller: Caller, options: CallOptions = {}): Promise<Settled> {
    this.calls++;
    return current.run(caller, async () => {
      const end = (await callOperation(client, operation, {}, options).result()) as Settled;
      this.saw("result", caller.user);
      const { user, trace } = (end.ok ? end.data : {}) as { user?: string; trace?: string };
      if (end.ok && user !== caller.user) this.wrong.push(`${caller.user} was answered for ${user}`);
      if (end.ok && end.source === "network" && trace?.split("-")[0] !== caller.user)
        this.wrong.push(`${caller.user} was sent in trace ${trace}`);
      return end;
    });
  }

  /** Reads a stream until it has had so many events; each must be that of the user who asked for it. */
  async listen(client: Client, caller: Caller, events: number, reader: Caller = caller): Promise<number> {
    this.calls++;
    const asked = current.run(caller, () => callOperation(client, streamOperation, {}, {}));
    return current.run(reader, async () => {
      const stream = (await asked) as AsyncIterable<{ data: Partial<Caller> }>;
      let count = 0;
      for await (const { data } of stream) {
        this.saw("stream", reader.user);
        if (data.user !== caller.user) this.wrong.push(`${caller.user} heard what is ${data.user}'s`);
        if (++count === events) break;
      }
      return count;
    });
  }
}
