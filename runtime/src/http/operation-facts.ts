import type { Policies } from "../policies/types.js";
import type { HeaderReaders, readHeaders } from "../serialize/headers.js";
import type { BodyEncoder, MemberEncoding, ParameterStyle } from "../serialize/types.js";
import type { Responses } from "./documented.js";

/** What HTTP has to know of one operation. */
export interface OperationFacts {
  /** The name of the generated function. */
  readonly id: string;
  /** As it goes on the wire (RFC 9110 §9.1: case-sensitive). */
  readonly method: string;
  /** The path template, `/orders/{orderId}`. */
  readonly path: string;
  /** What the document, its presets and its overlays came to. */
  readonly policies: Policies;
  /** Whether it only reads: by its method, or by `x-resilience: { safe: true }`. */
  readonly safe: boolean;
  /** Whether repeating it changes nothing more, where `x-resilience: { idempotent }` says otherwise than its method. */
  readonly idempotent?: boolean;
  /** The documented media types of each documented status (`200`, `4XX`, `default`), comma-separated; "" for none. */
  readonly responses: Responses;
  /** How a body is written, by the media types that it may have, the preferred one first. */
  readonly body?: Readonly<Record<string, BodyEncoder>>;
  /** How parameters are written that do not have the default style of their place. */
  readonly styles?: ParameterStyles;
  /** How the query is written, where one parameter is the whole of it. */
  readonly querystring?: ParameterStyle;
  /** How single members of a form are written. */
  readonly encoding?: Readonly<Record<string, MemberEncoding>>;
  /** Where the idempotency key travels; absent where the operation takes none. */
  readonly idempotencyKey?: KeyCarrier;
  /** Alternatives, each a list of security schemes that are needed together. */
  readonly security?: readonly (readonly string[])[];
  /** How the headers are read that a successful answer is described with. */
  readonly headers?: { readonly read: typeof readHeaders; readonly readers: HeaderReaders };
  /** The operation's own server, where it has one. */
  readonly server?: string;
}

export interface ParameterStyles {
  readonly path?: Readonly<Record<string, ParameterStyle>>;
  readonly query?: Readonly<Record<string, ParameterStyle>>;
  readonly header?: Readonly<Record<string, ParameterStyle>>;
  readonly cookie?: Readonly<Record<string, ParameterStyle>>;
}

/** Where and how the idempotency key travels, and what the API says a key must look like. */
export interface KeyCarrier {
  readonly in: "header" | "query" | "body";
  readonly name: string;
  /** Callers need not pass one. */
  readonly optional?: true;
  /** A call without a key gets a new one, the same on every attempt. */
  readonly generated?: true;
  /** Sent as a Structured Field string, in quotes (draft-ietf-httpapi-idempotency-key-header-07), and not as it is. */
  readonly structured?: true;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
}

/** The parts of a call's input, each present where the operation has such parameters. */
export interface OperationInput {
  readonly path?: object | undefined;
  /** Query parameters; whatever the parameter is that is the whole query. */
  readonly query?: unknown;
  readonly header?: object | undefined;
  readonly cookie?: object | undefined;
  readonly body?: unknown;
  readonly contentType?: string | undefined;
  readonly idempotencyKey?: string | undefined;
}

/** The input of an operation that takes none. */
export interface NoInput {
  readonly [name: string]: never;
}
