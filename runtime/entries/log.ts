import { safeCorrelationId } from "../src/base/correlation.js";
import { newIdempotencyKey } from "../src/base/new-idempotency-key.js";
import type { ResilienceEvent } from "../src/observe/events.js";
import type { Middleware } from "../src/observe/middleware.js";
import type { WatchedClient } from "./watched.js";

/** Levels that pino and a console have in common, the quietest first. */
export type Level = "debug" | "info" | "warn" | "error";

/** A logger that takes fields and a message, as pino does. */
export type Logger = { readonly [Name in Level]: (fields: object, message: string) => void };

/** What is logged, and at which level unless told otherwise; `off`: not at all. */
const usualLevels = {
  /** A call ended with data, or a stream as its server or its reader meant it to. */
  success: "debug",
  /** A call or a stream ended with an error. */
  failure: "warn",
  /** A call ended with an error, and nothing was waiting for it: probably an `await` is missing. */
  forgotten: "error",
  /** A call or a stream was ended by its caller's signal. */
  aborted: "debug",
  attempt: "debug",
  retry: "info",
  /** A stream broke and will be continued. */
  reconnect: "info",
  hedge: "debug",
  refusal: "debug",
  fallback: "warn",
  warning: "warn",
  /** A breaker has opened. */
  open: "error",
  /** A breaker has begun to probe, or has closed. */
  breaker: "info",
  /** The shared store is away, or back. */
  store: "warn",
} as const satisfies Readonly<Record<string, Level>>;

/** What can be given a level of its own in {@link LogOptions.levels}. */
export type Logged = keyof typeof usualLevels;

/** How {@link logEvents} names, levels and correlates its lines. */
export interface LogOptions {
  /** The field `client`: tells the clients of one process apart. @default "default" */
  readonly name?: string | undefined;
  /** Levels other than the usual ones. */
  readonly levels?: { readonly [What in Logged]?: Level | "off" | undefined } | undefined;
  /**
   * Sends a correlation id on with each attempt, the same for all attempts of a call: the client's `correlationId`, else
   * what `id` gives, else a new UUID. `true`: in `x-correlation-id`; a text: in the header of that name. A server of
   * another origin must allow it to browsers (CORS). @default false
   */
  readonly correlation?:
    | boolean
    | string
    | { readonly header?: string | undefined; readonly id?: (() => string | undefined) | undefined }
    | undefined;
}

/**
 * Logs what a client does, a line for each event that is worth one. No line holds a URL, a header, a key or a body: of
 * a request it tells method and path template. A client is logged once to each logger.
 *
 * @param logger pino, or anything of its shape. @default {@link consoleLogger}
 * @returns a function that ends it
 * @throws TypeError for a correlation header that is no header
 */
export function logEvents(client: WatchedClient, logger: Logger = defaultLogger, options: LogOptions = {}): () => void {
  const { name = "default", correlation = false } = options;
  const ids = correlation === false ? undefined : new CorrelationIds(correlation);
  const observe = (event: ResilienceEvent): void => {
    const correlationId = ids?.of(event) ?? ("correlationId" in event ? event.correlationId : undefined);
    const kind = kindOf(event);
    const level = kind === undefined ? "off" : (options.levels?.[kind] ?? usualLevels[kind]);
    if (level === "off") return;
    const { type, ...fields } = event;
    const rest = kind === "forgotten" ? fields : { ...fields, observed: undefined };
    const id = correlationId === undefined ? {} : { correlationId: safeCorrelationId(correlationId) };
    logger[level]({ client: name, event: type, ...tidy(rest), ...id }, messageOf(event));
  };
  return client.attach({ key: logger, observe, middleware: ids?.middleware, addsCredentials: false });
}

/** Writes to a console: the message, then the fields as an object. */
export function consoleLogger(target: Readonly<Record<Level, (...data: unknown[]) => void>> = console): Logger {
  const line =
    (level: Level) =>
    (fields: object, message: string): void =>
      target[level](message, fields);
  return { debug: line("debug"), info: line("info"), warn: line("warn"), error: line("error") };
}

const defaultLogger = /* @__PURE__ */ consoleLogger();

