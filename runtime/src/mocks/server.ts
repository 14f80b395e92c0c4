import { type Clock, systemClock, timerDelay } from "../base/clock.js";
import { pairsOf } from "../base/header-pairs.js";
import { answerOf, refusal, usualStatus } from "./answers.js";
import { type Behaviour, milliseconds } from "./behaviour.js";
import { fingerprintOf, keyOf, SeenKeys } from "./idempotency.js";
import { pageOf, withMembers } from "./pages.js";
import { Resources } from "./resources.js";
import type { MockOperation, MockOptions, MockReply, MockRequest } from "./types.js";

type Received = { -readonly [Member in keyof MockRequest]: MockRequest[Member] };

/** The server that all mocks of one `createMocks` are: what it was asked, what it executed, which keys it knows. */
export class MockServer {
  readonly requests: Received[] = [];
  readonly executions: Received[] = [];
  readonly clock: Clock;
  readonly #keys = new SeenKeys();
  readonly #resources: Resources | undefined;

  constructor(operations: readonly MockOperation[], { clock = systemClock, stateful = false }: MockOptions) {
    this.clock = clock;
    this.#resources = stateful ? new Resources(operations) : undefined;
  }

  reset(): void {
    this.requests.length = 0;
    this.executions.length = 0;
    this.#keys.clear();
    this.#resources?.clear();
  }

  async handle(id: string, operation: MockOperation, behaviour: Behaviour, request: Request): Promise<Response> {
    const { method, url, headers } = request;
    const text = method === "GET" || method === "HEAD" ? "" : await request.clone().text();
    const body = parsed(text, headers.get("content-type") ?? "");
    const key = operation.key && keyOf(operation.key, request, body);
    const all = Object.fromEntries(pairsOf(headers));
    const received: Received = {
      operation: id,
      method,
      url,
      headers: all,
      body,
      idempotencyKey: key,
      status: undefined,
    };
    this.requests.push(received);
    const response = await this.#answer(operation, behaviour, received, fingerprintOf(request, text));
    // fetch's own "network error" has the status 0.
    received.status = response.status || undefined;
    return response;
  }

  async #answer(
    operation: MockOperation,
    behaviour: Behaviour,
    received: Received,
    fingerprint: string,
  ): Promise<Response> {
    const { operation: id, idempotencyKey: key } = received;
    const state = operation.key === undefined ? "new" : this.#keys.begin(id, operation.key, key, fingerprint);
    if (state === "missing") return refusal(operation, 400, "The idempotency key is missing.");
    if (state === "reused") return refusal(operation, 422, "The idempotency key was used with another request.");
    if (state === "running") return refusal(operation, 409, "A request with this idempotency key is under way.", 1);
    const reply = behaviour();
    if (reply.delay !== undefined) await this.#pause(milliseconds(reply.delay));
    const status = reply.status ?? usualStatus(operation);
    const isDone = reply.drop !== "connect" && status < 400;
    if (!isDone) {
      if (state === "new") this.#keys.end(id, key);
      return reply.drop === undefined ? answerOf(operation, status, reply) : Response.error();
    }
    const response = state === "new" ? this.#execute(operation, status, reply, received) : state.replay;
    return reply.drop === undefined ? response : Response.error();
  }

  /** Does what is asked, and keeps the answer under its key. */
  #execute(operation: MockOperation, status: number, reply: MockReply, received: Received): Response {
    const { operation: id, idempotencyKey: key } = received;
    const response =
      "body" in reply ? answerOf(operation, status, reply) : this.#usual(operation, status, reply, received);
    if (response.status >= 400) this.#keys.end(id, key);
    else {
      this.#keys.end(id, key, response);
      if (operation.safe !== true) this.executions.push(received);
    }
    return response;
  }

  #usual(operation: MockOperation, status: number, reply: MockReply, { url, body }: Received): Response {
    const { pages } = operation;
    const kept = status === usualStatus(operation) ? this.#resources?.answer(operation, url, body) : undefined;
    if (kept === "notFound") return answerOf(operation, 404, {});
    if (kept !== undefined) {
      const data = pages === undefined || Array.isArray(kept.data) ? kept.data : withMembers(kept.data, pages.last);
      return answerOf(operation, status, { ...reply, body: data });
    }
    if (pages === undefined) return answerOf(operation, status, reply);
    const [, sample] = operation.answers[String(status)] ?? [];
    return answerOf(operation, status, { ...reply, body: pageOf(sample?.(), pages, url) });
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.clock.setTimer(resolve, timerDelay(ms));
    });
  }
}

function parsed(text: string, contentType: string): unknown {
  if (text === "" || !/[/+]json/i.test(contentType)) return text === "" ? undefined : text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
