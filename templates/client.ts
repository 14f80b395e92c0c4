import {
  type ApiDescription,
  type BaseClientOptions,
  buildClient,
  type CallOptions as RuntimeCallOptions,
  type Client as RuntimeClient,
} from "resil-gen-runtime";
import type { KyOptions } from "resil-gen-runtime/ky";
import type { OperationId } from "./errors.js";
import type { $Address, $AuthMembers } from "./stand-ins.js";

declare const $api: ApiDescription;

const api: ApiDescription = $api;

/** $authDocs */
export type Auth = $AuthMembers;

/** A connection to $title, with the state of its policies. Have one per process. */
export type Client = RuntimeClient<Auth, OperationId>;

/** What may be set for one call. */
export type CallOptions = RuntimeCallOptions<Auth>;

/** What the runtime needs of `lib` or @types/node: where a type is missing, this line does not compile. */
export type Platform = [
  AbortController,
  AbortSignal,
  AsyncIterable<unknown>,
  Blob,
  ErrorOptions,
  FormData,
  Headers,
  ReadableStream,
  ReadableStreamDefaultReader,
  Request,
  RequestInit,
  Response,
  TransformStream,
  URL,
  URLSearchParams,
];

/** How to reach $title. */
export interface ClientOptions extends BaseClientOptions<OperationId> {
  $members: never;
}

/** How to reach $title. */
export interface ClientOptions$overKy extends BaseClientOptions<OperationId>, KyOptions {
  $members: never;
}

/** How to reach $title. */
export type ClientOptions$byOrigin = BaseClientOptions<OperationId> & $Address;

/** How to reach $title. */
export type ClientOptions$byOriginOverKy = BaseClientOptions<OperationId> & KyOptions & $Address;

/** Makes a client. Does no I/O, starts no timer. */
export function createClient(options: ClientOptions): Client {
  return buildClient(api, options);
}

/** Makes a client. Does no I/O, starts no timer. */
export function createClient$withoutOptions(options?: ClientOptions): Client {
  return buildClient(api, options ?? {});
}
