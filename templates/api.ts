import { bindOperations } from "resil-gen-runtime";
import { type Client, type ClientOptions, createClient } from "./client.js";
import type { $Operations } from "./stand-ins.js";

declare const $modules: Readonly<Record<string, object>>;

/** Every operation of $title, bound to one client. */
export interface Api extends $Operations {
  /** The client that the operations are bound to. */
  readonly $client: Client;
}

/** Makes a client with every operation bound to it. Whoever imports this bundles them all. */
export function createApi(options: ClientOptions): Api {
  return bindOperations<Api>(createClient(options), $modules);
}

/** Makes a client with every operation bound to it. Whoever imports this bundles them all. */
export function createApi$withoutOptions(options?: ClientOptions): Api {
  return bindOperations<Api>(createClient(options ?? ({} as ClientOptions)), $modules);
}
