import { safeCorrelationId } from "../src/base/correlation.js";
import { type Duration, durationMs } from "../src/base/duration.js";
import type { ResilienceEvent } from "../src/observe/events.js";
import { type Correlation, CorrelationIds } from "./log/correlation.js";
import { messageOf } from "./log/message.js";
import { lineKey, Sampler } from "./log/sampling.js";
import type { WatchedClient } from "./watched.js";

/** Levels that pino and a console have in common, the quietest first. */
export type Level = "debug" | "info" | "warn" | "error";

/** A logger that takes fields and a message, as pino does. */
export type Logger = { readonly [Name in Level]: (fields: object, message: string) => void };

/** The kinds of lines and their default levels. */
const usualLevels = {
  /** A call ended with data, or a stream ended normally. */
  success: "debug",
  /** A call or a stream failed. */
  failure: "warn",
  /** A call failed and no code awaited it: a mutation may be lost. */
  forgotten: "error",
  /** A call or a stream was aborted by its caller. */
  aborted: "debug",
  attempt: "debug",
  retry: "info",
  /** A stream broke and will be continued. */
  reconnect: "info",
  hedge: "debug",
  refusal: "debug",
  /** A call shares the request of an identical call. */
  join: "debug",
  fallback: "warn",
  warning: "warn",
  /** A circuit breaker opened. */
  open: "error",
  /** A circuit breaker is probing, or closed. */
  breaker: "info",
  /** The shared store is unavailable, or available again. */
  store: "warn",
} as const satisfies Readonly<Record<string, Level>>;

/** Kinds of lines that can have a level of their own in {@link LogOptions.levels}. */
export type Logged = keyof typeof usualLevels;

/** Kinds that are written in full: they are few, or asked for one by one. */
const unsampled: readonly Logged[] = ["success", "open", "breaker", "store"];

/** How {@link logEvents} names, levels, samples, and correlates its lines. */
export interface LogOptions {
  /** The field `client`: distinguishes the clients of one process. @default "default" */
  readonly name?: string | undefined;
  /** Levels by kind, over the default ones; `off` drops a kind. */
  readonly levels?: { readonly [What in Logged]?: Level | "off" | undefined } | undefined;
  /**
   * Writes the `first` lines of each kind (operation, error, and status) in each period `every`, and one line with the
   * number of the others. `false` writes all lines.
   *
   * @default { first: 5, every: "10s" }
   */
  readonly sample?: false | { readonly first?: number | undefined; readonly every?: Duration | undefined } | undefined;
  /**
   * Sends a correlation ID with each attempt, the same for all attempts of a call: the client's `correlationId`, else the
   * result of `id`, else a new UUID. `true` sends it as `x-correlation-id`; a string names another header. A server of
   * another origin must allow the header in browsers (CORS). @default false
   */
  readonly correlation?: Correlation | undefined;
}

/**
 * Logs what a client does. No line contains a URL, a header, a key, or a body: a request is described by its method and
 * path template. Attaching the same logger to a client again replaces the first attachment.
 *
 * @param logger pino, or a logger of the same shape. @default {@link consoleLogger}
 * @returns a function that detaches the log
 * @throws TypeError for an invalid name of the correlation header
 */
export function logEvents(client: WatchedClient, logger: Logger = defaultLogger, options: LogOptions = {}): () => void {
  const { name = "default", correlation = false, sample = {} } = options;
  const ids = correlation === false ? undefined : new CorrelationIds(correlation);
  const sampler = sample === false ? undefined : new Sampler(sample.first ?? 5, durationMs(sample.every ?? "10s") ?? 0);
  const observe = (event: ResilienceEvent): void => {
    const correlationId = ids?.of(event) ?? ("correlationId" in event ? event.correlationId : undefined);
    const kind = kindOf(event);
    const level = kind === undefined ? "off" : (options.levels?.[kind] ?? usualLevels[kind]);
    if (kind === undefined || level === "off") return;
    const write = (extra?: { suppressed: number; periodMs: number }): void => {
      const { type, ...fields } = event;
      const rest = kind === "forgotten" ? fields : { ...fields, observed: undefined };
      const id = correlationId === undefined ? {} : { correlationId: safeCorrelationId(correlationId) };
      const more = extra === undefined ? "" : ` (${extra.suppressed} more in ${Math.round(extra.periodMs / 1_000)} s)`;
      logger[level]({ client: name, event: type, ...tidy({ ...rest, ...extra }), ...id }, messageOf(event) + more);
    };
    if (sampler === undefined || unsampled.includes(kind)) write();
    else sampler.take({ key: lineKey(kind, event), write });
  };
  const flush = (): void => sampler?.flush();
  return client.attach({
    key: logger,
    observe,
    middleware: ids?.middleware,
    addsCredentials: false,
    correlationId: ids?.make,
    detached: flush,
    closed: flush,
  });
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

function kindOf(event: ResilienceEvent): Logged | undefined {
  if (event.type === "breaker") return event.state === "open" ? "open" : "breaker";
  if (event.type === "start") return undefined;
  if (event.type !== "call" && event.type !== "stream") return event.type;
  if (event.outcome === "ok" || event.outcome === "left") return "success";
  if (event.outcome === "aborted") return "aborted";
  return event.type === "call" && event.observed === false ? "forgotten" : "failure";
}

/** Without unknown fields, and with whole milliseconds. */
function tidy(fields: object): object {
  const known = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(known.map(([name, value]) => [name, name.endsWith("Ms") ? Math.round(value) : value]));
}
