import { seededRandom, VirtualClock } from "../../runtime/entries/testing/index.js";
import { callOperation } from "../../runtime/src/call/call.js";
import { buildClient, type Client } from "../../runtime/src/client/client.js";
import type { ApiDescription } from "../../runtime/src/contract/api.js";
import type { CallOptions } from "../../runtime/src/contract/call-options.js";
import type { ResilienceError } from "../../runtime/src/contract/errors.js";
import type { Operation } from "../../runtime/src/contract/operation.js";
import type { RuntimeOptions } from "../../runtime/src/contract/options.js";
import type { Call } from "../../runtime/src/contract/results.js";
import type { NoInput, OperationInput } from "../../runtime/src/http/operation-facts.js";
import type { Transport } from "../../runtime/src/http/transport.js";
import type { ResilienceEvent } from "../../runtime/src/observe/events.js";
import type { Policies, RetryPolicy } from "../../runtime/src/policies/types.js";

/** Every policy off. */
export const offPolicies: Policies = {
  repeat: "always",
  timeout: { attempt: false, total: false, idle: false },
  retry: false,
  breaker: false,
  bulkhead: false,
  maxResponse: false,
  streaming: false,
};

/** Retries at once, as often as it is told, whatever can be retried by default. */
export function retriesAtOnce(maxRetries: number, more: Partial<RetryPolicy> = {}): RetryPolicy {
  return {
    maxRetries,
    backoff: { initial: 0, factor: 1, max: 0, jitter: "none" },
    on: ["network", "timeout", 408, 421, 425, 429, 500, 502, 503, 504],
    retryAfter: true,
    budget: false,
    ...more,
  };
}

/** Retries after a fixed wait. */
export function retriesAfter(ms: number, maxRetries: number, more: Partial<RetryPolicy> = {}): RetryPolicy {
  return retriesAtOnce(maxRetries, { backoff: { initial: ms, factor: 1, max: ms, jitter: "none" }, ...more });
}

/** A GET that is documented with JSON for all answers; `more` changes it. */
export function getWith(policies: Partial<Policies>, more: Partial<Operation> = {}): Operation {
  return {
    id: "getThing",
    method: "GET",
    path: "/thing",
    policies: { ...offPolicies, ...policies },
    safe: true,
    responses: { "200": "application/json", default: "application/json" },
    ...more,
  };
}

/** A POST that may only be repeated when it was not processed; `more` changes it. */
export function postWith(policies: Partial<Policies>, more: Partial<Operation> = {}): Operation {
  return getWith(
    { repeat: "unprocessed", ...policies },
    { id: "createThing", method: "POST", path: "/things", safe: false, ...more },
  );
}

/** What the server does with one request. */
export interface Reply {
  /** @default 200 */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON; a text or a stream as it is. @default {} for a 200, nothing for others */
  readonly body?: unknown;
  /** Passes before the answer, in ms; `never`: no answer at all. */
  readonly after?: number | "never";
  /** Rejects as fetch does when the connection fails. */
  readonly fails?: string;
  /** How long the request goes on after it was aborted, in ms. @default it ends at once */
  readonly lingers?: number | "never";
}

/** A request as the server got it. */
export interface Received {
  /** On the virtual clock. */
  readonly at: number;
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
  readonly init: RequestInit;
}

/** What {@link Rig} takes; clock and randomness are the rig's. */
export interface RigOptions extends Omit<RuntimeOptions, "transport" | "clock"> {
  readonly api?: Partial<ApiDescription>;
  readonly clock?: VirtualClock;
  readonly transport?: Transport;
}

/** A client on a virtual clock, and the server that it talks to. */
export class Rig {
  readonly clock: VirtualClock;
  readonly client: Client;
  readonly received: Received[] = [];
  readonly events: ResilienceEvent[] = [];
  /** What the server does with the next requests, one each. */
  readonly script: (number | Reply)[] = [];
  /** What it does when there is no script any more. */
  usually: number | Reply = 200;

