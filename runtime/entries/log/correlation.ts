import { safeCorrelationId } from "../../src/base/correlation.js";
import { newIdempotencyKey } from "../../src/base/new-idempotency-key.js";
import type { ResilienceEvent } from "../../src/observe/events.js";
import type { Middleware } from "../../src/observe/middleware.js";

/** Whether and how a correlation ID is sent with each attempt. */
export type Correlation =
  | boolean
  | string
  | { readonly header?: string | undefined; readonly id?: (() => string | undefined) | undefined };

/** The correlation IDs of the running calls. */
export class CorrelationIds {
  readonly #header: string;
  readonly #id: (() => string | undefined) | undefined;
  readonly #ids = new Map<number, string>();

  /** @throws TypeError for an invalid header name */
  constructor(correlation: Exclude<Correlation, false>) {
    const given = typeof correlation === "object" ? correlation : {};
    this.#header = (typeof correlation === "string" ? correlation : given.header) ?? "x-correlation-id";
    this.#id = given.id;
    // An invalid name must fail here and not in each call.
    new Headers([[this.#header, ""]]);
  }

  /** The ID of a call whose client has none for it: that of `id`, else a new UUID. */
  readonly make = (): string => safeCorrelationId(this.#id?.() ?? "") || newIdempotencyKey();

  /** The ID of the call that an event belongs to. */
  of(event: ResilienceEvent): string | undefined {
    if (!("call" in event)) return undefined;
    const { type, call, correlationId } = event;
    if (type === "start") this.#ids.set(call, safeCorrelationId(correlationId ?? "") || this.make());
    const id = this.#ids.get(call);
    if (type === "stream" || (type === "call" && !event.opensStream)) this.#ids.delete(call);
    return id;
  }

  /** Sends the ID. A header that the caller or a policy has set stays, and is the ID of the call. */
  readonly middleware: Middleware = (request, next, { call }) => {
    const sent = request.headers.get(this.#header);
    const id = this.#ids.get(call);
    if (sent !== null) {
      if (id !== undefined) this.#ids.set(call, sent);
    } else if (id !== undefined) request.headers.set(this.#header, id);
    return next(request);
  };
}
