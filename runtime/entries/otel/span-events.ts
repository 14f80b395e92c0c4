import type { Attributes, Span } from "@opentelemetry/api";
import type { ResilienceEvent } from "../../src/observe/events.js";

type EventOf<Type extends ResilienceEvent["type"]> = Extract<ResilienceEvent, { type: Type }>;

/** Attributes of an event on the span of a call; times in seconds, as in metrics. */
export function eventAttributes(event: EventOf<"retry" | "hedge" | "refusal" | "fallback" | "warning">): Attributes {
  switch (event.type) {
    case "retry": {
      const { attempt, because, status, reason, waitMs } = event;
      const facts = { "resil.attempt": attempt, "error.type": String(status ?? because), "resil.wait": waitMs / 1_000 };
      return reason === undefined ? facts : { ...facts, "resil.reason": reason };
    }
    case "hedge":
      return { "resil.attempt": event.attempt };
    case "refusal": {
      const { because, reason, retryAt } = event;
      return {
        "resil.policy": because,
        ...(reason === undefined ? {} : { "resil.reason": reason }),
        ...(retryAt === undefined ? {} : { "resil.retry_at": retryAt.toISOString() }),
      };
    }
    case "fallback": {
      const { source, because, ageMs } = event;
      const facts = { "resil.source": source, "error.type": because };
      return ageMs === undefined ? facts : { ...facts, "resil.age": ageMs / 1_000 };
    }
    case "warning":
      return { "resil.message": event.message };
  }
}

/** An attempt waited for a bulkhead slot or for the rate limit. */
export function queued(span: Span, waitedMs: number, attempt?: number): void {
  const facts = { "resil.wait": waitedMs / 1_000 };
  span.addEvent("resil.queued", attempt === undefined ? facts : { ...facts, "resil.attempt": attempt });
}

/** An attempt of this call opened or closed a circuit breaker. */
export function breakerChanged(span: Span | undefined, event: EventOf<"breaker">): void {
  const { scope, state, failures, attempts, cooldownMs } = event;
  span?.addEvent("resil.breaker", {
    "resil.scope": scope,
    "resil.state": state,
    ...(state === "open" ? { "resil.failures": failures, "resil.attempts": attempts } : {}),
    ...(cooldownMs === undefined ? {} : { "resil.cooldown": cooldownMs / 1_000 }),
  });
}

/** Points from a call to the call that sends the request for both. `addLink` came with version 1.9 of the API. */
export function link(span: Span, other: Span | undefined): void {
  if (other === undefined) return;
  const context = other.spanContext();
  if (typeof span.addLink === "function") span.addLink({ context, attributes: { "resil.link": "coalesced" } });
  else span.setAttributes({ "resil.joined.trace_id": context.traceId, "resil.joined.span_id": context.spanId });
}