  constructor(options: RigOptions = {}) {
    const { api, clock = new VirtualClock(), transport = this.send, observe = [], ...rest } = options;
    this.clock = clock;
    this.client = buildClient(
      { contract: 1, servers: ["https://api.example"], ...api },
      {
        random: seededRandom(1),
        ...rest,
        clock,
        transport,
        observe: [observe, (event: ResilienceEvent) => this.events.push(event)].flat(),
      },
    );
  }

  /** What the next requests come to. */
  replies(...script: (number | Reply)[]): this {
    this.script.push(...script);
    return this;
  }

  call(
    operation: Operation,
    input: OperationInput = {},
    options: CallOptions<object> = {},
    client: Client = this.client,
  ): Call<unknown, ResilienceError> {
    return callOperation(client, operation, input as OperationInput | NoInput, options);
  }

  /** How a call ended, while time passes as it needs. */
  end(operation: Operation, input?: OperationInput, options?: CallOptions<object>) {
    return this.clock.run(this.call(operation, input, options).result());
  }

  /** The error of a call, while time passes as it needs. */
  async error(operation: Operation, input?: OperationInput, options?: CallOptions<object>): Promise<ResilienceError> {
    const end = await this.end(operation, input, options);
    if (end.ok) throw new Error(`the call ended well, with ${JSON.stringify(end.data)}`);
    return end.error;
  }

  /** Requests so far. */
  get requests(): number {
    return this.received.length;
  }

  /** When requests came, on the virtual clock. */
  get times(): number[] {
    return this.received.map(({ at }) => at);
  }

  /** The events of one type. */
  heard<Type extends ResilienceEvent["type"]>(type: Type): Extract<ResilienceEvent, { type: Type }>[] {
    return this.events.filter((event) => event.type === type) as Extract<ResilienceEvent, { type: Type }>[];
  }

  /** It adds no credentials: the client knows whose the responses are. */
  readonly send: Transport = Object.assign(
    async (input: URL | Request, init: RequestInit = {}) => {
      const isRequest = input instanceof Request;
      const body: unknown = isRequest ? await input.clone().text() : init.body;
      const headers = Object.fromEntries(new Headers(isRequest ? input.headers : init.headers));
      const { method = "GET" } = isRequest ? input : init;
      this.received.push({
        at: this.clock.now(),
        url: isRequest ? input.url : input.href,
        method,
        headers,
        body,
        init,
      });
      const next = this.script.shift() ?? this.usually;
      return this.#answer(typeof next === "number" ? { status: next } : next, init.signal ?? undefined);
    },
    {
      addsCredentials: false as const,
    },
  );

  #answer(reply: Reply, signal: AbortSignal | undefined): Promise<Response> {
    const { after = 0, fails, lingers = 0 } = reply;
    return new Promise((resolve, reject) => {
      const settle = (): void => {
        signal?.removeEventListener("abort", abort);
        if (fails === undefined) resolve(responseOf(reply));
        else reject(connectionError(fails));
      };
      const timer = after === 0 || after === "never" ? undefined : this.clock.setTimer(settle, after);
      const abort = (): void => {
        this.clock.clearTimer(timer);
        if (lingers === 0) reject(signal?.reason);
        else if (lingers !== "never") this.clock.setTimer(() => reject(signal?.reason), lingers);
      };
      signal?.addEventListener("abort", abort, { once: true });
      if (after === 0) settle();
    });
  }
}

/** As fetch in Node tells it. */
export function connectionError(code: string): TypeError {
  return new TypeError("fetch failed", { cause: Object.assign(new Error(code), { code }) });
}

export function responseOf({ status = 200, headers, body }: Reply): Response {
  const given = body === undefined && status === 200 ? {} : body;
  const isPlain = given === undefined || typeof given === "string" || given instanceof ReadableStream;
  const all = new Headers(headers);
  if (given !== undefined && !all.has("content-type")) all.set("content-type", "application/json");
  return new Response(isPlain ? (given ?? null) : JSON.stringify(given), { status, headers: all });
}
