import { type Clock, systemClock, timerDelay } from "../../src/base/clock.js";
import { type Duration, durationMs } from "../../src/base/duration.js";
import type { Transport } from "../../src/http/transport.js";

/** What happens to one request. */
export interface Fault {
  /** Passes before anything else happens. */
  readonly latency?: Duration | undefined;
  /** Answers with this status instead of sending. */
  readonly status?: number | undefined;
  /** Headers of that answer. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Body of that answer; data is sent as JSON. */
  readonly body?: unknown;
  /** `Retry-After` of that answer, in seconds. */
  readonly retryAfter?: number | undefined;
  /** `connect`: the connection is refused; `answer`: the request is sent and its answer is lost. */
  readonly drop?: "connect" | "answer" | undefined;
  /** The body of the answer breaks off after this many bytes. */
  readonly cut?: number | undefined;
}

/** What a {@link faultTransport} does to which requests. */
export interface FaultOptions {
  /** Sends what no fault answers. @default answers 200 with an empty JSON object */
  readonly inner?: Transport | undefined;
  /** Faults of the first requests, one each; `undefined` lets one pass. They go before `rates`. */
  readonly script?: readonly (Fault | undefined)[] | undefined;
  /** Faults by chance: each with its share of the requests, 0 to 1. */
  readonly rates?: readonly (Fault & { readonly rate: number })[] | undefined;
  /** A span in which nothing answers, from and to in ms of the clock. */
  readonly outages?: readonly (readonly [from: number, to: number])[] | undefined;
  /** @default the system's clock */
  readonly clock?: Clock | undefined;
  /** @default Math.random */
  readonly random?: (() => number) | undefined;
  /** Allows use with `NODE_ENV=production`. @default false */
  readonly force?: boolean | undefined;
}

/** A transport that does harm on purpose, and counts. */
export interface FaultTransport extends Transport {
  /** Requests that it was asked to send. */
  readonly requests: number;
}

/**
 * A transport that fails on purpose, by script and by chance: for tests, and for a staging service.
 *
 * @throws Error with `NODE_ENV=production`, unless forced
 */
export function faultTransport(options: FaultOptions = {}): FaultTransport {
  const { inner = emptyAnswer, script = [], rates = [], outages = [], clock = systemClock } = options;
  const { random = Math.random, force = false } = options;
  const environment = (globalThis as { process?: { env?: Record<string, string | undefined> } }).process?.env;
  if (environment?.["NODE_ENV"] === "production" && !force) {
    throw new Error("faultTransport refuses NODE_ENV=production; give force: true if you mean it");
  }
  let requests = 0;
  const send: Transport = async (input, init) => {
    const fault = chosen(requests++);
    if (fault === undefined) return inner(input, init);
    await pause(clock, durationMs(fault.latency ?? 0) ?? 0, init?.signal ?? (input as Request).signal);
    return carryOut(fault, () => inner(input, init));
  };
  const chosen = (index: number): Fault | undefined => {
    const now = clock.now();
    if (outages.some(([from, to]) => now >= from && now < to)) return { drop: "connect" };
    if (index < script.length) return script[index];
    let left = random();
    return rates.find(({ rate }) => {
      left -= rate;
      return left < 0;
    });
  };
  const { addsCredentials } = inner;
  const same = Object.assign(send, { addsCredentials });
  return Object.defineProperty(same, "requests", { get: () => requests }) as FaultTransport;
}

async function carryOut(fault: Fault, send: () => Promise<Response>): Promise<Response> {
  const { status, headers = {}, body, retryAfter, drop, cut } = fault;
  if (drop === "connect") throw connectionError("ECONNREFUSED");
  const answer = status === undefined ? await send() : answerOf(status, body, headers, retryAfter);
  if (drop === "answer") {
    await answer.body?.cancel();
    throw connectionError("ECONNRESET");
  }
  return cut === undefined ? answer : cutOff(answer, cut);
}

function answerOf(
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>>,
  retryAfter?: number,
): Response {
  const all = new Headers(headers);
  if (retryAfter !== undefined) all.set("retry-after", String(retryAfter));
  if (body !== undefined && !all.has("content-type")) all.set("content-type", "application/json");
  const isText = typeof body === "string" || body === undefined;
  return new Response(isText ? (body ?? null) : JSON.stringify(body), { status, headers: all });
}

/** The same answer with a body that breaks off. */
function cutOff(answer: Response, bytes: number): Response {
  const reader = answer.body?.getReader();
  let left = bytes;
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = (await reader?.read()) ?? { done: true, value: undefined };
      if (done || left <= 0) return controller.error(connectionError("UND_ERR_SOCKET"));
      controller.enqueue(value.subarray(0, left));
      left -= value.byteLength;
    },
  });
  return new Response(body, { status: answer.status, headers: answer.headers });
}

function pause(clock: Clock, ms: number, signal: AbortSignal | null | undefined): Promise<void> {
  if (signal?.aborted) return Promise.reject(signal.reason);
  if (ms === 0) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      clock.clearTimer(timer);
      reject(signal?.reason);
    };
    const timer = clock.setTimer(() => {
      signal?.removeEventListener("abort", abort);
      resolve();
    }, timerDelay(ms));
    signal?.addEventListener("abort", abort, { once: true });
  });
}

/** As fetch in Node tells it. */
function connectionError(code: string): TypeError {
  return new TypeError("fetch failed", { cause: Object.assign(new Error(code), { code }) });
}

const emptyAnswer: Transport = async () => new Response("{}", { headers: { "content-type": "application/json" } });
