import type { BreakerEvent, ResilienceEvent } from "../../src/observe/events.js";

type EventOf<Type extends ResilienceEvent["type"]> = Extract<ResilienceEvent, { type: Type }>;

/** The message of a log line: what happened, why, and what comes next. */
export function messageOf(event: ResilienceEvent): string {
  if (event.type === "breaker") return breakerMessage(event);
  if (event.type === "store") return storeMessage(event);
  const what = `${event.operation}: ${event.method} ${event.path}`;
  switch (event.type) {
    case "start":
      return what;
    case "attempt":
      return `${what}, attempt ${event.attempt}: ${ended(event)} in ${ms(event.elapsedMs)}${queued(event.queuedMs)}`;
    case "retry":
      return `${what}: ${failure(event.because, event)}, retry in ${ms(event.waitMs)}`;
    case "hedge":
      return `${what}: no response yet, started attempt ${event.attempt} in parallel (hedge)`;
    case "refusal":
      return `${what}: not sent, ${failure(event.because, event)}${retryAt(event)}${queued(event.waitedMs)}`;
    case "join":
      return `${what}: shares the request of call ${event.joinedCall}`;
    case "fallback":
      return `${what}: ${event.because}, answered with ${fallback(event)}`;
    case "warning":
      return `${what}: ${event.message}`;
    case "reconnect":
      return `${what}: ${event.because}, the stream reconnects in ${ms(event.waitMs)}`;
    case "stream": {
      const again = event.reconnects === 0 ? "" : `, ${counted(event.reconnects, "reconnect")}`;
      return `${what}: stream ended, ${event.outcome} after ${ms(event.elapsedMs)}${again}`;
    }
    case "call":
      return `${what}: ${callEnded(event)}`;
  }
}

function callEnded(event: EventOf<"call">): string {
  const { outcome, attempts, elapsedMs, gaveUp, observed } = event;
  const ok = outcome === "ok" ? "ok, " : "";
  const why = gaveUp === undefined || gaveUp === outcome ? "" : `, gave up: ${gaveUp}`;
  const isForgotten = observed === false && outcome !== "ok" && outcome !== "aborted";
  const lost = isForgotten ? "; nothing was waiting for this call: is an await missing?" : "";
  return `${ok}${ended(event)} in ${ms(elapsedMs)}, ${counted(attempts, "attempt")}${why}${retryAt(event)}${times(event)}${lost}`;
}

/** Where the time went, if any of it was spent waiting. */
function times({ queuedMs, waitedMs, attemptingMs }: EventOf<"call">): string {
  if (queuedMs + waitedMs === 0) return "";
  return ` (queued ${ms(queuedMs)}, waiting for retries ${ms(waitedMs)}, attempting ${ms(attemptingMs)})`;
}

interface Facts {
  readonly status?: number | undefined;
  readonly reason?: string | undefined;
  readonly reusedConnection?: true | undefined;
}

/** The status or the code of the error, and the reason. Of a response, only an HTML page is worth a word. */
function failure(code: string, { status, reason, reusedConnection }: Facts): string {
  const isTold = reason !== undefined && reason !== code && (status === undefined || /html/i.test(reason));
  const why = !isTold ? "" : reason.includes(" ") ? ` (${reason})` : ` ${reason}`;
  return `${status ?? code}${why}${reusedConnection ? " on a reused connection" : ""}`;
}

function ended(event: Facts & { readonly outcome: string }): string {
  return failure(event.outcome, event);
}

function fallback({ source, ageMs }: EventOf<"fallback">): string {
  if (source !== "stale") return "the fallback value";
  return `a stale response${ageMs === undefined ? "" : ` (${ms(ageMs)} old)`}`;
}

function breakerMessage({
  scope,
  state,
  failures,
  attempts,
  calls,
  slow,
  failedProbes,
  ...rest
}: BreakerEvent): string {
  const breaker = `circuit breaker ${scope}`;
  if (rest.isForced) return `${breaker} is held ${state} manually`;
  if (state === "closed") return `${breaker} closed: the probe succeeded`;
  if (state === "half-open") return `${breaker} is half-open: sending a probe`;
  const next = rest.cooldownMs === undefined ? "" : `, next probe in ${ms(rest.cooldownMs)}`;
  if (failedProbes > 0) return `${breaker} opened again: ${counted(failedProbes, "probe")} failed in a row${next}`;
  if (failures + slow === 0) return `${breaker} opened, as in other processes${next}`;
  const late = slow > 0 ? `, ${slow} slow` : "";
  return `${breaker} opened: ${failures} of ${counted(attempts, "attempt")} failed${late}, in ${counted(calls, "call")}${next}`;
}

function storeMessage({ available, because, cause }: EventOf<"store">): string {
  if (available) return "shared store is available again";
  const why = [because ?? "error", ...(cause === undefined ? [] : [cause])].join(" ");
  return `shared store is unavailable (${why}): each process uses its own breaker state`;
}

function retryAt({ retryAt: at }: { readonly retryAt?: Date | undefined }): string {
  return at === undefined ? "" : `, retry at ${at.toISOString()}`;
}

function queued(waitedMs: number): string {
  return waitedMs > 0 ? `, queued ${ms(waitedMs)}` : "";
}

function ms(value: number): string {
  return `${Math.round(value)} ms`;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