/** The ids of the calls under way. */
class CorrelationIds {
  readonly #header: string;
  readonly #id: (() => string | undefined) | undefined;
  readonly #ids = new Map<number, string>();

  constructor(correlation: Exclude<LogOptions["correlation"], false | undefined>) {
    const given = typeof correlation === "object" ? correlation : {};
    this.#header = (typeof correlation === "string" ? correlation : given.header) ?? "x-correlation-id";
    this.#id = given.id;
    // A name that is none is better found now than by each call.
    new Headers([[this.#header, ""]]);
  }

  /** The id of an event's call; a call gets it when it begins. */
  of(event: ResilienceEvent): string | undefined {
    if (!("call" in event)) return undefined;
    const { type, call, correlationId } = event;
    if (type === "start") {
      const id = safeCorrelationId(correlationId ?? this.#id?.() ?? "");
      this.#ids.set(call, id === "" ? newIdempotencyKey() : id);
    }
    const id = this.#ids.get(call);
    if (type === "stream" || (type === "call" && !event.opensStream)) this.#ids.delete(call);
    return id;
  }

  /** Puts the id on the wire. One that is there already (a policy's, the caller's) is the call's. */
  readonly middleware: Middleware = (request, next, { call }) => {
    const sent = request.headers.get(this.#header);
    const id = this.#ids.get(call);
    if (sent !== null) {
      if (id !== undefined) this.#ids.set(call, sent);
    } else if (id !== undefined) request.headers.set(this.#header, id);
    return next(request);
  };
}

function kindOf(event: ResilienceEvent): Logged | undefined {
  if (event.type === "breaker") return event.state === "open" ? "open" : "breaker";
  if (event.type === "start") return undefined;
  if (event.type !== "call" && event.type !== "stream") return event.type;
  if (event.outcome === "ok" || event.outcome === "left") return "success";
  if (event.outcome === "aborted") return "aborted";
  return event.type === "stream" || event.observed ? "failure" : "forgotten";
}

/** Without what is not known, and with whole milliseconds. */
function tidy(fields: object): object {
  const known = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(known.map(([name, value]) => [name, name.endsWith("Ms") ? Math.round(value) : value]));
}

function messageOf(event: ResilienceEvent): string {
  if (event.type === "breaker") return `breaker of ${event.scope} is ${event.state}`;
  if (event.type === "store")
    return event.available ? "shared store is back" : `shared store is away: ${event.because}`;
  const what = `${event.operation}: ${event.method} ${event.path}`;
  const end = "outcome" in event ? `${event.status ?? event.outcome} in ${Math.round(event.elapsedMs)} ms` : "";
  switch (event.type) {
    case "start":
      return what;
    case "attempt":
      return `${what}, attempt ${event.attempt}: ${end}`;
    case "retry":
      return `${what}: ${event.status ?? event.because}, retry in ${Math.round(event.waitMs)} ms`;
    case "hedge":
      return `${what}: no answer yet, attempt ${event.attempt} starts beside it`;
    case "refusal":
      return `${what}: refused, ${event.because}`;
    case "fallback":
      return `${what}: ${event.because}, answered by ${event.source === "stale" ? "an earlier answer" : "its fallback"}`;
    case "warning":
      return `${what}: ${event.message}`;
    case "reconnect":
      return `${what}: ${event.because}, the stream reconnects in ${Math.round(event.waitMs)} ms`;
    case "stream": {
      const again = event.reconnects === 0 ? "" : `, ${event.reconnects} reconnect${event.reconnects === 1 ? "" : "s"}`;
      return `${what}: stream ended, ${event.outcome} after ${Math.round(event.elapsedMs)} ms${again}`;
    }
    case "call": {
      const gaveUp = event.gaveUp === undefined || event.gaveUp === event.outcome ? "" : `, gave up: ${event.gaveUp}`;
      const attempts = `${event.attempts} attempt${event.attempts === 1 ? "" : "s"}`;
      const forgotten =
        kindOf(event) === "forgotten" ? "; nothing was waiting for this call: is an await missing?" : "";
      return `${what}: ${event.outcome === "ok" ? "ok, " : ""}${end}, ${attempts}${gaveUp}${forgotten}`;
    }
  }
}
